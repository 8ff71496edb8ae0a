package verify

import (
	"path"
	"strings"

	"dopt/internal/verify/inspect"
)

// Owner returns what tells which package of the distribution a file of the image belongs to, "" for none. files are
// those of the image.
func (i *Image) Owner(files Tree) func(path string) string {
	owners := map[string]string{}
	i.store.mu.Lock()
	defer i.store.mu.Unlock()
	for name, f := range files {
		if facts := i.store.facts[f.Digest]; facts != nil && inspect.IsPackageList(name) {
			addOwned(owners, name, facts.Text)
		}
	}
	return func(name string) string { return owners[name] }
}

// addOwned adds the files of a list of packages: dpkg's one a package, or apk's database of all of them.
func addOwned(owners map[string]string, list, text string) {
	if path.Base(list) == "installed" {
		addAlpine(owners, text)
		return
	}
	pkg, _, _ := strings.Cut(strings.TrimSuffix(path.Base(list), path.Ext(list)), ":") // NAME:ARCHITECTURE.list
	for line := range strings.Lines(text) {
		name := strings.TrimSpace(line)
		if path.Ext(list) == ".md5sums" {
			_, name, _ = strings.Cut(name, "  ")
			name = "/" + name
		}
		own(owners, name, pkg)
	}
}

// addAlpine reads apk's database: P is a package, F a folder, R a file in it.
// https://wiki.alpinelinux.org/wiki/Apk_spec#Installed_Database_V2
func addAlpine(owners map[string]string, text string) {
	var pkg, dir string
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch key {
		case "P":
			pkg = value
		case "F":
			dir = "/" + value
		case "R":
			own(owners, path.Join(dir, value), pkg)
		}
	}
}

// own notes whose a file is. Where /bin and the like are links into /usr, lists may name either.
func own(owners map[string]string, name, pkg string) {
	owners[name] = pkg
	for _, dir := range []string{"/bin/", "/sbin/", "/lib/", "/lib64/"} {
		if strings.HasPrefix(name, dir) {
			owners["/usr"+name] = pkg
		}
	}
}
