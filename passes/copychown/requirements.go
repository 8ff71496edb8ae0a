package copychown

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/transform/shell"
)

// plainPip are flags of pip install that take no value and change nothing about where it writes.
var plainPip = []string{"--no-cache-dir", "--upgrade", "-U", "--no-deps", "--quiet", "-q", "--disable-pip-version-check", "--require-hashes", "--no-compile", "--break-system-packages"}

// onlyRequirements reports whether a command is pip install of requirements that the build context
// has, and none of them is a folder of the project: then pip reads them, whoever owns them,
// and leaves nothing beside them. An editable one would be unpacked below the working directory.
func (s *survey) onlyRequirements(c *shell.Command) bool {
	argv := c.Argv()
	if len(argv) > 2 && strings.HasPrefix(path.Base(argv[0]), "python") && argv[1] == "-m" {
		argv = argv[2:]
	}
	if s.Files == nil || len(argv) < 4 || strings.TrimRight(argv[0], "3") != "pip" || argv[1] != "install" {
		return false
	}
	argv = argv[2:]
	found := false
	for i := 0; i < len(argv); i++ {
		switch {
		case slices.Contains(plainPip, argv[i]):
		case (argv[i] == "-r" || argv[i] == "--requirement") && i+1 < len(argv):
			i++
			found = s.namesPackages(argv[i])
			if !found {
				return false
			}
		default:
			return false
		}
	}
	return found
}

// namesPackages reports whether each line of a file of requirements names a package of an index.
// It is looked up in the build context under the name that the command uses.
func (s *survey) namesPackages(name string) bool {
	if path.IsAbs(name) {
		name = path.Base(name)
	}
	if !fs.ValidPath(path.Clean(name)) {
		return false
	}
	data, err := fs.ReadFile(s.Files, path.Clean(name))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		if strings.HasPrefix(line, "--hash") || line == "" {
			continue
		}
		if first := line[0] | 0x20; first < 'a' || first > 'z' || strings.ContainsAny(line, "/\\") {
			return false
		}
	}
	return true
}
