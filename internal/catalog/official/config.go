package official

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"dopt/transform"
)

//go:embed configs.txt
var configText string

// Reviewed is when the hand-written texts were last gone through, YYYY-MM-DD.
const Reviewed = "2026-11-21"

// A Config is the image config of a tag, and what goes with it.
type Config struct {
	transform.ImageConfig
	// Takes is what the entrypoint does with CMD.
	Takes transform.EntrypointKind
	// Users are those that have a group of the same name, root aside.
	Users []string
	// Source is whose Dockerfiles say so.
	Source string
}

// A stanza is what an image sets under a condition, line by line.
type stanza struct {
	when  []string
	lines [][2]string
}

var stanzas = sync.OnceValue(func() map[string][]stanza { return parseStanzas(configText) })

// parseStanzas reads the stanzas of each image.
func parseStanzas(text string) map[string][]stanza {
	all := map[string][]stanza{}
	for block := range strings.SplitSeq(text, "\n\n") {
		image, s := "", stanza{}
		for line := range strings.Lines(block) {
			field, value, ok := strings.Cut(strings.TrimSpace(line), ":")
			value = strings.TrimSpace(value)
			switch {
			case strings.HasPrefix(line, "#") || !ok:
			case field == "image":
				image = value
			case field == "when":
				s.when = strings.Fields(value)
			default:
				s.lines = append(s.lines, [2]string{field, value})
			}
		}
		if image != "" {
			all[image] = append(all[image], s)
		}
	}
	return all
}

// ConfigOf returns the image config of a tag of an image, such as 3.12-slim of python; ok is false where it is not known.
func ConfigOf(family, name string, tag Tag) (c Config, ok bool) {
	if tag.Distro == "" || stanzas()[family] == nil {
		return Config{}, false
	}
	c.Takes = transform.NoEntrypoint
	if family != tag.Distro && tag.Distro != "scratch" {
		base := stanzas()[tag.Distro]
		if base == nil {
			return Config{}, false
		}
		c.apply(base, condition{strings.TrimPrefix(tag.Release, tag.Distro), Tag{Distro: tag.Distro}})
	}
	c.apply(stanzas()[family], condition{name, tag})
	if tag.Variant == "onbuild" && c.OnBuild == nil {
		c.Unknown = append(c.Unknown, "onbuild")
	}
	return c, true
}

// apply makes what the stanzas say. What one says that may or may not hold is then not known.
func (c *Config) apply(list []stanza, of condition) {
	for _, s := range list {
		holds, known := of.holds(s.when)
		if known && !holds {
			continue
		}
		for _, l := range s.lines {
			switch field, value := l[0], l[1]; {
			case known:
				c.set(field, value)
			case field == "env":
				name, _, _ := strings.Cut(value, "=")
				c.set(field, name+"="+volatile)
			case field != "users":
				c.set(field, unknown)
			}
		}
	}
}

// unknown is how a value that is not known is written, volatile one that differs from build to build.
const (
	unknown  = "?"
	volatile = "*"
)

// set makes what one line says.
func (c *Config) set(field, value string) {
	c.Unknown = slices.DeleteFunc(c.Unknown, func(f string) bool { return f == field })
	if value == unknown {
		c.Unknown = append(c.Unknown, field)
		value = ""
	}
	switch field {
	case "source":
		c.Source = value
	case "env":
		c.setVariable(value)
	case "workdir":
		c.WorkingDir = value
	case "user":
		c.User = value
	case "entrypoint":
		c.Entrypoint = words(value)
	case "takes":
		c.Takes = transform.EntrypointKind(value)
	case "cmd":
		c.Cmd = words(value)
	case "shell":
		c.Shell = words(value)
	case "stopsignal":
		c.StopSignal = value
	case "expose":
		c.ExposedPorts = strings.Fields(value)
	case "volume":
		c.Volumes = strings.Fields(value)
	case "onbuild":
		if value != "" {
			c.OnBuild = append(c.OnBuild, value)
		}
	case "users":
		c.Users = slices.Concat(c.Users, strings.Fields(value))
		if value == "" {
			c.Users = nil
		}
	}
}

func (c *Config) setVariable(assignment string) {
	name, value, _ := strings.Cut(assignment, "=")
	v := transform.ImageVariable{Name: name, Value: value, Volatile: value == volatile}
	if v.Volatile {
		v.Value = ""
	}
	at := slices.IndexFunc(c.Env, func(o transform.ImageVariable) bool { return o.Name == name })
	if at < 0 {
		c.Env = append(c.Env, v)
		return
	}
	v.Value = strings.ReplaceAll(v.Value, "$"+name, c.Env[at].Value)
	c.Env[at] = v
}

// words reads a command line in JSON. A test rules out that it is none.
func words(text string) (list []string) {
	if text != "" && json.Unmarshal([]byte(text), &list) != nil || len(list) == 0 {
		return nil
	}
	return list
}
