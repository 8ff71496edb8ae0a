package validate

import (
	"path"
	"slices"
	"strings"
)

// shippedPackages are the packages that images of an interpreter have from the beginning, by the manager that replaces them.
// Source: the Dockerfiles at github.com/docker-library/python and nodejs/docker-node.
var shippedPackages = map[string][]string{"pip": {"pip", "setuptools", "wheel"}, "npm": {"npm", "corepack"}}

// replacement returns the packages that come with the interpreter and that a call installs or removes; only is true where it names
// no others, and files neither.
func (c *call) replacement() (names []string, only bool) {
	words := c.words
	if len(words) > 3 && words[1] == "-m" && strings.HasPrefix(path.Base(words[0]), "python") {
		words = words[2:]
	}
	manager := strings.TrimRight(path.Base(words[0]), "3")
	if len(words) < 3 || strings.Contains(words[0], "/") || !slices.Contains([]string{"install", "i", "uninstall"}, words[1]) {
		return nil, false
	}
	only = true
	for _, w := range words[2:] {
		name := w
		if i := strings.IndexAny(w, "=<>~!@["); i > 0 {
			name = w[:i]
		}
		switch {
		case slices.Contains(shippedPackages[manager], strings.ToLower(name)):
			names = append(names, strings.ToLower(name))
		case strings.HasPrefix(w, "-") && !slices.Contains([]string{"-r", "--requirement", "-c", "--constraint", "-t", "--target"}, w):
		default:
			only = false
		}
	}
	if manager == "npm" && !slices.Contains(words, "-g") && !slices.Contains(words, "--global") {
		return nil, false
	}
	return names, only && len(names) > 0
}

// InstallsInto returns the folders below which the script's calls of pip and npm put packages: the root of the environment that they
// are found in, and node_modules. Those that are told another place, and those of an environment that the script enters, are left out.
func (s Script) InstallsInto() (roots []string) {
	file, err := s.parse()
	if err != nil || !s.posix() || strings.Contains(s.Text, "activate") {
		return nil
	}
	for _, c := range s.calls(file.Stmts...) {
		words := c.words
		if len(words) > 3 && words[1] == "-m" && strings.HasPrefix(path.Base(words[0]), "python") {
			words = append([]string{path.Join(path.Dir(words[0]), words[2])}, words[3:]...)
		}
		if _, only := c.replacement(); only || len(words) < 2 || slices.ContainsFunc(words, elsewhere) {
			continue
		}
		switch program := strings.TrimRight(path.Base(words[0]), "3"); {
		case program == "pip" && words[1] == "install" && path.IsAbs(words[0]):
			roots = append(roots, path.Dir(path.Dir(words[0])))
		case program == "pip" && words[1] == "install" && s.Root():
			search, _ := s.env("PATH")
			first, _, _ := strings.Cut(search, ":")
			roots = append(roots, path.Dir(first))
		case (program == "bundle" || program == "bundler") && words[1] == "install" || program == "gem" && words[1] == "install":
			roots = append(roots, s.gems(c))
		case c.program == "docker-php-ext-install", program == "pecl" && words[1] == "install":
			roots = append(roots, "/usr/local/lib/php/extensions", "/usr/local/etc/php/conf.d")
		case program == "npm" && (words[1] == "ci" || words[1] == "install") && len(words) == 2 && c.dir != "":
			roots = append(roots, path.Join(c.dir, "node_modules"))
		}
	}
	return roots
}

// gems returns where a call of Bundler or gem installs gems, as far as the environment tells.
func (s Script) gems(c *call) string {
	place, named := s.env("BUNDLE_PATH")
	if named && strings.HasPrefix(c.program, "bundle") {
		if path.IsAbs(place) || c.dir == "" {
			return place
		}
		return path.Join(c.dir, place)
	}
	home, _ := s.env("GEM_HOME")
	return home
}

// elsewhere reports whether a word tells an install another place.
func elsewhere(w string) bool {
	name, _, _ := strings.Cut(w, "=")
	return slices.Contains([]string{"--user", "-t", "--target", "--prefix", "--root", "-g", "--global", "--dry-run", "--path", "--install-dir", "-i", "--user-install"}, name) || strings.Contains(w, dynamic)
}

// ReplacesShipped returns the packages that images of an interpreter have from the beginning and that the script installs anew or
// removes.
func (s Script) ReplacesShipped() (names []string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil
	}
	for _, c := range s.calls(file.Stmts...) {
		replaced, _ := c.replacement()
		names = append(names, replaced...)
	}
	return names
}
