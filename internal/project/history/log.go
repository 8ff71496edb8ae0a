package history

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// The bounds of a walk through the commits.
const (
	// maxCommits is how many commits count, maxVisited how many are looked at, merges included.
	maxCommits = 500
	maxVisited = 4 * maxCommits
	// maxTrees is how many trees are compared in all; a commit of one file in a folder three deep takes 8.
	maxTrees = 50_000
	// maxPaths is how many files a commit may change and still count.
	maxPaths = 1000
	// maxDepth is how deep folders may be nested.
	maxDepth = 200
)

// errSweeping ends the comparison of a commit that changes too much to say anything.
var errSweeping = errors.New("the commit changes too many files")

// A commit is what its object says of it.
type commit struct {
	tree    hash
	parents []hash
	// time is the committer's, in seconds of Unix time.
	time int64
}

// commit reads a commit.
func (o *objects) commit(h hash) (c commit, err error) {
	data, err := o.read(h, commitKind)
	if err != nil {
		return c, err
	}
	for line := range bytes.Lines(data) {
		key, value, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		switch key {
		case "tree":
			c.tree, err = parseHash(value)
		case "parent":
			var p hash
			p, err = parseHash(value)
			c.parents = append(c.parents, p)
		case "committer":
			fields := strings.Fields(value[strings.LastIndexByte(value, '>')+1:])
			if len(fields) > 0 {
				c.time, _ = strconv.ParseInt(fields[0], 10, 64) // one without a time is the oldest
			}
		case "":
			return c, err // the message follows
		}
		if err != nil {
			return c, err
		}
	}
	return c, err
}

// log returns the paths that each of the last commits changed, the newest commit first. It ends where the history or what
// is read of it does.
func (o *objects) log(head hash) (changes [][]string) {
	w := walk{objects: o, seen: map[hash]bool{}}
	w.push(head)
	for visited := 0; len(w.queue) > 0 && visited < maxVisited && len(changes) < maxCommits; visited++ {
		c := w.queue[0]
		w.queue = w.queue[1:]
		for _, p := range c.parents {
			w.push(p)
		}
		if len(c.parents) != 1 {
			continue
		}
		parent, err := o.commit(c.parents[0])
		if err != nil { // a shallow clone ends here: nobody knows what the commit changed
			continue
		}
		paths, err := w.compare(parent.tree, c.tree)
		switch {
		case errors.Is(err, errSweeping):
		case err != nil:
			return changes
		case len(paths) > 0:
			changes = append(changes, paths)
		}
	}
	return changes
}

// A walk goes through commits.
type walk struct {
	*objects
	seen map[hash]bool
	// queue holds the commits to visit, the newest first.
	queue []commit
	trees int
	paths []string
}

// push queues a commit that can be read.
func (w *walk) push(h hash) {
	if w.seen[h] {
		return
	}
	w.seen[h] = true
	c, err := w.commit(h)
	if err != nil {
		return
	}
	i, _ := slices.BinarySearchFunc(w.queue, c, func(queued, c commit) int {
		return cmp.Or(cmp.Compare(c.time, queued.time), -1) // of equals the first found stays first
	})
	w.queue = slices.Insert(w.queue, i, c)
}

// compare returns the paths of the files that differ between two trees.
func (w *walk) compare(before, after hash) ([]string, error) {
	w.paths = nil
	err := w.compareTrees("", 0, &before, &after)
	return w.paths, err
}

// compareTrees compares two trees; nil is one that is not there.
func (w *walk) compareTrees(prefix string, depth int, before, after *hash) error {
	if before != nil && after != nil && *before == *after {
		return nil
	}
	if w.trees += 2; w.trees > maxTrees || depth > maxDepth {
		return errTooMuch
	}
	olds, err := w.tree(before)
	if err != nil {
		return err
	}
	news, err := w.tree(after)
	if err != nil {
		return err
	}
	for len(olds) > 0 || len(news) > 0 {
		var a, b *item
		order := -1
		if len(olds) == 0 {
			order = 1
		} else if len(news) > 0 {
			order = cmp.Compare(olds[0].key(), news[0].key())
		}
		if order <= 0 {
			a, olds = &olds[0], olds[1:]
		}
		if order >= 0 {
			b, news = &news[0], news[1:]
		}
		if err := w.compareItems(prefix, depth, a, b); err != nil {
			return err
		}
	}
	return nil
}

// compareItems compares the items of two trees that have one name; nil is one that is not there.
func (w *walk) compareItems(prefix string, depth int, a, b *item) error {
	one := cmp.Or(a, b)
	if a != nil && b != nil && *a == *b {
		return nil
	}
	if one.folder {
		var before, after *hash
		if a != nil {
			before = &a.hash
		}
		if b != nil {
			after = &b.hash
		}
		return w.compareTrees(prefix+one.name+"/", depth+1, before, after)
	}
	if len(w.paths) == maxPaths {
		return errSweeping
	}
	w.paths = append(w.paths, prefix+one.name)
	return nil
}
