package driver

import "dopt/transform"

// A turn is the place of an input among those that share its build context. They are rewritten at
// the same time, as if none changed the context; where one does, those after it are rewritten again with
// what it has made. So several Dockerfiles extend one ignore file, whatever the number of jobs.
type turn struct {
	before *turn
	done   chan struct{}
	// changes are the files of the context that differ after this turn; to be read once done is closed.
	changes []transform.FileChange
}

// turns are the last turns of each context so far, by its folder.
type turns map[string]*turn

// next returns the turn of the next input with a build context.
func (ts turns) next(folder string) *turn {
	t := &turn{done: make(chan struct{})}
	if folder == "" {
		return t
	}
	folder = absolute(folder)
	t.before, ts[folder] = ts[folder], t
	return t
}

// wait waits for the turns before this one and returns what they have changed.
func (t *turn) wait() []transform.FileChange {
	if t.before != nil {
		<-t.before.done
		t.changes, t.before = t.before.changes, nil
	}
	return t.changes
}

// change notes what this turn has changed.
func (t *turn) change(files []transform.ChangedFile) {
	changes := t.changes[:len(t.changes):len(t.changes)] // those of the turn before stay its own
	for _, f := range files {
		changes = append(changes, transform.FileChange{Path: f.Path, Data: f.After})
	}
	t.changes = changes
}

// end lets the next turn go on.
func (t *turn) end() {
	t.wait()
	close(t.done)
}
