package python

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// uv adds what a command of uv reads.
// Source: https://docs.astral.sh/uv/reference/cli/,
// https://docs.astral.sh/uv/concepts/configuration-files/
func (g *gatherer) uv() error {
	if g.HasFlag("--script") {
		return fmt.Errorf("the requirements stand in a script of the project")
	}
	if err := g.enter("--directory"); err != nil {
		return err
	}
	switch g.Asks {
	case "sync":
		if err := g.enter("--project"); err != nil {
			return err
		}
		return g.uvSync(g.in.Dir)
	case "pip install", "pip sync":
		return g.uvPip()
	case "tool install":
		return g.uvTool()
	case "python install":
		if len(g.Operands) == 0 {
			g.addThere(g.in.Dir, ".python-version", ".python-versions")
		}
		return nil
	}
	return fmt.Errorf("what \"uv %s\" reads is not known", g.Asks)
}

// enter makes the folder that one of the flags names the working directory. What is absolute is
// then not looked for.
func (g *gatherer) enter(flags ...string) error {
	flag, ok := g.Flag(flags...)
	if !ok {
		return nil
	}
	dir, err := g.in.Path(flag.Value)
	if err != nil {
		return err
	}
	g.in.Dir, g.in.Workdir, g.cwd = dir, "", dir
	return nil
}

// uvConfig adds the nearest configuration file, and the folders of archives that it names.
func (g *gatherer) uvConfig() error {
	if files := append(g.Values("--config-file"), strings.Fields(g.env("UV_CONFIG_FILE"))...); len(files) > 0 {
		found, err := g.addNamed(files[0], g.evidence())
		if err != nil {
			return err
		}
		return g.uvSettings(found, nil)
	}
	if g.HasFlag("--no-config") || g.on("UV_NO_CONFIG") {
		return nil
	}
	for dir := g.in.Dir; ; dir = path.Dir(dir) {
		if g.isFile(dir, "uv.toml") {
			g.addThere(dir, "uv.toml")
			return g.uvSettings(path.Join(dir, "uv.toml"), nil)
		}
		if g.isFile(dir, "pyproject.toml") {
			p, err := ReadProject(g.fsys, path.Join(dir, "pyproject.toml"))
			if err != nil {
				return err
			}
			if p.Tool.UV != nil {
				g.addThere(dir, "pyproject.toml")
				return g.uvSettings(p.File, p.Tool.UV)
			}
		}
		if dir == "." {
			return nil
		}
	}
}

// uvSettings adds what a configuration file names; settings are those of an uv.toml if nil.
func (g *gatherer) uvSettings(file string, settings *UV) error {
	if settings == nil {
		settings = &UV{}
		if _, err := manifest.ReadTOML(g.fsys, file, settings); err != nil {
			return err
		}
	}
	links := settings.FindLinks
	for _, index := range settings.Index {
		links = append(links, index.URL)
	}
	for _, link := range links {
		if err := g.addLinks(path.Dir(file), link, transform.Evidence{Source: file, Text: link}); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// uvPip adds what uv pip install and sync read.
func (g *gatherer) uvPip() error {
	if g.HasFlag("--project") {
		return fmt.Errorf("--project names another project")
	}
	if err := g.uvConfig(); err != nil {
		return err
	}
	files := append(g.Values("-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints", "--override", "--overrides", "--excludes",
		"-b", "--build-constraint", "--build-constraints"),
		strings.Fields(g.env("UV_CONSTRAINT")+" "+g.env("UV_OVERRIDE")+" "+g.env("UV_BUILD_CONSTRAINT"))...)
	operands := g.Operands
	if g.Asks == "pip sync" {
		files, operands = append(files, operands...), nil
	}
	for _, name := range files {
		if err := g.addUVRequirements(name); err != nil {
			return err
		}
	}
	if len(g.Values("--group")) > 0 {
		if _, err := g.project(g.in.Dir); err != nil {
			return err
		}
	}
	g.Operands = operands
	links := append(g.Values("-f", "--find-links"), strings.Fields(g.env("UV_FIND_LINKS"))...)
	return g.addOperands(links, g.Values("-e", "--editable"))
}

// addUVRequirements adds a file of requirements in one of the forms that uv reads.
func (g *gatherer) addUVRequirements(name string) error {
	switch base := path.Base(name); {
	case base == "setup.py" || base == "setup.cfg" || path.Ext(base) == ".py":
		return fmt.Errorf("%s is run, and may read the source", name)
	case base == "pyproject.toml":
		file, err := g.in.Path(name)
		if err != nil {
			return err
		}
		return g.addMetadata(path.Dir(file))
	case path.Ext(base) == ".toml":
		_, err := g.addNamed(name, g.evidence())
		return err
	}
	return g.addRequirementFiles([]string{name})
}

// addMetadata adds the pyproject.toml of a folder where that gives the dependencies itself.
func (g *gatherer) addMetadata(dir string) error {
	p, err := g.project(dir)
	if err != nil {
		return err
	}
	if p.Metadata == nil {
		return fmt.Errorf("%s: no table [project]: the source is built to find the dependencies", p.File)
	}
	for _, field := range p.Metadata.Dynamic {
		if field == "dependencies" || field == "optional-dependencies" {
			return fmt.Errorf("%s:%d: the source is built to find %s", p.File, p.evidence("dynamic").Line, field)
		}
	}
	return g.addLocals(dir, p.locals())
}

// uvTool refuses tools of uv for which files of the project are read.
func (g *gatherer) uvTool() error {
	files := g.Values("--with-requirements", "-c", "--constraint", "--constraints", "--override", "--overrides", "-b", "--build-constraint")
	if err := g.addRequirementFiles(files); err != nil {
		return err
	}
	for _, with := range g.Values("--with", "-w", "--from") {
		g.Operands = append(g.Operands, strings.Split(with, ",")...)
	}
	err := g.addOperands(g.Values("-f", "--find-links"), g.Values("--with-editable", "-e", "--editable"))
	if err == nil && len(g.inputs.Files)+len(g.inputs.Dirs) > 0 {
		return errors.New("the tool is installed from files of the project")
	}
	return err
}

// A uvInstall is one uv sync.
type uvInstall struct {
	*gatherer
	dir     string
	project *Project
	members []*Project
	frozen  bool
	// skip says what is not installed.
	skipProject, skipWorkspace, skipLocal bool
	skipPackages                          []string
}

// uvSync adds what uv sync reads. Source:
// https://docs.astral.sh/uv/guides/integration/docker/#intermediate-layers
func (g *gatherer) uvSync(dir string) error {
	s := &uvInstall{gatherer: g, dir: dir, frozen: g.HasFlag("--frozen") || g.on("UV_FROZEN")}
	s.skipLocal = g.HasFlag("--no-install-local")
	s.skipWorkspace = s.skipLocal || g.HasFlag("--no-install-workspace")
	s.skipProject = s.skipWorkspace || g.HasFlag("--no-install-project", "--only-group", "--only-dev")
	for _, name := range g.Values("--no-install-package") {
		s.skipPackages = append(s.skipPackages, Normalize(name))
	}
	if g.env("UV_PROJECT_ENVIRONMENT") == "" {
		if err := g.noEnvironment(dir); err != nil {
			return err
		}
	}
	var err error
	if s.project, err = g.project(dir); err != nil {
		return err
	}
	if err := s.findMembers(); err != nil {
		return err
	}
	if err := g.uvConfig(); err != nil {
		return err
	}
	g.addThere(dir, "uv.lock", ".python-version", ".python-versions")
	if !g.isFile(dir, "uv.lock") {
		if s.frozen {
			return fmt.Errorf("there is no %s", path.Join(dir, "uv.lock"))
		}
		return s.withoutLock()
	}
	return s.withLock()
}

// findMembers adds the pyproject.toml of each member of the workspace.
func (s *uvInstall) findMembers() error {
	for parent := s.dir; parent != "."; {
		parent = path.Dir(parent)
		if file := path.Join(parent, "pyproject.toml"); manifest.IsFile(s.fsys, file) {
			if p, err := ReadProject(s.fsys, file); err != nil || p.Tool.UV != nil && p.Tool.UV.Workspace != nil {
				return fmt.Errorf("%s may be a member of the workspace in %s", s.dir, file)
			}
		}
	}
	projects := []*Project{s.project}
	if uv := s.project.Tool.UV; uv != nil && uv.Workspace != nil {
		patterns := slices.Clone(uv.Workspace.Members)
		for _, exclude := range uv.Workspace.Exclude {
			patterns = append(patterns, "!"+exclude)
		}
		dirs, err := manifest.Glob(s.fsys, s.dir, patterns)
		if err != nil {
			return fmt.Errorf("%s: %w", s.project.File, err)
		}
		for _, dir := range dirs {
			file := path.Join(dir, "pyproject.toml")
			if dir == s.dir || !manifest.IsFile(s.fsys, file) {
				continue
			}
			member, err := ReadProject(s.fsys, file)
			if err != nil {
				return err
			}
			if err := s.addFile(file, s.project.evidence("members")); err != nil {
				return err
			}
			s.members = append(s.members, member)
		}
		projects = append(projects, s.members...)
	}
	for _, p := range projects {
		if m := p.Metadata; !s.frozen && m != nil && len(m.Dynamic) > 0 {
			return fmt.Errorf("%s:%d: the source is built to find %s, unless uv sync is --frozen", p.File, p.evidence("dynamic").Line, strings.Join(m.Dynamic, ", "))
		}
	}
	return nil
}

// withoutLock adds what the manifests name.
func (s *uvInstall) withoutLock() error {
	if err := s.refuseProject(s.isPackage()); err != nil {
		return err
	}
	for _, p := range append([]*Project{s.project}, s.members...) {
		if err := s.addLocals(path.Dir(p.File), p.locals()); err != nil {
			return err
		}
	}
	if !s.skipWorkspace {
		for _, member := range s.members {
			if err := s.addLocal(".", path.Dir(member.File), s.project.evidence("members")); err != nil {
				return err
			}
		}
	}
	return nil
}

// isPackage reports whether uv would install the project itself.
func (s *uvInstall) isPackage() bool {
	if uv := s.project.Tool.UV; uv != nil && uv.Package != nil {
		return *uv.Package
	}
	return s.project.BuildSystem != nil
}

func (s *uvInstall) refuseProject(installed bool) error {
	if !installed || s.skipProject {
		return nil
	}
	return fmt.Errorf("%s: uv installs the project itself, from its source, unless --no-install-project is given", s.project.File)
}

// withLock adds what the lock file says is installed from the project.
func (s *uvInstall) withLock() error {
	file := path.Join(s.dir, "uv.lock")
	locked, err := ReadLock(s.fsys, file)
	if err != nil {
		return err
	}
	for _, l := range locked {
		if l.Local == "" {
			continue
		}
		if err := s.addPackage(file, l); err != nil {
			return err
		}
	}
	return nil
}

// addPackage adds one package of the lock that comes from the project.
func (s *uvInstall) addPackage(file string, l Locked) error {
	dir, err := s.place(s.dir, l.Local)
	if err != nil {
		return fmt.Errorf("%s:%d: %w", file, l.Line, err)
	}
	member := slices.ContainsFunc(s.members, func(p *Project) bool { return path.Dir(p.File) == dir })
	switch {
	case dir == s.dir:
		return s.refuseProject(!l.Virtual && !slices.Contains(s.skipPackages, l.Name))
	case member && (l.Virtual || s.skipWorkspace), s.frozen && (l.Virtual || s.skipLocal || slices.Contains(s.skipPackages, l.Name)):
		return nil
	}
	// Unless it is frozen, the lock is compared with what the folder says.
	because := transform.Evidence{Source: file, Line: l.Line, Text: l.Name + " comes from " + l.Local}
	if err := s.addLocal(s.dir, l.Local, because); err != nil {
		return fmt.Errorf("%s:%d: %w", file, l.Line, err)
	}
	return nil
}
