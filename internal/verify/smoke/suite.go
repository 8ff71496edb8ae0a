package smoke

import (
	"context"
	"errors"
	"strconv"
	"strings"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify"
	"dopt/internal/verify/result"
)

// A Suite runs checks on the image before and on those after.
type Suite struct {
	Checks []Check
	// Patience multiplies the time limits, for busy machines; 0 is 1.
	Patience int

	// before is what each check gave on the original; nil for what did not run.
	before []*observation
}

// Before runs all checks on the original.
func (s *Suite) Before(ctx context.Context, box Sandbox) error {
	s.before = nil
	var checks []Check
	for _, c := range s.Checks {
		if c.Exposed {
			port := exposedPort(box.Config())
			if port == 0 {
				continue
			}
			c.Probe = &Probe{Port: port, Path: "/"}
		}
		o, err := c.run(ctx, box, s.Patience, nil)
		if c.AsOriginal && errors.Is(err, verify.ErrNoCommand) {
			continue // an image that is for building on, or a tool box
		}
		if err != nil {
			return err
		}
		checks, s.before = append(checks, c), append(s.before, &o)
	}
	s.Checks = checks
	return nil
}

// exposedPort returns the lowest TCP port that an image exposes, 0 for none.
func exposedPort(config ocispecs.ImageConfig) int {
	lowest := 0
	for port := range config.ExposedPorts {
		text, protocol, _ := strings.Cut(port, "/")
		n, err := strconv.Atoi(text)
		if err == nil && (protocol == "" || protocol == "tcp") && (lowest == 0 || n < lowest) {
			lowest = n
		}
	}
	return lowest
}

// After runs the checks on a rewritten image, until one fails that the original passes. It returns all of them
// as far as they ran; those before are in it, too.
func (s *Suite) After(ctx context.Context, box Sandbox) ([]result.Test, error) {
	tests := s.Tests()
	for i, c := range s.Checks {
		o, err := c.run(ctx, box, s.Patience, s.before[i])
		if err != nil {
			return tests, err
		}
		tests[i].After = o.result()
		if !tests[i].After.Passed && Counts(tests[i]) {
			break
		}
	}
	return tests, nil
}

// Tests are the checks with what they gave on the original.
func (s *Suite) Tests() []result.Test {
	var tests []result.Test
	for i, c := range s.Checks {
		t := result.Test{Name: c.String()}
		if i < len(s.before) {
			t.Before, t.Inconclusive = s.before[i].result(), !c.conclusive(*s.before[i])
		}
		tests = append(tests, t)
	}
	return tests
}

// Counts reports whether a test's failure counts against the rewrite. One that is to do what the original does counts even where the
// original ends with an error, if it ends in another way.
func Counts(t result.Test) bool { return t.Before != nil && t.Before.Passed }
