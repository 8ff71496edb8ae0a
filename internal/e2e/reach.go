package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"dopt/internal/testbed"
	"dopt/internal/verify"
)

// A source is a package source, with a way to tell whether it can be reached.
type source struct {
	// base is an image that has the client, command asks the source for something small.
	base, command string
}

// sources are those that a case may need.
var sources = map[string]source{
	"debian": {"debian:bookworm-slim", "apt-get update -o APT::Update::Error-Mode=any"},
	"pypi":   {"python:3.11-slim", "cd /tmp && python3 -m pip download --no-deps -q -d /tmp/reach six==1.16.0"},
	"npm":    {"node:20-slim", "cd /tmp && npm view left-pad@1.3.0 dist.tarball"},
	"go":     {"golang:1.22", "cd /tmp && GOFLAGS=-mod=mod go list -m golang.org/x/text@v0.14.0"},
	"crates": {"rust:1", "rm -rf /tmp/reach && cargo init -q --name reach /tmp/reach && cd /tmp/reach && cargo add -q libc@0.2 && cargo fetch -q"},
	"maven":  {"maven:3-eclipse-temurin-17", "cd /tmp && mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get -Dartifact=junit:junit:4.13.2:pom"},
}

// sourceNames lists them in the order of the table.
var sourceNames = []string{"debian", "pypi", "npm", "go", "crates", "maven"}

// reachTimeout bounds one attempt.
const reachTimeout = 90 * time.Second

var reachCommand = &cli.Command{
	Name:  "reach",
	Usage: "tell which package sources can be reached, from this machine and from inside a RUN",
	Action: func(c *cli.Context) error {
		bed, err := testbed.Start(c.Context)
		if err != nil {
			return err
		}
		defer bed.Close()
		r := &reach{bed: bed}
		fmt.Printf("%-10s %-16s %s\n", "source", "this machine", "inside a RUN")
		for _, name := range sourceNames {
			fmt.Printf("%-10s %-16s %s\n", name, answer(fromHost(c.Context, name)), answer(r.source(c.Context, name)))
		}
		return c.Context.Err()
	},
}

func answer(err error) string {
	switch {
	case err == nil:
		return "yes"
	case errors.Is(err, exec.ErrNotFound):
		return "no client"
	}
	return "no"
}

// fromHost asks a source with this machine's own client.
func fromHost(ctx context.Context, name string) error {
	client := map[string]string{"debian": "apt-get", "pypi": "python3", "npm": "npm", "go": "go", "crates": "cargo", "maven": "mvn"}[name]
	if _, err := exec.LookPath(client); err != nil {
		return exec.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	return exec.CommandContext(ctx, "sh", "-c", sources[name].command).Run()
}

// reach remembers which sources builds can reach.
type reach struct {
	bed *testbed.Bed

	mu    sync.Mutex
	known map[string]error
}

// source returns nil if a RUN can reach the source.
func (r *reach) source(ctx context.Context, name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err, ok := r.known[name]
	if !ok {
		err = r.try(ctx, sources[name])
		if r.known == nil {
			r.known = map[string]error{}
		}
		r.known[name] = err
	}
	return err
}

func (r *reach) try(ctx context.Context, s source) error {
	images, err := r.bed.Images(ctx, s.base)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	_, err = r.bed.Builder.Build(ctx, verify.Request{
		Dockerfile: []byte("FROM " + s.base + "\nRUN " + s.command + "\n"),
		Args:       testbed.ProxyArgs(), Images: images, BuiltinFrontend: !testbed.Registry(), NoCache: true,
	}, r.bed.Store)
	return err
}
