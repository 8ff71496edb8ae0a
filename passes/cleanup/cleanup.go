package cleanup

import (
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
		if !c.Ships(stage) {
			continue
		}
		for _, in := range stage.Instructions {
			if s := cl.steps[in]; s != nil {
				s.clean()
			}
		}
	}
	return nil
}

// clean reports what the layer of the step should not hold.
func (s *step) clean() {
	s.aptLists()
	s.apk()
	s.caches()
	s.archives()
	s.trees()
}
