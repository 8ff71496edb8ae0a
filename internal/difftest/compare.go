package difftest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify"
	"dopt/transform"
)

// waste are the paths below which each level may change and remove files: caches, package lists, temporary files.
var waste = []string{
	"/tmp/", "/var/tmp/", "/var/lib/apt/lists/", "/var/cache/", "/root/.cache", "/home/joe/.cache", "/root/.npm", "/home/joe/.npm",
}

// Cache mounts take apt's cleaner out of the way, as Docker's documentation says, and put a setting in its place.
const (
	aptCleaner = "/etc/apt/apt.conf.d/docker-clean"
	aptKeeper  = "/etc/apt/apt.conf.d/keep-cache"
)

// mayLose reports whether the rewrite of a program may change or remove a file.
func (p *Program) mayLose(file string) bool {
	if isWaste(file) || p.CacheMounts && file == aptCleaner {
		return true
	}
	if p.Level < transform.Standard {
		return false
	}
	// Where the whole context is copied, the ignore file hides itself; an archive that was downloaded and
	// unpacked is removed, the one of the context stays.
	name := path.Base(file)
	downloaded := (strings.HasSuffix(name, ".tgz") || strings.HasSuffix(name, ".tar.gz")) && name != contextArchive
	return name == ".dockerignore" || downloaded
}

// mayGain reports whether the rewrite of a program may make a file that was not there. What a cache
// mount covers stays as the base image has it.
func (p *Program) mayGain(file string) bool {
	return p.CacheMounts && (file == aptKeeper || isWaste(file))
}

func isWaste(file string) bool {
	return slices.ContainsFunc(waste, func(folder string) bool { return strings.HasPrefix(file, folder) })
}

// compare returns what differs between what a program builds before and after its rewrite, a line a
// difference, apart from what the rewrite may change.
func compare(ctx context.Context, p *Program, before, after *verify.Image) ([]string, error) {
	old, err := before.Files(ctx)
	if err != nil {
		return nil, err
	}
	now, err := after.Files(ctx)
	if err != nil {
		return nil, err
	}
	return append(compareConfigs(p.promised(before, after), describeConfig(after)), compareFiles(p, old, now)...), nil
}

func compareFiles(p *Program, before, after verify.Tree) []string {
	var list []string
	for path, file := range before {
		switch now, ok := after[path]; {
		case p.mayLose(path):
		case !ok:
			list = append(list, fmt.Sprintf("%s is gone", path))
		case now != file:
			list = append(list, fmt.Sprintf("%s: %s became %s", path, describe(file), describe(now)))
		}
	}
	for path := range after {
		if _, ok := before[path]; !ok && !p.mayGain(path) {
			list = append(list, fmt.Sprintf("%s is new", path))
		}
	}
	slices.Sort(list)
	return list
}

// describe tells the files apart that differ.
func describe(f verify.File) string {
	text := fmt.Sprintf("%c %04o %d:%d %d bytes %.15s %s %s", f.Type, f.Mode, f.UID, f.GID, f.Size, f.Digest, f.Link, f.Xattrs)
	return strings.TrimSpace(text)
}

// A config is all that the image config says, apart from history, layers and times.
type config struct {
	Config               ocispecs.ImageConfig
	Author               string
	Platform             ocispecs.Platform
	Healthcheck, OnBuild string
	Shell                []string
}

func describeConfig(i *verify.Image) config {
	return config{i.Config.Config, i.Config.Author, i.Config.Platform, i.Healthcheck, i.OnBuild, i.Shell}
}

// promised returns the config that the rewrite of a program must leave: that of the image before it,
// where need be in the form that level standard may give it and that the image after it has.
func (p *Program) promised(before, after *verify.Image) config {
	c := describeConfig(before)
	if p.Level < transform.Standard {
		return c
	}
	if c.Author != "" && after.Config.Author == "" {
		labels := maps.Clone(c.Config.Labels)
		if labels == nil {
			labels = map[string]string{}
		}
		labels[ocispecs.AnnotationAuthors] = c.Author
		c.Author, c.Config.Labels = "", labels
	}
	c.Config.Cmd = execForm(c.Config.Cmd, after.Config.Config.Cmd)
	c.Config.Entrypoint = execForm(c.Config.Entrypoint, after.Config.Config.Entrypoint)
	return c
}

// execForm returns words if they are those of a command in shell form, else the command.
func execForm(command, words []string) []string {
	if len(command) == 3 && strings.HasSuffix(command[0], "sh") && strings.TrimPrefix(command[2], "exec ") == strings.Join(words, " ") {
		return words
	}
	return command
}

func compareConfigs(before, after config) []string {
	var list []string
	for _, c := range []struct {
		name      string
		old, next any
	}{
		{"config", before.Config, after.Config},
		{"author", before.Author, after.Author},
		{"platform", before.Platform, after.Platform},
		{"HEALTHCHECK", before.Healthcheck, after.Healthcheck},
		{"ONBUILD", before.OnBuild, after.OnBuild},
		{"SHELL", before.Shell, after.Shell},
	} {
		if old, next := asJSON(c.old), asJSON(c.next); old != next {
			list = append(list, fmt.Sprintf("%s: %s became %s", c.name, old, next))
		}
	}
	return list
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
