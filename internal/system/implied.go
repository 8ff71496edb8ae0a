package system

import (
	"path"
	"strings"

	"dopt/transform"
	"dopt/transform/shell"
)

// implied adds what the commands of the stage's own RUN instructions call without naming it.
func (t *translation) implied() {
	for _, in := range t.stage.Stage.Instructions {
		if in.Keyword != "RUN" {
			continue
		}
		script := in.Script()
		if script.Shell == nil {
			continue // the analysis of needs has said why
		}
		for _, c := range script.Shell.Commands {
			line, _ := in.Document().Position(script.Offset(c.Start))
			because := transform.Evidence{Source: in.Document().Name, Line: line, Text: strings.Join(strings.Fields(script.Text[c.Start:c.End]), " ")}
			t.builds(in, c.Argv(), because)
			for _, helper := range helpers(c) {
				t.add(in, because, helper.what, helper.pkg)
			}
		}
	}
}

// A helper is a program that another one calls.
type helper struct{ what, pkg string }

// helpers returns the programs that a command calls. Sources: tar(1), apt-key(8), patch handling of dpkg-source(1).
func helpers(c *shell.Command) []helper {
	argv := c.Argv()
	for i, program := range argv {
		switch path.Base(program) {
		case "sudo", "env", "time", "nice":
			continue
		case "tar", "bsdtar":
			return decompressors(argv[i+1:])
		case "apt-key", "add-apt-repository":
			return []helper{{"gpg for " + path.Base(program), "gnupg"}}
		}
		return nil
	}
	return nil
}

// formats are the programs that tar calls, by its flag and by the ends of names. gzip is essential.
var formats = []struct {
	letter string
	flags  []string
	ends   []string
	helper helper
}{
	{"J", []string{"--xz", "--lzma"}, []string{".xz", ".txz", ".lzma"}, helper{"xz for tar", "xz-utils"}},
	{"j", []string{"--bzip2"}, []string{".bz2", ".tbz", ".tbz2"}, helper{"bzip2 for tar", "bzip2"}},
	{"", []string{"--zstd"}, []string{".zst", ".tzst"}, helper{"zstd for tar", "zstd"}},
}

// decompressors returns what tar calls. Where the archive is named by a variable, or comes through a pipe without a
// flag, it may be any of them: tar reads only uncompressed archives from a pipe without one, and finds out by itself from a file.
func decompressors(args []string) (found []helper) {
	for _, f := range formats {
		for i, a := range args {
			first := i == 0 && !strings.HasPrefix(a, "-")
			letters := first || strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--")
			named := strings.Contains(a, shell.Unknown) && !first
			for _, flag := range f.flags {
				named = named || a == flag
			}
			for _, end := range f.ends {
				named = named || strings.HasSuffix(a, end)
			}
			if named || letters && f.letter != "" && strings.Contains(a, f.letter) {
				found = append(found, f.helper)
				break
			}
		}
	}
	return found
}
