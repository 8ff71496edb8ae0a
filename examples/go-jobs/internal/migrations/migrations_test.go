package migrations

import (
	"testing"
	"testing/fstest"
)

func TestLoadRefusesGaps(t *testing.T) {
	dir := fstest.MapFS{"001_jobs.sql": {}, "003_index.sql": {}}
	if all, err := Load(dir); err == nil {
		t.Errorf("Load = %v, want an error for the missing version 2", all)
	}
}
