package result

// A Test is a smoke test that ran on the image before and on the image after.
type Test struct {
	// Name says what it does: the command, or what is asked of the server.
	Name string `json:"name"`
	// Before and After are how it went; nil where it did not run.
	Before *TestRun `json:"before,omitempty"`
	After  *TestRun `json:"after,omitempty"`
	// Inconclusive says that it fails on the original already, and counts neither for nor against the rewrite.
	Inconclusive bool `json:"inconclusive,omitempty"`
}

// A TestRun is how a test went on one image.
type TestRun struct {
	Passed bool `json:"passed"`
	// Reason says why it did not pass.
	Reason string `json:"reason,omitempty"`
	// Output is the end of what the program wrote, if it did not pass.
	Output string `json:"output,omitempty"`
	// TimedOut says that the test was stopped by its time limit.
	TimedOut bool    `json:"timed_out,omitempty"`
	Seconds  float64 `json:"seconds"`
}

// A Rebuild is what an edit of the source builds again.
type Rebuild struct {
	// Edited is the file that was edited, relative to the build context.
	Edited string `json:"edited"`
	Before Again  `json:"before"`
	After  Again  `json:"after"`
}

// Again is what one Dockerfile builds again.
type Again struct {
	// Seconds is the median of Runs, how long the builds took, their results written included.
	Seconds float64   `json:"seconds"`
	Runs    []float64 `json:"runs"`
	// Predicted are the instructions that must run for all that the Dockerfile tells; Steps are those that did, in the last run.
	Predicted []string `json:"predicted"`
	Steps     []Step   `json:"steps"`
}

// A Step is an instruction that makes a layer, and ran in a build.
type Step struct {
	// Name is the instruction as BuildKit names it, without its place.
	Name string `json:"name"`
	// Line is the 1-based line of the Dockerfile; absent where it cannot be told.
	Line int `json:"line,omitempty"`
	// Start is when it began, counted from the build's begin, Seconds how long it ran.
	Start   float64 `json:"start"`
	Seconds float64 `json:"seconds"`
}
