package main

import (
	"slices"
	"testing"

	"dopt/transform"
)

func TestBasesOfARewrite(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte("ARG V=1\nFROM python:3.11-slim AS build\nFROM node:$V\nFROM build\nFROM scratch\nFROM python:3.11\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := bases(&Case{Bases: []string{"python:3.11", "node:1"}}, doc), []string{"python:3.11", "node:1", "python:3.11-slim"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
