package ignorefile

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/gitignore"
	"dopt/transform"
)

// The bounds of the search. What lies deeper, or comes later, is left alone: patterns for every depth cover most of it.
const (
	maxDepth   = 8
	maxEntries = 20_000
	// maxCandidates bounds what is judged. A context with more is left alone as a whole, so that a second run finds no rest.
	maxCandidates = 2000
	// maxUnversioned bounds the patterns of one .gitignore.
	maxUnversioned = 1000
)

// A candidate is something in the context that images can do without.
type candidate struct {
	path string
	row  *row
	// unversioned is true where .gitignore names it.
	unversioned bool
	// usage is what it takes, if an instruction receives it and that could be told.
	usage transform.Usage
}

// A survey is what a search through the context has found.
type survey struct {
	candidates []candidate
	// secrets and large are files that people should look at: environment files, and data of 10 MB or more.
	secrets, large []candidate
	// texts are files that may call a version control system, in the order of the search; dockerfiles and
	// composes describe builds.
	texts, dockerfiles, composes []string
}

// A searcher goes through a context once.
type searcher struct {
	project transform.Project
	entries int
	survey
}

// surveyed is the key of what a project remembers of its survey.
type surveyed struct{}

// surveyOf returns the survey of a project, which Dockerfiles may share.
func surveyOf(p transform.Project) survey {
	return p.Remember(surveyed{}, func(p transform.Project) any { return search(p) }).(survey)
}

// search goes through the part of the context that is not ignored.
func search(p transform.Project) survey {
	s := &searcher{project: p}
	s.folder(".", nil)
	return s.survey
}

// A scope is a folder with a .gitignore, and its patterns.
type scope struct {
	folder   string
	patterns gitignore.Patterns
}

func (s *searcher) folder(folder string, scopes []scope) {
	if strings.Count(folder, "/") >= maxDepth {
		return
	}
	entries, err := fs.ReadDir(s.project, folder)
	if s.entries += len(entries); err != nil || s.entries > maxEntries {
		return
	}
	here := listing{names: map[string]bool{}}
	for _, e := range entries {
		here.names[e.Name()] = e.IsDir()
	}
	if isFolder, ok := here.names[".gitignore"]; ok && !isFolder {
		if text, err := fs.ReadFile(s.project, path.Join(folder, ".gitignore")); err == nil {
			if patterns := gitignore.Parse(string(text)); len(patterns) <= maxUnversioned {
				scopes = append(slices.Clip(scopes), scope{folder, patterns})
			}
		}
	}
	for _, e := range entries {
		s.entry(path.Join(folder, e.Name()), e, here, scopes)
	}
}

func (s *searcher) entry(p string, e fs.DirEntry, here listing, scopes []scope) {
	isFolder := e.IsDir()
	if !isFolder && !e.Type().IsRegular() {
		return
	}
	if !isFolder {
		s.builds(p, e.Name())
	}
	r := s.rowOf(p, e.Name(), isFolder, here, scopes)
	switch {
	case r == nil && !isFolder:
		s.file(p, e)
		return
	case s.project.Ignored(p):
		if r == nil {
			s.ignored(p)
		}
		return
	case r == nil:
		s.folder(p, scopes)
		return
	}
	s.candidates = append(s.candidates, candidate{path: p, row: r, unversioned: unversioned(p, isFolder, scopes)})
}

// builds notes a file that describes builds. One that is ignored can be built as well.
func (s *searcher) builds(p, name string) {
	switch {
	case dockerfileSet().has(name):
		s.dockerfiles = append(s.dockerfiles, p)
	case composeSet().has(name):
		s.composes = append(s.composes, p)
	}
}

// ignored looks for files that describe builds in an ignored folder, such as "docker". It does not go deeper.
func (s *searcher) ignored(folder string) {
	if strings.Contains(folder, "/") {
		return
	}
	entries, err := fs.ReadDir(s.project, folder)
	if s.entries += len(entries); err != nil || s.entries > maxEntries {
		return
	}
	for _, e := range entries {
		if e.Type().IsRegular() {
			s.builds(path.Join(folder, e.Name()), e.Name())
		}
	}
}

// rowOf returns the row that something belongs to; nil if it may be anything.
func (s *searcher) rowOf(p, name string, isFolder bool, here listing, scopes []scope) *row {
	for _, r := range rowIndex().of(name, isFolder) {
		switch {
		case r.beside != nil && !here.any(r.beside):
		case r.inside != nil && !s.holds(p, r.inside):
		case r.unversioned && !unversioned(p, isFolder, scopes):
		case r.kind == "docker" && strings.Contains(p, "/"):
		default:
			return r
		}
	}
	return nil
}

// holds reports whether a folder has one of the names in it.
func (s *searcher) holds(folder string, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		_, err := fs.Stat(s.project, path.Join(folder, n))
		return err == nil
	})
}

// unversioned reports whether a .gitignore in one of the folders above names a path.
func unversioned(p string, isFolder bool, scopes []scope) bool {
	for i := len(scopes) - 1; i >= 0; i-- {
		rel := p
		if f := scopes[i].folder; f != "." {
			rel = strings.TrimPrefix(p, f+"/")
		}
		if ignored, ok := scopes[i].patterns.Match(rel, isFolder); ok {
			return ignored
		}
	}
	return false
}

// large is the size, in bytes, from which a file of data is worth a remark.
const large = 10_000_000

// dataNames are files of data and archives. Which of them a program opens is not to be seen.
var dataNames = []string{
	"*.bak", "*.csv", "*.db", "*.dump", "*.gz", "*.hprof", "*.iso", "*.jsonl", "*.mp4", "*.parquet", "*.rar", "*.sql", "*.sqlite", "*.sqlite3", "*.tar", "*.tgz",
	"*.xz", "*.zip", "*.zst", "core", "core.*",
}

// exampleNames are environment files that are made to be shared.
var exampleNames = []string{".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults"}

// file looks at a file that belongs to no row.
func (s *searcher) file(p string, e fs.DirEntry) {
	name := e.Name()
	switch {
	case name == ".env" || strings.HasPrefix(name, ".env.") && !slices.Contains(exampleNames, name):
		if !s.project.Ignored(p) {
			s.secrets = append(s.secrets, candidate{path: p})
		}
	case dataSet().has(name):
		if info, err := e.Info(); err == nil && info.Size() >= large && !s.project.Ignored(p) {
			s.large = append(s.large, candidate{path: p, usage: transform.Usage{Files: 1, Bytes: info.Size()}})
		}
	case textSet().has(name), !strings.Contains(name, "."): // a script may have no ending
		s.texts = append(s.texts, p)
	}
}

// composeNames are the names of Compose files. Source: docs.docker.com/compose/intro/compose-application-model.
var composeNames = []string{
	"docker-compose*.yml", "docker-compose*.yaml", "compose.yaml", "compose.*.yaml", "compose.yml", "compose.*.yml",
}

// dockerfileNames are the names of Dockerfiles, templates included.
var dockerfileNames = []string{"Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile", "Containerfile", "Containerfile.*", "dockerfile"}
