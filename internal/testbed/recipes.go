package testbed

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
)

//go:embed recipes
var recipeFiles embed.FS

// A recipe says how one image is made. The recipes in the folder of that name are templates of
// Dockerfiles; names that start with bake/ are parts that other recipes copy from.
type recipe struct {
	// layout is the image's own name, file that of its template.
	layout, file string
	names        []string
	vars         map[string]string
	// prepare puts further files into the build context; nil where there are none.
	prepare preparation
	// host names the settings of this machine that the image takes on, "" for none.
	host string
}

// each puts every word into the place of % in a pattern: each("python:%", "3", "3.11").
func each(pattern string, words ...string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = strings.ReplaceAll(pattern, "%", w)
	}
	return list
}

// recipes returns all recipes. A tag means the series, not the patch release.
func recipes() []recipe {
	return slices.Concat(debianRecipes(), pythonRecipes(), nodeRecipes(), goRecipes(), compilerRecipes(), javaRecipes(),
		rubyRecipes(), phpRecipes(), elixirRecipes(), smallRecipes())
}

func debianRecipes() []recipe {
	var list []recipe
	for _, s := range []struct {
		suite string
		also  []string
	}{{"bullseye", []string{"11", "oldoldstable"}}, {"bookworm", []string{"12", "oldstable"}}, {"trixie", []string{"13", "stable"}}} {
		vars := map[string]string{"suite": s.suite}
		tags := append([]string{s.suite}, s.also...)
		full, deps := each("debian:%", tags...), each("buildpack-deps:%", s.suite, s.also[1])
		curl, scm := each("buildpack-deps:%-curl", s.suite, s.also[1]), each("buildpack-deps:%-scm", s.suite, s.also[1])
		if s.suite == "trixie" {
			full, deps = append(full, "debian:latest"), append(deps, "buildpack-deps:latest")
			curl, scm = append(curl, "buildpack-deps:curl"), append(scm, "buildpack-deps:scm")
		}
		list = append(list,
			recipe{layout: "debian-" + s.suite, file: "debian", names: full, vars: vars, prepare: rootfs(s.suite), host: "debian"},
			recipe{layout: "debian-" + s.suite + "-slim", file: "debian-slim", names: each("debian:%-slim", tags...), vars: vars},
			recipe{layout: "buildpack-deps-" + s.suite + "-curl", file: "buildpack-deps-curl", names: curl, vars: vars},
			recipe{layout: "buildpack-deps-" + s.suite + "-scm", file: "buildpack-deps-scm", names: scm, vars: vars},
			recipe{layout: "buildpack-deps-" + s.suite, file: "buildpack-deps", names: deps, vars: vars},
		)
	}
	return list
}

// pythonRecipes: CPython from the upstream tarball of Debian's source package, none of Debian's
// patches applied, built once per version; full and slim take the same /usr/local.
func pythonRecipes() []recipe {
	const oldTools = "'setuptools==79.0.1' 'wheel<0.46'" // what the official images of these series have
	var list []recipe
	for _, p := range []struct{ py, suite, extra string }{
		{"3.9.2", "bullseye", oldTools}, {"3.11.2", "bookworm", oldTools}, {"3.13.5", "trixie", ""},
	} {
		minor := p.py[:strings.LastIndex(p.py, ".")]
		vars := map[string]string{"py": p.py, "minor": minor, "suite": p.suite, "extra": p.extra}
		full := each("python:%", minor, minor+"-"+p.suite, p.py, p.py+"-"+p.suite)
		slim := each("python:%", minor+"-slim", minor+"-slim-"+p.suite, p.py+"-slim", p.py+"-slim-"+p.suite)
		if p.suite == "trixie" {
			full = append(full, each("python:%", "3", "latest", "3-trixie", "trixie")...)
			slim = append(slim, each("python:%", "3-slim", "slim", "3-slim-trixie", "slim-trixie")...)
		}
		list = append(list,
			recipe{layout: "python-tree-" + minor, file: "python-tree", names: []string{"bake/python-tree:" + minor}, vars: vars},
			recipe{layout: "python-" + minor, file: "python", names: full, vars: vars, host: "python"},
			recipe{layout: "python-" + minor + "-slim", file: "python-slim", names: slim, vars: vars, host: "python"},
		)
	}
	return list
}

func nodeRecipes() []recipe {
	var list []recipe
	for _, n := range []struct {
		major, npm string
		also       []string
	}{{"20", "10.8.2", []string{"iron"}}, {"22", "10", []string{"jod", "latest", "lts", "bookworm"}}} {
		tags := append([]string{n.major, n.major + "-bookworm"}, n.also...)
		slim := slices.DeleteFunc(slices.Clone(tags), func(t string) bool { return t == "latest" })
		names := each("node:%-slim", slim...)
		if slices.Contains(tags, "latest") {
			names = append(names, "node:slim")
		}
		list = append(list,
			recipe{
				layout: "node-" + n.major, file: "node", names: each("node:%", tags...), prepare: nodeFiles(n.major, n.npm), host: "node",
				vars: map[string]string{"base": "buildpack-deps:bookworm", "slim": ""},
			},
			recipe{
				layout: "node-" + n.major + "-slim", file: "node", names: names, prepare: nodeFiles(n.major, n.npm), host: "node",
				vars: map[string]string{"base": "debian:bookworm-slim", "slim": "yes"},
			},
		)
	}
	return list
}

func goRecipes() []recipe {
	var list []recipe
	for _, series := range []string{"1.22", "1.26"} {
		names := each("golang:%", series, series+"-bookworm")
		if series == "1.26" { // the stand-in of trixie is made on bookworm: what is linked there runs on both
			names = append(names, each("golang:%", "1", "1-bookworm", "bookworm", "latest", "1.26-trixie", "1-trixie")...)
		}
		list = append(list, recipe{layout: "golang-" + series, file: "golang", names: names, prepare: goTree(series)})
	}
	return list
}

func compilerRecipes() []recipe {
	return []recipe{
		{layout: "gcc-12", file: "gcc", names: each("gcc:%", "12", "12-bookworm", "bookworm", "latest")},
		{
			layout: "rust", file: "rust", names: each("rust:%", "1", "1-bookworm", "bookworm", "latest", "1-trixie"), host: "rust",
			vars: map[string]string{"base": "buildpack-deps:bookworm", "more": ""},
		},
		{
			layout: "rust-slim", file: "rust", names: each("rust:%", "1-slim", "1-slim-bookworm", "slim-bookworm", "slim"), host: "rust",
			vars: map[string]string{"base": "debian:bookworm-slim", "more": "ca-certificates gcc libc6-dev"},
		},
	}
}

// javaRecipes: Debian's OpenJDK as one folder that can be copied to another image, as the official
// ones can: links resolved, its trust store and libraries in it.
func javaRecipes() []recipe {
	tree := func(name, suite, pkg string) recipe {
		return recipe{
			layout: "java-tree-" + name, file: "java-tree", names: []string{"bake/java-tree:" + name},
			vars: map[string]string{"suite": suite, "package": pkg},
		}
	}
	return []recipe{
		tree("17-jdk-bullseye", "bullseye", "openjdk-17-jdk-headless"),
		tree("17-jdk", "bookworm", "openjdk-17-jdk-headless"),
		tree("17-jre", "bookworm", "openjdk-17-jre-headless"),
		{layout: "temurin-17-jdk", file: "temurin", names: each("eclipse-temurin:%", "17", "17-jdk", "17-jdk-jammy", "17-jdk-noble"), vars: map[string]string{"kind": "jdk"}},
		{layout: "temurin-17-jre", file: "temurin", names: each("eclipse-temurin:%", "17-jre", "17-jre-jammy", "17-jre-noble"), vars: map[string]string{"kind": "jre"}},
		{layout: "maven-3-temurin-17", file: "maven", names: each("maven:%-eclipse-temurin-17", "3", "3.9", "3.9.9"), host: "java"},
		{layout: "openjdk-17", file: "openjdk", names: each("openjdk:%", "17", "17-jdk", "17-bullseye", "17-jdk-bullseye"), vars: map[string]string{"base": "buildpack-deps:bullseye-scm"}},
		{layout: "openjdk-17-slim", file: "openjdk", names: each("openjdk:%", "17-slim", "17-jdk-slim", "17-slim-bullseye", "17-jdk-slim-bullseye"), vars: map[string]string{"base": "debian:bullseye-slim"}},
	}
}

func rubyRecipes() []recipe {
	vars := func(base string) map[string]string {
		return map[string]string{"minor": "3.1", "v": "3.1.2", "base": base}
	}
	return []recipe{
		{layout: "ruby-3.1", file: "ruby", names: each("ruby:%", "3.1", "3.1-bookworm"), vars: vars("buildpack-deps:bookworm")},
		{layout: "ruby-3.1-slim", file: "ruby", names: each("ruby:%", "3.1-slim", "3.1-slim-bookworm"), vars: vars("debian:bookworm-slim")},
	}
}

func phpRecipes() []recipe {
	return []recipe{
		{layout: "php-8.2-cli", file: "php", names: each("php:%", "8.2-cli-bookworm", "8.2-bookworm"), vars: map[string]string{"minor": "8.2"}},
	}
}

func elixirRecipes() []recipe {
	return []recipe{
		{layout: "elixir-tree-1.14", file: "elixir-tree", names: []string{"bake/elixir-tree:1.14"}},
		{layout: "elixir-1.14", file: "elixir", names: each("elixir:%", "1.14"), vars: map[string]string{"base": "buildpack-deps:bookworm"}},
		{layout: "elixir-1.14-slim", file: "elixir", names: each("elixir:%", "1.14-slim"), vars: map[string]string{"base": "debian:bookworm-slim"}},
	}
}

// smallRecipes: busybox, and distroless, which is Debian's packages unpacked without running their scripts.
func smallRecipes() []recipe {
	list := []recipe{
		{layout: "busybox-glibc", file: "busybox", names: each("busybox:%", "latest", "glibc", "1", "1.35", "1-glibc", "stable", "stable-glibc", "musl")},
		{layout: "distroless-root", file: "distroless-root", names: []string{"bake/distroless-root:12"}},
		{layout: "distroless-python", file: "distroless-python", names: []string{"bake/distroless-python:12"}},
		{layout: "distroless-java", file: "distroless-java", names: []string{"bake/distroless-java:12"}},
	}
	const registry = "gcr.io/distroless/" // the name these images go by
	for _, d := range []struct{ name, base, packages, lines string }{
		{
			"static", "bake/distroless-root:12", "base-files netbase tzdata media-types",
			"COPY --from=bake/distroless-root:12 /etc /etc\nENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\nWORKDIR /",
		},
		{"base", registry + "static-debian12", "libc6 libssl3", ""},
		{"cc", registry + "base-debian12", "gcc-12-base libgcc-s1 libgomp1 libstdc++6", ""},
		{
			"python3", registry + "cc-debian12", "libbz2-1.0 libcom-err2 libcrypt1 libdb5.3 libexpat1 libffi8 libgssapi-krb5-2 libk5crypto3 libkeyutils1" +
				" libkrb5-3 libkrb5support0 liblzma5 libncursesw6 libnsl2 libpython3.11-minimal libpython3.11-stdlib libreadline8 libsqlite3-0 libtinfo6" +
				" libtirpc3 libuuid1 python3-distutils python3.11-minimal zlib1g",
			"COPY --from=bake/distroless-python:12 / /\nENV LANG=C.UTF-8\nENTRYPOINT [\"/usr/bin/python3.11\"]",
		},
		{"nodejs20", registry + "cc-debian12", "", "COPY --from=node:20-slim /usr/local/bin/node /nodejs/bin/node\nENTRYPOINT [\"/nodejs/bin/node\"]"},
		{"nodejs22", registry + "cc-debian12", "", "COPY --from=node:22-slim /usr/local/bin/node /nodejs/bin/node\nENTRYPOINT [\"/nodejs/bin/node\"]"},
		{
			"java17", registry + "static-debian12", "libc6 zlib1g libjpeg62-turbo libpng16-16 liblcms2-2 libfreetype6 fonts-dejavu-core fontconfig-config" +
				" libexpat1 libfontconfig1 libuuid1 libbrotli1 libcrypt1 gcc-12-base libstdc++6 libgcc-s1 libharfbuzz0b libgraphite2-3 libglib2.0-0 libpcre2-8-0",
			"COPY --from=bake/distroless-java:12 / /\nENV LANG=C.UTF-8\nENTRYPOINT [\"/usr/bin/java\", \"-jar\"]",
		},
	} {
		names := []string{registry + d.name + "-debian12:latest", registry + d.name + ":latest"}
		nonroot := []string{registry + d.name + "-debian12:nonroot", registry + d.name + ":nonroot"}
		if d.name != "python3" { // of trixie's as well: the compilers that link for it are made on bookworm, too
			names = append(names, registry+d.name+"-debian13:latest")
		}
		list = append(list,
			recipe{layout: "distroless-" + d.name, file: "distroless", names: names, vars: map[string]string{"base": d.base, "packages": d.packages, "lines": d.lines}},
			recipe{layout: "distroless-" + d.name + "-nonroot", file: "distroless-nonroot", names: nonroot, vars: map[string]string{"base": names[0]}},
		)
	}
	return list
}

// render returns the recipe's Dockerfile with vars filled in; a variable that is not there is an error.
func (r recipe) render(vars map[string]string) ([]byte, error) {
	t, err := template.New(r.file+".Dockerfile").Option("missingkey=error").ParseFS(recipeFiles, "recipes/"+r.file+".Dockerfile")
	if err != nil {
		return nil, fmt.Errorf("recipe %s: %w", r.layout, err)
	}
	var text strings.Builder
	if err := t.Execute(&text, vars); err != nil {
		return nil, fmt.Errorf("recipe %s: %w", r.layout, err)
	}
	return []byte(text.String()), nil
}
