package cleanup

import (
	"slices"

	"dopt/transform"
)

func run(c *transform.Context) error {
	cl := &cleaner{Context: c, steps: map[*transform.Instruction]*step{}}
	for _, in := range c.Doc.Instructions {
		if in.Keyword == "RUN" && in.Stage != nil {
			cl.steps[in] = cl.read(in)
		}
	}
	for _, stage := range c.Doc.Stages {
		if command := stage.Development(); command != "" && c.Ships(stage) {
			c.Missed(stage.From, "development", "caches stay: %q is for an image to work in, where they serve the next install", command)
		}
	}
	for _, in := range c.Doc.Instructions {
		s := cl.steps[in]
		if s == nil {
			continue
		}
		var mounted []string
		if c.Settings.CacheMounts {
			mounted = s.mounts()
		}
		if c.Ships(in.Stage) && in.Stage.Development() == "" {
			s.clean(mounted)
		}
	}
	return nil
}

// clean reports what the layer of the step should not hold. mounted are the managers whose caches
// are on mounts.
func (s *step) clean(mounted []string) {
	if !slices.ContainsFunc(mounted, func(name string) bool { return name == "apt-get" || name == "apt" || name == "aptitude" }) {
		s.aptLists()
		s.aptArchives()
	}
	s.apk()
	s.caches(mounted)
	s.archives()
	s.trees()
}
