package pkgmgr

import "strings"

// A Flag is a flag that was given.
type Flag struct {
	// At is the index of its word; several flags may share one (-yq).
	At int
	// Name is the flag as written, without its value: "-y", "--no-cache-dir".
	Name string
	// Value is what was given with it, in the same word or the next one; "" if nothing.
	Value string
}

// flagTable knows which flags take a value that may be the next word.
type flagTable struct {
	syntax Syntax
	values [2][]string
}

func (t *flagTable) takesValue(name string) bool {
	for _, list := range t.values {
		for _, v := range list {
			if v == name {
				return true
			}
		}
	}
	return false
}

// isFlag reports whether a word is a flag rather than an operand.
func isFlag(word string) bool { return len(word) > 1 && word[0] == '-' && word != "--" }

// read appends the flags of word i to flags and returns the index of the next word that is not
// the value of one of them.
func (t *flagTable) read(flags []Flag, argv []string, i int) ([]Flag, int) {
	word := argv[i]
	if strings.HasPrefix(word, "--") || t.syntax == SingleDash {
		return t.readLong(flags, argv, i)
	}
	for j := 1; j < len(word); j++ {
		f := Flag{At: i, Name: word[:2]}
		if j > 1 {
			f.Name = "-" + word[j:j+1]
		}
		attached := word[j+1:]
		switch {
		case strings.HasPrefix(attached, "="):
			f.Value = attached[1:]
			return append(flags, f), i + 1
		case !t.takesValue(f.Name):
			flags = append(flags, f)
			continue
		case attached != "":
			f.Value = attached
			return append(flags, f), i + 1
		}
		return t.next(flags, f, argv, i)
	}
	return flags, i + 1
}

// readLong reads a word that is one flag.
func (t *flagTable) readLong(flags []Flag, argv []string, i int) ([]Flag, int) {
	name, value, given := strings.Cut(argv[i], "=")
	f := Flag{At: i, Name: name, Value: value}
	// Go's flag package, and so Go's tools, take --name for -name.
	if !given && (t.takesValue(name) || t.syntax == SingleDash && t.takesValue(name[1:])) {
		return t.next(flags, f, argv, i)
	}
	return append(flags, f), i + 1
}

// next appends f with the word after word i as its value.
func (t *flagTable) next(flags []Flag, f Flag, argv []string, i int) ([]Flag, int) {
	if i+1 < len(argv) {
		f.Value = argv[i+1]
		return append(flags, f), i + 2
	}
	return append(flags, f), i + 1
}
