package compose

import (
	"slices"
	"testing"
	"testing/fstest"
)

const file = `
services:
  db: {image: postgres}
  mail: {build: ./mail, healthcheck: {test: [NONE]}}
  shop:
    build: {context: ., dockerfile: Dockerfile}
    image: example.com/shop
    environment: {PORT: 80, DEBUG: "no"}
    healthcheck: {test: [CMD, curl, localhost]}
  tools: {build: "${WHERE}", environment: [A=b], healthcheck: {test: curl localhost || exit 1}}
  worker: {build: {target: worker}, healthcheck: {test: [CMD-SHELL, pgrep worker]}}
`

// Only services that are built count, with the folder, the health check and the variables of each.
func TestServices(t *testing.T) {
	list, ok := Services(fstest.MapFS{"compose.yaml": {Data: []byte(file)}}, "compose.yaml")
	want := []struct {
		here, script      bool
		health, variables []string
	}{
		{here: false},
		{here: true, health: []string{"curl", "localhost"}, variables: []string{"DEBUG=no", "PORT=80"}},
		{here: true, health: []string{"curl localhost || exit 1"}, script: true, variables: []string{"A=b"}},
		{here: true, health: []string{"pgrep worker"}, script: true},
	}
	if !ok || len(list) != len(want) {
		t.Fatalf("Services: %d services, %v; want %d", len(list), ok, len(want))
	}
	for i, w := range want {
		health, script := list[i].Health()
		if got := list[i].Variables(); list[i].Here() != w.here || script != w.script || !slices.Equal(health, w.health) || !slices.Equal(got, w.variables) {
			t.Errorf("service %d: here %v, health %q, script %v, variables %q; want %v", i, list[i].Here(), health, script, got, w)
		}
	}
}

// A file that is not there has no services; one that cannot be read is told.
func TestServicesOfNoFile(t *testing.T) {
	files := fstest.MapFS{"docker-compose.yml": {Data: []byte("services: [")}}
	if list, ok := Services(files, "compose.yaml"); list != nil || !ok {
		t.Errorf("no file: %v, %v; want none, true", list, ok)
	}
	if _, ok := Services(files, "docker-compose.yml"); ok {
		t.Error("a file that is no YAML: true, want false")
	}
}
