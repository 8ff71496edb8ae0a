// Package catalog knows facts about base images, each with its source.
package catalog

import (
	"strings"

	"dopt/transform"
)

// Bases answers from the table of official images.
func Bases() transform.Bases { return official{} }

type official struct{}

// families is what the Dockerfiles of the official images say: the distribution
// of the default tag, and what the entrypoint does with the words of CMD.
//
// Source: the Dockerfiles and docker-entrypoint.sh of github.com/docker-library (node:
// github.com/nodejs/docker-node) as of 2026-08.
var families = map[string]transform.Base{
	"debian":         {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"ubuntu":         {Distro: "ubuntu", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"buildpack-deps": {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"python":         {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"golang":         {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"rust":           {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"gcc":            {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"ruby":           {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"perl":           {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"openjdk":        {Entrypoint: transform.NoEntrypoint},
	"java":           {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"erlang":         {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"elixir":         {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"haskell":        {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"node":           {Distro: "debian", Entrypoint: transform.PassesThrough, AptAutoClean: true},
	"php":            {Distro: "debian", Entrypoint: transform.PassesThrough, AptAutoClean: true},
	"nginx":          {Distro: "debian", Entrypoint: transform.InspectsCommand, AptAutoClean: true},
	"httpd":          {Distro: "debian", Entrypoint: transform.NoEntrypoint, AptAutoClean: true},
	"alpine":         {Distro: "alpine", Entrypoint: transform.NoEntrypoint},
	"busybox":        {Distro: "busybox", Entrypoint: transform.NoEntrypoint},
	"centos":         {Distro: "centos", Entrypoint: transform.NoEntrypoint},
	"fedora":         {Distro: "fedora", Entrypoint: transform.NoEntrypoint},
	"rockylinux":     {Distro: "rocky", Entrypoint: transform.NoEntrypoint},
	"almalinux":      {Distro: "almalinux", Entrypoint: transform.NoEntrypoint},
	"amazonlinux":    {Distro: "amazonlinux", Entrypoint: transform.NoEntrypoint},
	"oraclelinux":    {Distro: "oraclelinux", Entrypoint: transform.NoEntrypoint},
	"scratch":        {Entrypoint: transform.NoEntrypoint},
}

// Base implements transform.Bases.
func (official) Base(ref string) (transform.Base, bool) {
	ref, _, _ = strings.Cut(strings.ToLower(ref), "@")
	ref = strings.TrimPrefix(strings.TrimPrefix(ref, "docker.io/"), "library/")
	name, tag, _ := strings.Cut(ref, ":")
	b, ok := families[name]
	if !ok {
		return transform.Base{}, false
	}
	if strings.Contains(tag, "alpine") {
		b.Distro, b.AptAutoClean = "alpine", false
	}
	b.Source = "the official image's Dockerfile"
	return b, true
}
