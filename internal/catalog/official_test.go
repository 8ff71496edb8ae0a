package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dopt/internal/catalog/official"
	"dopt/transform"
)

func TestTagOf(t *testing.T) {
	for reference, want := range map[string]string{
		"python:3.9":          "debian trixie full",
		"python:3.9-slim":     "debian trixie slim",
		"python:3.9-bullseye": "debian bullseye full",
		"python:3.12-alpine":  "alpine alpine3.24 alpine",
		"python":              "debian trixie full",
		"node:18":             "debian bookworm full",
		"ubuntu:24.04":        "ubuntu noble full",
		"ubuntu:precise":      "ubuntu precise full",
		"golang:1.11":         "debian buster full",
		"nginx:alpine-slim":   "alpine alpine3.24 alpine-slim",
		"mysql:8.0":           "oraclelinux 9 full",
		"centos:7":            "centos 7 full",
		"public.ecr.aws/docker/library/debian:12@sha256:00": "debian bookworm full",
		// A digest alone, a tag that never was, images that are no official ones.
		"python@sha256:00":                  "unknown",
		"python:3.99":                       "unknown",
		"python:${V}":                       "unknown",
		"example/python:3.9":                "unknown",
		"registry.example.com/library/node": "unknown",
		"unheard-of":                        "unknown",
		"":                                  "unknown",
	} {
		tag, source, ok := TagOf(reference)
		got := "unknown"
		if ok {
			got = strings.Join([]string{tag.Distro, tag.Release, tag.Variant}, " ")
		}
		if got != want || ok && source.Date == "" {
			t.Errorf("%s: %q, source %v; want %q", reference, got, source, want)
		}
	}
}

func TestTagDetails(t *testing.T) {
	python, _, _ := TagOf("python:3.9")
	if python.Slim != "3.9-slim" || python.Alpine != "3.9-alpine" || python.Size == 0 || python.Since != "2025-08-12" || python.Until == "" {
		t.Errorf("python:3.9: %+v", python)
	}
	var moved []string
	for _, m := range python.Moves {
		moved = append(moved, m.Release)
	}
	if want := []string{"buster", "bullseye", "bookworm"}; !slices.Equal(moved, want) {
		t.Errorf("python:3.9 has been on %v before, want %v", moved, want)
	}
}

func TestPinned(t *testing.T) {
	for reference, want := range map[string]string{
		"python": "python:3.14", "python:latest": "python:3.14", "debian": "debian:trixie", "alpine:latest": "alpine:3.24",
		"ubuntu": "ubuntu:26.04", "node": "node:26", "perl": "perl:5.44", "docker.io/library/golang": "docker.io/library/golang:1.27",
		"mirror.gcr.io/library/redis:latest": "mirror.gcr.io/library/redis:8.10",
		// Other tags, digests, images whose latest is no series or not known, and those that are no official ones.
		"python:3": "", "python:slim": "", "python:latest@sha256:00": "", "python@sha256:00": "", "maven": "", "centos": "",
		"eclipse-temurin": "", "mongo": "", "example/python": "", "scratch": "",
	} {
		if got, _, ok := Pinned(reference); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v; want %q", reference, got, ok, want)
		}
	}
}

// What latest means is a tag that is still listed, of the same release and variant, and the tag and latest have one config.
func TestPinnedIsTheSameImage(t *testing.T) {
	err := tags.Scan("", func(key, _ string) bool {
		pinned, _, ok := Pinned(key)
		if !ok {
			return true
		}
		latest, _, _ := TagOf(key)
		tag, _, _ := TagOf(pinned)
		if tag.Until != "" || tag.Distro != latest.Distro || tag.Release != latest.Release || tag.Variant != latest.Variant {
			t.Errorf("%s %+v is not %s %+v", key, latest, pinned, tag)
		}
		a, known := ConfigOf(key)
		if b, _ := ConfigOf(pinned); !known || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%s: its config is not that of %s:\n%v\n%v", key, pinned, a, b)
		}
		return true
	})
	if err != nil {
		t.Error(err)
	}
}

func TestConfigOf(t *testing.T) {
	for reference, want := range map[string]string{
		"debian:12":                       `cmd=[bash]`,
		"ubuntu:22.04":                    `cmd=[/bin/bash]`,
		"alpine:3.20":                     `cmd=[/bin/sh]`,
		"alpine:3.1":                      `unknown=[cmd]`,
		"busybox":                         `cmd=[sh]`,
		"buildpack-deps:jammy":            `cmd=[/bin/bash]`,
		"python:3.12-slim":                `cmd=[python3]`,
		"python:2.7":                      `cmd=[python2]`,
		"golang:1.24-alpine":              `dir=/go cmd=[/bin/sh]`,
		"node:22":                         `entrypoint=[docker-entrypoint.sh] cmd=[node]`,
		"node:8":                          `entrypoint=[docker-entrypoint.sh] cmd=[node]`,
		"node:8.9-slim":                   `cmd=[node]`,
		"node:8.16.0":                     `cmd=[node] unknown=[entrypoint]`,
		"node:10":                         `entrypoint=[docker-entrypoint.sh] cmd=[node]`,
		"node:10.15.1":                    `cmd=[node]`,
		"node:11":                         `cmd=[node] unknown=[entrypoint]`,
		"node:12.1":                       `cmd=[node] unknown=[entrypoint]`,
		"node:12-slim":                    `entrypoint=[docker-entrypoint.sh] cmd=[node]`,
		"perl:5.42-slim":                  `dir=/usr/src/app unknown=[cmd]`,
		"perl:5.30":                       `unknown=[cmd workdir]`,
		"httpd:2.4":                       `dir=/usr/local/apache2 cmd=[httpd-foreground] stop=SIGWINCH ports=[80/tcp]`,
		"httpd:2.4.39":                    `dir=/usr/local/apache2 cmd=[httpd-foreground] ports=[80/tcp] unknown=[stopsignal]`,
		"caddy:2":                         `dir=/srv cmd=[caddy run --config /etc/caddy/Caddyfile --adapter caddyfile] ports=[80/tcp 443/tcp 443/udp 2019/tcp]`,
		"caddy:2-builder":                 `dir=/usr/bin cmd=[/bin/sh]`,
		"caddy:2.4.0":                     `cmd=[caddy run --config /etc/caddy/Caddyfile --adapter caddyfile] unknown=[expose volume workdir]`,
		"ruby:3.3":                        `cmd=[irb]`,
		"rust:1.80":                       `cmd=[bash]`,
		"php:8.3-apache":                  `dir=/var/www/html entrypoint=[docker-php-entrypoint] cmd=[apache2-foreground] stop=SIGWINCH ports=[80/tcp]`,
		"php:8.3-fpm-alpine":              `dir=/var/www/html entrypoint=[docker-php-entrypoint] cmd=[php-fpm] stop=SIGQUIT ports=[9000/tcp]`,
		"php:8.3":                         `entrypoint=[docker-php-entrypoint] cmd=[php -a]`,
		"nginx:1.27-alpine":               `entrypoint=[/docker-entrypoint.sh] cmd=[nginx -g daemon off;] stop=SIGQUIT ports=[80/tcp]`,
		"redis:7":                         `dir=/data entrypoint=[docker-entrypoint.sh] cmd=[redis-server] ports=[6379/tcp] volumes=[/data]`,
		"memcached":                       `user=memcache entrypoint=[docker-entrypoint.sh] cmd=[memcached] ports=[11211/tcp]`,
		"haproxy:2.6":                     `user=haproxy entrypoint=[docker-entrypoint.sh] cmd=[haproxy -f /usr/local/etc/haproxy/haproxy.cfg] stop=SIGUSR1`,
		"haproxy:2.8":                     `dir=/var/lib/haproxy user=haproxy entrypoint=[docker-entrypoint.sh] cmd=[haproxy -f /usr/local/etc/haproxy/haproxy.cfg] stop=SIGUSR1`,
		"mysql:8.4":                       `entrypoint=[docker-entrypoint.sh] cmd=[mysqld] ports=[3306/tcp 33060/tcp] volumes=[/var/lib/mysql]`,
		"eclipse-temurin:21-jdk":          `entrypoint=[/__cacert_entrypoint.sh] cmd=[jshell]`,
		"eclipse-temurin:21-jre":          `entrypoint=[/__cacert_entrypoint.sh] cmd=[/bin/bash]`,
		"openjdk:8-jdk":                   `cmd=[bash]`,
		"openjdk:8-jre-alpine":            `cmd=[/bin/sh]`,
		"openjdk:11-jre-slim":             `cmd=[bash]`,
		"openjdk:11-jdk-slim":             `cmd=[jshell]`,
		"openjdk:9-jdk":                   `unknown=[cmd]`,
		"java:8":                          `cmd=[bash]`,
		"pypy:3.10":                       `cmd=[pypy3]`,
		"pypy:2.7":                        `cmd=[pypy]`,
		"nginx:1.10":                      `cmd=[nginx -g daemon off;] ports=[80/tcp 443/tcp] unknown=[stopsignal]`,
		"nginx:1.16":                      `cmd=[nginx -g daemon off;] stop=SIGTERM ports=[80/tcp]`,
		"nginx:1.18":                      `cmd=[nginx -g daemon off;] ports=[80/tcp] unknown=[entrypoint stopsignal]`,
		"postgres:18":                     `entrypoint=[docker-entrypoint.sh] cmd=[postgres] stop=SIGINT ports=[5432/tcp] volumes=[/var/lib/postgresql]`,
		"postgres:16-alpine":              `entrypoint=[docker-entrypoint.sh] cmd=[postgres] stop=SIGINT ports=[5432/tcp] volumes=[/var/lib/postgresql/data]`,
		"mariadb:11.4":                    `entrypoint=[docker-entrypoint.sh] cmd=[mariadbd] ports=[3306/tcp] volumes=[/var/lib/mysql]`,
		"mongo:8":                         `entrypoint=[docker-entrypoint.sh] cmd=[mongod] ports=[27017/tcp] volumes=[/data/db /data/configdb]`,
		"rabbitmq:4-management":           `entrypoint=[docker-entrypoint.sh] cmd=[rabbitmq-server] ports=[4369/tcp 5671/tcp 5672/tcp 15671/tcp 15672/tcp 15691/tcp 15692/tcp 25672/tcp] volumes=[/var/lib/rabbitmq]`,
		"tomcat:8.0":                      `dir=/usr/local/tomcat cmd=[catalina.sh run] ports=[8080/tcp]`,
		"wordpress:php8.3-fpm":            `dir=/var/www/html entrypoint=[docker-entrypoint.sh] cmd=[php-fpm] stop=SIGQUIT ports=[9000/tcp] volumes=[/var/www/html]`,
		"wordpress:cli":                   `dir=/var/www/html user=www-data entrypoint=[docker-entrypoint.sh] cmd=[wp shell] volumes=[/var/www/html]`,
		"maven:3.9":                       `entrypoint=[/usr/local/bin/mvn-entrypoint.sh] cmd=[mvn]`,
		"elixir:1.18":                     `cmd=[iex]`,
		"python:2.7-onbuild":              `dir=/usr/src/app cmd=[python2] onbuild=3`,
		"node:8-onbuild":                  `dir=/usr/src/app entrypoint=[docker-entrypoint.sh] cmd=[npm start] onbuild=5`,
		"maven:3.5-jdk-8-onbuild":         `cmd=[mvn] unknown=[entrypoint onbuild]`,
		"gradle:8":                        `dir=/home/gradle entrypoint=[/__cacert_entrypoint.sh] cmd=[gradle] volumes=[/home/gradle/.gradle]`,
		"gradle:8.5-jdk17":                `dir=/home/gradle cmd=[gradle] volumes=[/home/gradle/.gradle] unknown=[entrypoint]`,
		"gradle:8-jdk17-graal":            `dir=/home/gradle cmd=[gradle] volumes=[/home/gradle/.gradle] unknown=[entrypoint]`,
		"adoptopenjdk:11-jdk-hotspot":     `none`, // the tag is known, the config is not
		"python:3.99":                     `none`,
		"example/app":                     `none`,
		"eclipse-temurin:21-ubi9-minimal": `none`,
	} {
		c, ok := ConfigOf(reference)
		if got := describe(c, ok); got != want {
			t.Errorf("%s:\n got %s\nwant %s", reference, got, want)
		}
	}
}

func describe(c official.Config, ok bool) string {
	if !ok {
		return "none"
	}
	var parts []string
	add := func(name string, value any) {
		if s := fmt.Sprint(value); s != "" && s != "[]" && s != "0" {
			parts = append(parts, name+"="+s)
		}
	}
	add("dir", c.WorkingDir)
	add("user", c.User)
	add("entrypoint", c.Entrypoint)
	add("cmd", c.Cmd)
	add("shell", c.Shell)
	add("stop", c.StopSignal)
	add("ports", c.ExposedPorts)
	add("volumes", c.Volumes)
	add("onbuild", len(c.OnBuild))
	slices.Sort(c.Unknown)
	add("unknown", c.Unknown)
	return strings.Join(parts, " ")
}

func TestConfigVariables(t *testing.T) {
	for reference, want := range map[string]string{
		"python:3.12":   "PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PYTHON_VERSION=* LANG=C.UTF-8 GPG_KEY=*",
		"python:3.14":   "PYTHON_VERSION=* LANG? GPG_KEY?",
		"golang:1.24":   "GOPATH=/go GOTOOLCHAIN=local GOLANG_VERSION=*",
		"golang:1.20":   "GOPATH=/go GOTOOLCHAIN?",
		"ruby:2.5":      "PATH=* GEM_HOME=/usr/local/bundle",
		"openjdk:11":    "JAVA_HOME=* JAVA_VERSION=*",
		"rust:1-alpine": "CARGO_HOME=/usr/local/cargo PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	} {
		c, _ := ConfigOf(reference)
		for _, assignment := range strings.Fields(want) {
			name, value, _ := strings.Cut(assignment, "=")
			at := slices.IndexFunc(c.Env, func(v transform.ImageVariable) bool { return v.Name == strings.TrimSuffix(name, "?") })
			switch {
			case strings.HasSuffix(name, "?"):
				if at >= 0 {
					t.Errorf("%s sets %s", reference, c.Env[at].Name)
				}
			case at < 0:
				t.Errorf("%s does not set %s", reference, name)
			case c.Env[at].Volatile != (value == "*"), value != "*" && c.Env[at].Value != value:
				t.Errorf("%s: %+v, want %s", reference, c.Env[at], assignment)
			}
		}
	}
}

func TestBase(t *testing.T) {
	for reference, want := range map[string]transform.Base{
		"scratch":                  {Entrypoint: transform.NoEntrypoint},
		"debian:bookworm-slim":     {Distro: "debian", Release: "bookworm", Entrypoint: transform.NoEntrypoint, AptAutoClean: true, Date: "2026-08-21"},
		"node:22-alpine":           {Distro: "alpine", Release: "alpine3.24", Entrypoint: transform.PassesThrough, Date: "2026-08-21"},
		"nginx":                    {Distro: "debian", Release: "trixie", Entrypoint: transform.InspectsCommand, AptAutoClean: true, Pinned: "nginx:1.31", Date: "2026-08-21"},
		"gcr.io/distroless/static": {Entrypoint: transform.NoEntrypoint},
	} {
		b, ok := Bases().Base(reference)
		if !ok || b.Config == nil || b.Source == "" {
			t.Errorf("%s: not known, or without config or source: %+v", reference, b)
		}
		b.Users, b.Config, b.Source = nil, nil, ""
		if fmt.Sprint(b) != fmt.Sprint(want) {
			t.Errorf("%s: %+v, want %+v", reference, b, want)
		}
	}
	for _, reference := range []string{"", "example/app", "python:3.99", "python:${V}", "%%IMAGE%%", "registry.example.com/library/python:3.12", "python@sha256:00"} {
		if b, ok := Bases().Base(reference); ok {
			t.Errorf("%q is known: %+v", reference, b)
		}
	}
}

// The images of distroless for nonroot start in its home; those that stand on static have that, too.
func TestBaseOfNonroot(t *testing.T) {
	for reference, want := range map[string]string{"gcr.io/distroless/static:nonroot": "/home/nonroot", "gcr.io/distroless/cc-debian12:nonroot": "/home/nonroot", "gcr.io/distroless/cc": ""} {
		if b, ok := Bases().Base(reference); !ok || b.Config.WorkingDir != want || b.Config.Unknown != nil {
			t.Errorf("%s: %v, %+v; want %q", reference, ok, b.Config, want)
		}
	}
}

func TestDotnetBases(t *testing.T) {
	bases := Bases()
	for ref, want := range map[string]string{
		"mcr.microsoft.com/dotnet/sdk:6.0":               "debian bullseye",
		"mcr.microsoft.com/dotnet/sdk:8.0":               "debian bookworm",
		"mcr.microsoft.com/dotnet/aspnet:8.0.11":         "debian bookworm",
		"mcr.microsoft.com/dotnet/runtime:8.0-jammy":     "ubuntu jammy",
		"mcr.microsoft.com/dotnet/runtime-deps:10.0":     "ubuntu noble",
		"mcr.microsoft.com/dotnet/sdk:9.0-bookworm-slim": "debian bookworm",
		// Alpine, Azure Linux and chiseled images are others; so are versions that the table does not have, and no version.
		"mcr.microsoft.com/dotnet/sdk:8.0-alpine":            "unknown",
		"mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled": "unknown",
		"mcr.microsoft.com/dotnet/sdk:11.0":                  "unknown",
		"mcr.microsoft.com/dotnet/sdk":                       "unknown",
		"mcr.microsoft.com/dotnet/monitor:8.0":               "unknown",
	} {
		got := "unknown"
		if base, ok := bases.Base(ref); ok {
			got = base.Distro + " " + base.Release
		}
		if got != want {
			t.Errorf("%s: %s, want %s", ref, got, want)
		}
	}
}

// Before .NET 8 the image with the SDK takes back the address that those with the runtime set.
func TestDotnetAddresses(t *testing.T) {
	bases := Bases()
	for ref, want := range map[string]string{
		"mcr.microsoft.com/dotnet/aspnet:6.0": "ASPNETCORE_URLS=http://+:80",
		"mcr.microsoft.com/dotnet/sdk:7.0":    "ASPNETCORE_URLS=",
		"mcr.microsoft.com/dotnet/aspnet:8.0": "ASPNETCORE_HTTP_PORTS=8080",
		"mcr.microsoft.com/dotnet/sdk:10.0":   "ASPNETCORE_HTTP_PORTS=8080",
	} {
		base, _ := bases.Base(ref)
		var got []string
		for _, v := range base.Config.Env {
			if strings.HasPrefix(v.Name, "ASPNETCORE_") {
				got = append(got, v.Name+"="+v.Value)
			}
		}
		if !slices.Equal(got, []string{want}) {
			t.Errorf("%s sets %v, want %s", ref, got, want)
		}
	}
}
