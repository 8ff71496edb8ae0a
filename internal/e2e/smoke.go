package main

import (
	"fmt"
	"strings"

	"dopt/internal/verify/result"
)

// shownOutput is how much of a failed check's output its message shows, in bytes.
const shownOutput = 600

// verdicts says in a word how the checks went before and after, "" where none ran.
func verdicts(tests []result.Test) (before, after string) {
	for _, t := range tests {
		before, after = verdict(before, t.Before), verdict(after, t.After)
	}
	return before, after
}

func verdict(sofar string, run *result.TestRun) string {
	switch {
	case run == nil:
		return sofar
	case !run.Passed:
		return "FAILED"
	case sofar == "":
		return "ok"
	}
	return sofar
}

// failed is the status of a case with a check that failed.
func failed(run *result.TestRun) Status {
	if run.TimedOut {
		return Hangs
	}
	return Failed
}

func describe(t result.Test, run *result.TestRun) string {
	return t.Name + ": " + run.Reason + shown(run.Output)
}

// shown returns the end of what a step wrote, for a message.
func shown(text string) string {
	if text = strings.TrimSpace(text); text == "" {
		return ""
	}
	return fmt.Sprintf(": …%q", text[max(0, len(text)-shownOutput):])
}

// oneLine returns a text with its line breaks and runs of blanks as single blanks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
