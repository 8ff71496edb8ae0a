package transform

import "testing"

func TestOfficialName(t *testing.T) {
	s := Settings{Official: []string{"registry.example.com/proxy", "localhost:5000/"}}
	for image, want := range map[string]string{
		"registry.example.com/proxy/python:3.11":         "python:3.11",
		"registry.example.com/proxy/library/python:3.11": "python:3.11",
		"localhost:5000/node":                            "node",
		"registry.example.com/proxy/team/python:3.11":    "registry.example.com/proxy/team/python:3.11",
		"registry.example.com/python:3.11":               "registry.example.com/python:3.11",
		"registry.example.com/proxyless/python:3.11":     "registry.example.com/proxyless/python:3.11",
		"python:3.11": "python:3.11",
	} {
		if got := s.OfficialName(image); got != want {
			t.Errorf("%s: %s, want %s", image, got, want)
		}
	}
}
