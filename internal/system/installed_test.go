package system_test

import (
	"slices"
	"testing"

	"dopt/internal/system"
)

func TestInstalled(t *testing.T) {
	for _, test := range []struct {
		image, release, has, lacks string
	}{
		{"debian:bookworm-slim", "bookworm", "dash", "ca-certificates"},
		{"golang:1.22-bookworm", "bookworm", "ca-certificates", "nginx"},
		{"gcr.io/distroless/static-debian12", "bookworm", "ca-certificates", "libc6"},
		{"gcr.io/distroless/cc-debian12:nonroot", "bookworm", "tzdata", "dash"},
		{"python:3.11-slim-bookworm", "bookworm", "libssl3", "gcc"},
		{"gcr.io/distroless/python3-debian12", "bookworm", "libssl3", "dash"},
		{"gcr.io/distroless/python3-debian13", "trixie", "libssl3t64", "apt"},
		{"elixir:1.16", "bookworm", "libncurses-dev", "nginx"},
		{"elixir:1.16-slim", "bookworm", "libssl3", "libncurses-dev"},
		{"php:8.2-apache-bookworm", "bookworm", "g++", "libzip-dev"},
	} {
		i, ok := system.Packages().Installed(test.image)
		if !ok || i.Release != test.release || !slices.Contains(i.Names, test.has) || slices.Contains(i.Names, test.lacks) || !slices.IsSorted(i.Names) {
			t.Errorf("%s: %v, release %q, %d packages; want %s and no %s", test.image, ok, i.Release, len(i.Names), test.has, test.lacks)
		}
	}
	for _, image := range []string{"gcr.io/distroless/static", "gcr.io/distroless/java17-debian12", "example.com/app:1", "alpine:3.20", "scratch"} {
		if i, ok := system.Packages().Installed(image); ok {
			t.Errorf("%s has %d packages, want none known", image, len(i.Names))
		}
	}
}

func TestLibraries(t *testing.T) {
	for _, test := range []struct {
		development string
		want        []string
	}{
		{"libcurl4-openssl-dev", []string{"libcurl4"}},
		{"zlib1g-dev", []string{"zlib1g"}},
		{"default-libmysqlclient-dev", []string{"libmariadb3"}},
		{"libcurl4", nil},
		{"no-such-dev", nil},
	} {
		if got := system.Packages().Libraries("bookworm", test.development); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.development, got, test.want)
		}
	}
}
