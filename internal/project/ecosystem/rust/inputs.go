package rust

import (
	"io/fs"
	"path"
	"slices"

	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// Inputs returns what cargo fetch (or vendor, update, generate-lockfile) reads of the context, and
// what an install of named crates does. Builds are refused: they read the source.
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	use, err := in.Command()
	switch {
	case err != nil:
		return manifest.Refuse("", 0, "%s", err), nil
	case use.HasFlag("-C", "--config", "--lockfile-path", "-Z"):
		return manifest.Refuse("", 0, "cargo is given settings on its command line"), nil
	case use.Verb == pkgmgr.Install:
		return installInputs(fsys, in, use), nil
	case use.Verb != pkgmgr.Download && use.Verb != pkgmgr.Update:
		return manifest.Refuse("", 0, "cargo compiles the source in the same step as the dependencies"), nil
	}
	return fetchInputs(fsys, in, use)
}

// installInputs is about cargo install. For crates of a registry it leaves the project's settings
// aside, but rustup's choice of a toolchain counts.
// Source: https://doc.rust-lang.org/cargo/commands/cargo-install.html
func installInputs(fsys fs.FS, in manifest.Install, use manifest.Command) manifest.Inputs {
	if use.HasFlag("--path") || len(use.Packages) == 0 && !use.HasFlag("--git") {
		return manifest.Refuse("", 0, "cargo install compiles the project's own source")
	}
	var inputs manifest.Inputs
	addToolchain(fsys, in.Dir, &inputs)
	return inputs
}

func fetchInputs(fsys fs.FS, in manifest.Install, use manifest.Command) (manifest.Inputs, error) {
	name := path.Join(in.Dir, "Cargo.toml")
	if f, ok := use.Flag("--manifest-path"); ok {
		var err error
		if name, err = in.Path(f.Value); err != nil {
			return manifest.Refuse("", 0, "%s", err), nil
		}
	}
	c, err := load(fsys, name)
	if err != nil {
		return manifest.Inputs{}, err
	}
	var inputs manifest.Inputs
	for _, dir := range sortedKeys(c.loaded) {
		m := c.loaded[dir]
		if line, reason := m.needsSource(); reason != "" {
			return manifest.Refuse(m.Path, line, "%s", reason), nil
		}
		inputs.AddFile(m.Path, c.because[dir])
	}
	inputs.AddThere(fsys, c.root.dir(), "the lock file of the workspace", "Cargo.lock")
	addToolchain(fsys, in.Dir, &inputs)
	refusal, err := addSettings(fsys, in.Dir, &inputs)
	if err != nil || refusal != "" {
		return manifest.Inputs{Refusal: refusal}, err
	}
	return inputs, nil
}

// addToolchain adds the file by which rustup chooses the toolchain: the first one upwards.
// Source: https://rust-lang.github.io/rustup/overrides.html
func addToolchain(fsys fs.FS, dir string, inputs *manifest.Inputs) {
	for _, up := range upwards(dir) {
		before := len(inputs.Files)
		inputs.AddThere(fsys, up, "rustup chooses the toolchain by it", "rust-toolchain", "rust-toolchain.toml")
		if len(inputs.Files) > before {
			return
		}
	}
}

// settings are what of a .cargo/config.toml decides where crates come from.
// Source: https://doc.rust-lang.org/cargo/reference/config.html
type settings struct {
	Paths   []string                  `toml:"paths"`
	Include any                       `toml:"include"`
	Patch   map[string]map[string]any `toml:"patch"`
	Sources map[string]struct {
		ReplaceWith   string `toml:"replace-with"`
		Directory     string `toml:"directory"`
		LocalRegistry string `toml:"local-registry"`
	} `toml:"source"`
}

// addSettings adds the configuration files that cargo merges, from the folder upwards.
func addSettings(fsys fs.FS, dir string, inputs *manifest.Inputs) (refusal string, err error) {
	for _, up := range upwards(dir) {
		name := path.Join(up, ".cargo/config")
		if !manifest.IsFile(fsys, name) {
			name += ".toml"
		}
		if !manifest.IsFile(fsys, name) {
			continue
		}
		if refusal, err := checkSettings(fsys, name); err != nil || refusal != "" {
			return refusal, err
		}
		inputs.AddFile(name, transform.Evidence{Source: name, Text: "cargo's settings for the folder"})
	}
	return "", nil
}

func checkSettings(fsys fs.FS, name string) (refusal string, err error) {
	var s settings
	data, err := manifest.ReadTOML(fsys, name, &s)
	if err != nil {
		return "", err
	}
	refuse := func(text, reason string) (string, error) {
		return manifest.Refuse(name, manifest.LineOf(data, text), "%s", reason).Refusal, nil
	}
	switch {
	case len(s.Paths) > 0:
		return refuse("paths", "crates are replaced by folders")
	case s.Include != nil:
		return refuse("include", "other settings are included")
	}
	for _, source := range sortedKeys(s.Sources) {
		if s.Sources[source].Directory != "" || s.Sources[source].LocalRegistry != "" {
			return refuse("[source."+source+"]", "the crates are part of the project: nothing is fetched")
		}
	}
	for _, registry := range sortedKeys(s.Patch) {
		crates := s.Patch[registry]
		local := func(crate string) bool { return field(crates[crate], "path") != "" }
		if slices.ContainsFunc(sortedKeys(crates), local) {
			return refuse("[patch", "crates are replaced by folders")
		}
	}
	return "", nil
}

// upwards returns a folder of the context and those above it.
func upwards(dir string) []string {
	dirs := []string{dir}
	for dir != "." {
		dir = path.Dir(dir)
		dirs = append(dirs, dir)
	}
	return dirs
}
