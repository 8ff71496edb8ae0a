package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dopt/internal/verify"
)

// shownOutput is how much of a failed check's output its message shows, in bytes.
const shownOutput = 600

// A failure says why a check does not hold, "" if it does.
type failure struct {
	reason string
	// hangs says that the check was stopped by its time limit.
	hangs bool
}

func fail(format string, args ...any) failure { return failure{reason: fmt.Sprintf(format, args...)} }

func (f failure) verdict() string {
	if f.reason == "" {
		return "ok"
	}
	return "FAILED"
}

func (f failure) status() Status {
	if f.hangs {
		return Hangs
	}
	return Failed
}

// smoke runs the checks on an image until one fails. The error is about the builder.
func (h *harness) smoke(ctx context.Context, c *Case, image *verify.Image) (failure, error) {
	for i, check := range c.Smoke {
		f, err := h.check(ctx, check, image)
		if err != nil {
			return f, err
		}
		if f.reason != "" {
			f.reason = fmt.Sprintf("check %d: %s", i+1, f.reason)
			return f, nil
		}
	}
	return failure{}, nil
}

func (h *harness) check(ctx context.Context, c Check, image *verify.Image) (failure, error) {
	step := verify.Step{Args: c.Command, Entrypoint: c.Entrypoint, Env: c.Env, Stdin: c.Stdin, Timeout: time.Duration(h.patience) * c.timeout()}
	if c.Probe != nil {
		step.Args = c.Run
		return h.probe(ctx, *c.Probe, step, image)
	}
	got, err := h.bed.Builder.Run(ctx, image, step)
	switch {
	case err != nil:
		return failure{}, err
	case got.TimedOut:
		return failure{"it hangs: stopped by its time limit" + shown(got), true}, nil
	case got.Exit != c.Exit:
		return fail("exit status %d, want %d%s", got.Exit, c.Exit, shown(got)), nil
	case !strings.Contains(got.Stdout, c.Stdout):
		return fail("standard output lacks %q%s", c.Stdout, shown(got)), nil
	case !strings.Contains(got.Stderr, c.Stderr):
		return fail("standard error lacks %q%s", c.Stderr, shown(got)), nil
	}
	return failure{}, nil
}

func (h *harness) probe(ctx context.Context, p Probe, step verify.Step, image *verify.Image) (failure, error) {
	answer, got, err := h.bed.Builder.Probe(ctx, image, step, verify.Probe{Port: p.Port, Path: p.Path}, h.prober)
	want := p.Status
	if want == 0 {
		want = 200
	}
	switch {
	case err != nil:
		return failure{}, err
	case answer.Status == 0 && got.TimedOut:
		return failure{fmt.Sprintf("no answer at port %d in time%s", p.Port, shown(got)), true}, nil
	case answer.Status == 0:
		return fail("the server ended with exit status %d%s", got.Exit, shown(got)), nil
	case answer.Status != want:
		return fail("%s: status %d, want %d: %.200q", p.Path, answer.Status, want, answer.Body), nil
	case !strings.Contains(answer.Body, p.Expect):
		return fail("%s: the answer lacks %q: %.200q", p.Path, p.Expect, answer.Body), nil
	}
	return failure{}, nil
}

// shown returns the end of what a step wrote, for a message.
func shown(o verify.Outcome) string {
	text := strings.TrimSpace(o.Stdout + o.Stderr)
	if text == "" {
		return ""
	}
	return fmt.Sprintf(": …%q", text[max(0, len(text)-shownOutput):])
}
