// Package testbedtest starts the test bed for a test.
package testbedtest

import (
	"context"
	"testing"

	"dopt/internal/testbed"
)

// Start returns a daemon that ends with the test. It skips the test where DOPT_TESTBED does not ask for real builds.
func Start(t *testing.T) *testbed.Bed {
	t.Helper()
	if !testbed.Enabled() {
		t.Skip("needs real builds: set DOPT_TESTBED")
	}
	bed, err := testbed.Start(context.Background()) // a test's own context ends before its clean-up
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bed.Close)
	return bed
}
