package difftest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"dopt/internal/verify"
)

// waste are the paths below which level safe may change and remove files: caches, package lists, temporary files.
var waste = []string{
	"/tmp/", "/var/tmp/", "/var/lib/apt/lists/", "/var/cache/", "/root/.cache", "/home/joe/.cache", "/root/.npm", "/home/joe/.npm",
}

// compare returns what differs between two images, a line a difference.
func compare(ctx context.Context, before, after *verify.Image) ([]string, error) {
	old, err := before.Files(ctx)
	if err != nil {
		return nil, err
	}
	now, err := after.Files(ctx)
	if err != nil {
		return nil, err
	}
	return append(compareConfigs(before, after), compareFiles(old, now)...), nil
}

func compareFiles(before, after verify.Tree) []string {
	var list []string
	for path, file := range before {
		switch now, ok := after[path]; {
		case isWaste(path):
		case !ok:
			list = append(list, fmt.Sprintf("%s is gone", path))
		case now != file:
			list = append(list, fmt.Sprintf("%s: %s became %s", path, describe(file), describe(now)))
		}
	}
	for path := range after {
		if _, ok := before[path]; !ok {
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

func isWaste(path string) bool {
	return slices.ContainsFunc(waste, func(w string) bool { return strings.HasPrefix(path, w) })
}

// compareConfigs compares all that the image config says, apart from history, layers and times.
func compareConfigs(before, after *verify.Image) []string {
	var list []string
	for _, c := range []struct {
		name      string
		old, next any
	}{
		{"config", before.Config.Config, after.Config.Config},
		{"author", before.Config.Author, after.Config.Author},
		{"platform", before.Config.Platform, after.Config.Platform},
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
