package history

import (
	"bytes"
	"strings"
)

// An item is one entry of a tree.
type item struct {
	name string
	// mode tells an executable file and a link from others, hash is the content.
	mode   string
	hash   hash
	folder bool
}

// key is what trees are sorted by: a folder as if its name ended in a slash.
func (i item) key() string {
	if i.folder {
		return i.name + "/"
	}
	return i.name
}

// tree reads a tree; the one that is not there is empty.
func (o *objects) tree(h *hash) ([]item, error) {
	if h == nil {
		return nil, nil
	}
	data, err := o.read(*h, treeKind)
	if err != nil {
		return nil, err
	}
	var items []item
	for len(data) > 0 {
		head, rest, ok := bytes.Cut(data, []byte{0})
		mode, name, named := strings.Cut(string(head), " ")
		i := item{name: name, mode: mode, folder: mode == "40000"}
		if !ok || !named || !isName(name) || copy(i.hash[:], rest) < len(i.hash) {
			return nil, errCorrupt
		}
		data = rest[len(i.hash):]
		items = append(items, i)
	}
	return items, nil
}

// isName reports whether a name can be that of a file or folder.
func isName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.Contains(name, "/")
}

// has reports whether a commit has a file or folder at a path.
func (o *objects) has(h hash, name string) bool {
	c, err := o.commit(h)
	if err != nil {
		return false
	}
	if name == "." {
		return true
	}
	at := item{hash: c.tree, folder: true}
	for part := range strings.SplitSeq(name, "/") {
		if !at.folder {
			return false
		}
		items, err := o.tree(&at.hash)
		if err != nil {
			return false
		}
		found := false
		for _, i := range items {
			if i.name == part {
				at, found = i, true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}
