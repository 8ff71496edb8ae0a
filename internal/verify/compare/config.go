package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// Config lists how two image configs differ.
func Config(before, after *verify.Image) []result.ConfigDifference {
	old, new := values(before), values(after)
	var list []result.ConfigDifference
	for _, key := range slices.Sorted(maps.Keys(union(old, new))) {
		if old[key] != new[key] {
			list = append(list, result.ConfigDifference{Key: key, Before: old[key], After: new[key]})
		}
	}
	return list
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// values are the config's values by key, as text.
func values(i *verify.Image) map[string]string {
	c := i.Config.Config
	v := map[string]string{
		"User": c.User, "WorkingDir": c.WorkingDir, "StopSignal": c.StopSignal, "Entrypoint": words(c.Entrypoint), "Cmd": words(c.Cmd),
		"Healthcheck": i.Healthcheck, "OnBuild": i.OnBuild, "Shell": words(i.Shell), "Author": i.Config.Author,
	}
	for _, e := range c.Env {
		name, value, _ := strings.Cut(e, "=")
		v["Env "+name] = value
	}
	for name, value := range c.Labels {
		v["Label "+name] = value
	}
	for port := range c.ExposedPorts {
		v["Port "+port] = "exposed"
	}
	for path := range c.Volumes {
		v["Volume "+path] = "declared"
	}
	return v
}

// words writes a list as an exec form does.
func words(list []string) string {
	if len(list) == 0 {
		return ""
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings only
	}
	return string(text)
}

// ConfigFaults says what of the differences no rewrite may bring: what the Dockerfile itself declares must stay, and what the image
// starts must be the same. What only a base image declares may go with it.
func ConfigFaults(doc *transform.Document, target string, before, after *verify.Image) []result.Fault {
	declared := declarations(doc, target)
	var faults []result.Fault
	for _, d := range Config(before, after) {
		kind, _, named := strings.Cut(d.Key, " ")
		switch {
		case named && declared[d.Key] && d.After == "":
		case kind == "Env" && declared[d.Key] && !strings.HasSuffix(d.Key, "PATH"): // a search path may be made from the base image's
		case named && declared[d.Key] && kind != "Env" && kind != "Label": // ports and volumes are there, or not
		case d.Key == "WorkingDir" && (d.Before != "" && d.Before != "/" || d.After != "" && d.After != "/"):
		case d.Key == "StopSignal", d.Key == "OnBuild":
		case (d.Key == "Entrypoint" || d.Key == "Cmd") && !sameCommand(before.Config.Config, withoutOptions(after.Config.Config), declared["Entrypoint"]):
		default:
			continue
		}
		faults = append(faults, result.Fault{Check: "config", Message: fmt.Sprintf("%s is %s, and was %s", d.Key, orNone(d.After), orNone(d.Before))})
	}
	return faults
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// sameCommand reports whether two configs start the same: what a shell form and its exec form say is the same. An entrypoint that is not
// declared is the base image's, which may be another one, or a new one, and none only where it is known to start CMD as it is: that one which
// does so takes the place of one that does so, too, is for the validator to prove.
func sameCommand(a, b ocispecs.ImageConfig, declared bool) bool {
	another := !declared && (len(b.Entrypoint) > 0 || passesOn(a))
	entrypoint := sameWords(a.Entrypoint, b.Entrypoint) || another
	return entrypoint && sameWords(a.Cmd, b.Cmd)
}

// sameWords reports whether two processes are the same, or the second is the call of node that the first has npm start: that a package.json
// says so is for the validator to prove.
func sameWords(a, b []string) bool {
	return plainCommand(a) == plainCommand(b) || BehindNPM(a, b)
}

// BehindNPM reports whether a process is the call of node that another one has npm or Yarn start, as far as their words tell.
func BehindNPM(npm, process []string) bool {
	name, script, _ := strings.Cut(plainCommand(npm), " ")
	return (name == "npm" || name == "yarn") && (script == "start" || strings.HasPrefix(script, "run")) && len(process) > 1 && process[0] == "node"
}

// passing are entrypoints of official images that start CMD as it is, with a variable of these images where others have one of that name. Sources:
// github.com/adoptium/containers, entrypoint.sh; github.com/carlossg/docker-maven, mvn-entrypoint.sh; github.com/nodejs/docker-node,
// docker-entrypoint.sh.
var passing = []struct{ entrypoint, variable string }{
	{"/__cacert_entrypoint.sh", ""}, {"/usr/local/bin/mvn-entrypoint.sh", ""}, {"docker-entrypoint.sh", "NODE_VERSION"},
}

// passesOn reports whether the entrypoint of a config is one that starts CMD as it is.
func passesOn(c ocispecs.ImageConfig) bool {
	for _, p := range passing {
		has := func(kv string) bool { return strings.HasPrefix(kv, p.variable+"=") }
		if strings.Join(c.Entrypoint, " ") == p.entrypoint && (p.variable == "" || slices.ContainsFunc(c.Env, has)) {
			return true
		}
	}
	return false
}

// country is the option by which java takes the country that followed from the LANG of the image before. Where an image has no such locale, a
// rewrite puts it behind java; see package stages.
const country = "-Duser.country=US"

// withoutOptions leaves out the options that a rewrite may put behind the program.
func withoutOptions(c ocispecs.ImageConfig) ocispecs.ImageConfig {
	for _, words := range []*[]string{&c.Entrypoint, &c.Cmd} {
		if w := *words; len(w) > 1 && w[0] == "java" && w[1] == country {
			*words = slices.Concat(w[:1], w[2:])
		}
	}
	return c
}

// plainCommand returns the text that a shell form has, and the words of an exec form, without what only separates them.
func plainCommand(list []string) string {
	if len(list) == 3 && strings.HasSuffix(list[0], "sh") && list[1] == "-c" {
		list = list[2:]
	}
	text := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"'\`, r) {
			return -1
		}
		return r
	}, strings.Join(list, " "))
	return strings.TrimPrefix(strings.Join(strings.Fields(text), " "), "exec ")
}

// declarations are the keys of what the instructions of a document declare for the image.
func declarations(doc *transform.Document, target string) map[string]bool {
	declared := map[string]bool{}
	for _, in := range chain(doc, target) {
		switch c := in.Command.(type) {
		case *instructions.EnvCommand:
			for _, e := range c.Env {
				declared["Env "+e.Key] = true
			}
		case *instructions.LabelCommand:
			for _, l := range c.Labels {
				declared["Label "+l.Key] = true
			}
		case *instructions.EntrypointCommand:
			declared["Entrypoint"] = true
		case *instructions.VolumeCommand:
			for _, v := range c.Volumes {
				declared["Volume "+v] = true
			}
		case *instructions.ExposeCommand:
			for _, p := range c.Ports {
				if !strings.Contains(p, "/") {
					p += "/tcp"
				}
				declared["Port "+p] = true
			}
		}
	}
	return declared
}

// DeclaredEnv are the names of the variables that the Dockerfile itself sets.
func DeclaredEnv(doc *transform.Document, target string) []string {
	var names []string
	for key := range declarations(doc, target) {
		if name, ok := strings.CutPrefix(key, "Env "); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
