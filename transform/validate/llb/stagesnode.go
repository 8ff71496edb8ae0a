package llb

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"dopt/transform/validate"
)

// nodeVersion is the variable by which official images say that they have Node.js.
const nodeVersion = "NODE_VERSION"

// distrolessNodeFolder is where images of distroless have node, which is not in their PATH. Source: nodejs/nodejs.bzl of
// github.com/GoogleContainerTools/distroless.
const distrolessNodeFolder = "/nodejs/bin"

// distrolessNode returns the major version of Node.js of an image of distroless; "" for other images. Source: nodejs/README.md of
// github.com/GoogleContainerTools/distroless.
func distrolessNode(image string) string {
	rest, ok := strings.CutPrefix(image, "gcr.io/distroless/nodejs")
	version, release, _ := strings.Cut(rest, "-debian")
	release, _, _ = strings.Cut(release, ":")
	if !ok || distrolessReleases[release] == "" || version == "" || strings.Trim(version, "0123456789") != "" {
		return ""
	}
	return version
}

// node judges an image of distroless that runs what a stage with an interpreter has installed: it has the latest version of one major one, and
// neither npm nor a shell, nor the users of the official images.
func (d *division) node(had *runtime, version string) {
	from, to := d.before.graph.base(), d.after.graph.base()
	if had.variable != nodeVersion || version != distrolessNode(to) {
		d.note(unsound("%s does not have the interpreter of %s, with which the stage installs", to, from))
	}
	if d.covered("/usr/local/bin") || d.covered("/usr/local/lib/node_modules") {
		d.note(unsound("the stage installs programs for all projects, which look for node where %s does not have it", to))
	}
	if user, _, _ := strings.Cut(d.after.image.Config.User, ":"); strings.Trim(user, "0") != "" && user != "root" && !d.covered("/etc/passwd") {
		d.note(unsound("user %s of %s has a name and a home folder, which %s does not know", user, from, to))
	}
	d.eachGiven(func(p string) {
		switch text, _ := d.given.Read(p); {
		case nodeSource(p) && strings.Contains(string(text), "child_process"):
			d.note(unsound("%s starts other programs, which %s does not have", p, to))
		case path.Base(p) == "package-lock.json" && compiles(text):
			d.note(unsound("%s has packages with code of their own for the system", p))
		}
	})
}

// nodeSource reports whether a file is a source that node may run, tests aside.
func nodeSource(p string) bool {
	return slices.Contains([]string{".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx"}, path.Ext(p)) && (!testOrSetting(p) || strings.Contains(path.Base(p), ".config."))
}

// compiles reports whether a lock of npm has a package that the program needs and that runs a script when it is installed. Source:
// https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
func compiles(data []byte) bool {
	var lock struct {
		Packages map[string]struct {
			Dev    bool `json:"dev"`
			Script bool `json:"hasInstallScript"`
		} `json:"packages"`
	}
	if json.Unmarshal(data, &lock) != nil {
		return true
	}
	for folder, p := range lock.Packages {
		if p.Script && !p.Dev && strings.Contains(folder, "node_modules/") {
			return true
		}
	}
	return false
}

// findsNode reports whether the PATH of an image of distroless leads to node.
func (d *division) findsNode() bool {
	return slices.ContainsFunc(d.after.image.Config.Env, func(kv string) bool {
		list, ok := strings.CutPrefix(kv, "PATH=")
		return ok && slices.Contains(strings.Split(list, ":"), distrolessNodeFolder)
	})
}

// withoutNode returns a PATH without its last folder, where that is the one of an image of distroless that has node.
func (d *division) withoutNode(list string) string {
	if distrolessNode(d.after.graph.base()) == "" {
		return list
	}
	return strings.TrimSuffix(list, ":"+distrolessNodeFolder)
}

// leavesNode reports whether a variable is one by which official images tell the versions of Node.js and Yarn, which an image of distroless does
// not, and no source asks for it. Source: the Dockerfiles at github.com/nodejs/docker-node.
func (d *division) leavesNode(name string) bool {
	return distrolessNode(d.after.graph.base()) != "" && (name == nodeVersion || name == "YARN_VERSION") && !d.asksForVariable(name)
}

// asksForVariable reports whether a source that node may run has a text in it that is a variable's name, or the beginning of one.
func (d *division) asksForVariable(name string) bool {
	asked := false
	d.eachGiven(func(p string) {
		text, _ := d.given.Read(p)
		asked = asked || nodeSource(p) && strings.Contains(string(text), name)
	})
	return asked
}

// withoutNPM makes the process of before the one of after, where that is the plain words that npm or Yarn 1 has a shell start by the package.json of the
// working directory: nothing else is started with them, no setting changes how, and no source asks for what npm tells it.
func (d *division) withoutNPM(before, after *dockerspec.DockerOCIImage) {
	was, is := &before.Config.Cmd, after.Config.Cmd
	if len(*was) == 0 {
		was, is = &before.Config.Entrypoint, after.Config.Entrypoint
	}
	argv := *was
	if len(argv) == 3 && argv[0] == "/bin/sh" && argv[1] == "-c" {
		argv = strings.Fields(argv[2])
	}
	if distrolessNode(d.after.graph.base()) == "" || len(argv) < 2 || argv[0] != "npm" && argv[0] != "yarn" {
		return
	}
	name := argv[len(argv)-1]
	var manifest struct {
		Scripts map[string]string `json:"scripts"`
	}
	data, ok := d.given.Read(path.Join(d.dir(), "package.json"))
	if !ok || json.Unmarshal(data, &manifest) != nil {
		return
	}
	configured := slices.ContainsFunc([]string{".npmrc", ".yarnrc", ".yarnrc.yml"}, func(file string) bool {
		kind, _ := d.given.Stat(path.Join(d.dir(), file))
		return kind != validate.Absent
	})
	starts := slices.Equal(argv[1:], []string{"start"}) || len(argv) == 3 && argv[1] == "run"
	alone := manifest.Scripts["pre"+name] == "" && manifest.Scripts["post"+name] == "" && !configured && !slices.ContainsFunc(before.Config.Env, func(kv string) bool {
		kv = strings.ToLower(kv)
		return strings.HasPrefix(kv, "npm_config_") || strings.HasPrefix(kv, "yarn_") && !strings.HasPrefix(kv, "yarn_version=")
	})
	plain := !strings.ContainsAny(manifest.Scripts[name], "\"'`$&|;<>()*?[]{}~#!\\\n")
	if starts && alone && plain && slices.Equal(strings.Fields(manifest.Scripts[name]), is) && !d.asksForVariable("npm_") && !d.asksForVariable("INIT_CWD") {
		*was = is
	}
}
