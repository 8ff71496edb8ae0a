package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"dopt/internal/verify/smoke"
	"dopt/transform"
)

// A Case is an example project; examples/README.md specifies case.yaml.
type Case struct {
	// Name is the folder's, Dir its path.
	Name string `yaml:"-"`
	Dir  string `yaml:"-"`

	Description    string
	Language       string
	Bases          []string
	Needs          []string
	Dockerfile     string
	BuildArgs      map[string]string `yaml:"build_args"`
	Target         string
	Smoke          []smoke.Check
	Expect         map[string]Expectation
	NotBuiltReason string `yaml:"not_built_reason"`
}

// An Expectation is what must be true of the rewritten project at a level.
type Expectation struct {
	MaxRatio  float64 `yaml:"max_ratio"`
	Base      string
	Stages    int
	Passes    []string
	Unchanged bool
	Present   []string
	Absent    []string
}

// languages are the groups of the results, in their order.
var languages = []string{"python", "node", "ruby", "php", "elixir", "go", "rust", "java", "c"}

// loadCases reads the named projects below dir, or all of them, sorted by name.
func loadCases(dir string, names []string) ([]*Case, error) {
	if len(names) == 0 {
		files, err := filepath.Glob(filepath.Join(dir, "*", "case.yaml"))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			names = append(names, filepath.Base(filepath.Dir(f)))
		}
	}
	var cases []*Case
	for _, name := range names {
		c, err := loadCase(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("no case.yaml below %s", dir)
	}
	return cases, nil
}

func loadCase(dir string) (*Case, error) {
	path := filepath.Join(dir, "case.yaml")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no example project %s: %w", filepath.Base(dir), err)
	}
	if err != nil {
		return nil, err
	}
	c := &Case{Name: filepath.Base(dir), Dir: dir, Dockerfile: "Dockerfile"}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(c); err != nil {
		return nil, fmt.Errorf("%s: %s", path, oneLine(err.Error()))
	}
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func (c *Case) validate() error {
	switch {
	case c.Description == "":
		return errors.New("description is missing")
	case !slices.Contains(languages, c.Language):
		return fmt.Errorf("language %q is none of %s", c.Language, strings.Join(languages, ", "))
	case len(c.Bases) == 0:
		return errors.New("bases is missing")
	case len(c.Smoke) == 0 && c.NotBuiltReason == "":
		return errors.New("smoke is missing")
	}
	for _, need := range c.Needs {
		if _, ok := sources[need]; !ok {
			return fmt.Errorf("needs: unknown package source %q", need)
		}
	}
	for level := range c.Expect {
		if _, err := transform.ParseLevel(level); err != nil {
			return fmt.Errorf("expect: %w", err)
		}
	}
	for i, check := range c.Smoke {
		if err := validate(check); err != nil {
			return fmt.Errorf("smoke %d: %w", i+1, err)
		}
	}
	return nil
}

func validate(c smoke.Check) error {
	switch {
	case (c.Probe == nil) == (c.Command == nil && c.Entrypoint == nil):
		return errors.New("exactly one of command and probe must be there")
	case c.Probe == nil && c.Run != nil:
		return errors.New("run belongs to probe")
	case c.Probe != nil && (c.Probe.Port == 0 || !strings.HasPrefix(c.Probe.Path, "/")):
		return errors.New("probe needs a port and an absolute path")
	}
	return nil
}
