// Package config reads .dopt.yaml files. docs/config.md is the page for users,
// docs/schema/config.schema.json what editors check against.
package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"dopt/internal/gitignore"
	"dopt/transform"
)

// FileName is the name of a configuration file.
const FileName = ".dopt.yaml"

// A Config is what a configuration file or the command line chooses. The zero
// value chooses nothing.
type Config struct {
	// Path is the file that it was read from, "" for none.
	Path       string
	Level      *transform.Level
	Only, Skip []string
	Builder    transform.Builder
	Merge      transform.MergePolicy
	// Declarations says where instructions go that only declare something.
	Declarations transform.DeclarationPolicy
	CacheMounts  *bool
	Targets      []string
	// Official are registries that serve the official images.
	Official []string
	// Mirrors are the package managers whose inserted steps take the address of a mirror as a build argument.
	Mirrors []string
	// Exclude are patterns of files, relative to the folder of Path.
	Exclude gitignore.Patterns
}

// Override returns c with all that by chooses instead. Only and Skip are one choice.
func (c Config) Override(by Config) Config {
	if by.Level != nil {
		c.Level = by.Level
	}
	if by.Only != nil || by.Skip != nil {
		c.Only, c.Skip = by.Only, by.Skip
	}
	if by.Builder != "" {
		c.Builder = by.Builder
	}
	if by.Merge != "" {
		c.Merge = by.Merge
	}
	if by.Declarations != "" {
		c.Declarations = by.Declarations
	}
	if by.CacheMounts != nil {
		c.CacheMounts = by.CacheMounts
	}
	if by.Targets != nil {
		c.Targets = by.Targets
	}
	if by.Official != nil {
		c.Official = by.Official
	}
	if by.Mirrors != nil {
		c.Mirrors = by.Mirrors
	}
	return c
}

// Excludes reports whether the configuration excludes a file.
func (c Config) Excludes(file string) bool {
	if c.Exclude == nil {
		return false
	}
	folder, err := filepath.Abs(filepath.Dir(c.Path))
	if err != nil {
		return false
	}
	if file, err = filepath.Abs(file); err != nil {
		return false
	}
	rel, err := filepath.Rel(folder, file)
	return err == nil && filepath.IsLocal(rel) && c.Exclude.Ignores(filepath.ToSlash(rel))
}

// Pipeline returns a pipeline that does what c chooses, with those of the passes that it selects.
func (c Config) Pipeline(passes []*transform.Pass) *transform.Pipeline {
	p := &transform.Pipeline{Level: transform.Standard}
	if c.Level != nil {
		p.Level = *c.Level
	}
	for _, pass := range passes {
		if (c.Only == nil || slices.Contains(c.Only, pass.Name)) && !slices.Contains(c.Skip, pass.Name) {
			p.Passes = append(p.Passes, pass)
		}
	}
	p.Settings = transform.Settings{Merge: c.Merge, Declarations: c.Declarations, Builder: c.Builder, Targets: c.Targets, Official: c.Official, Mirrors: c.Mirrors}
	p.Settings.CacheMounts = c.CacheMounts != nil && *c.CacheMounts
	return p
}

// Levels, Builders, Mirrors, MergePolicies and DeclarationPolicies are the names to choose from.
var (
	Levels              = []string{transform.Layout.String(), transform.Safe.String(), transform.Standard.String(), transform.Aggressive.String()}
	Builders            = []string{string(transform.BuilderDocker), string(transform.BuilderBuildah), string(transform.BuilderKaniko)}
	Mirrors             = []string{"apt"}
	MergePolicies       = []string{string(transform.MergePays), string(transform.MergeAll), string(transform.MergeNone)}
	DeclarationPolicies = []string{string(transform.DeclarationsKeep), string(transform.DeclarationsEarly), string(transform.DeclarationsLate)}
)

// OneOf returns an error unless name is one of the names.
func OneOf(name string, names []string) error {
	if slices.Contains(names, name) {
		return nil
	}
	return fmt.Errorf("%q is none of %s", name, strings.Join(names, ", "))
}
