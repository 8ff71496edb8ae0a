package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"dopt/internal/catalog/debian"
)

// A mirror has the indexes of Debian's suites.
type mirror interface {
	// about returns the fields of a suite's Release file, by lower-case name, without its lists of files.
	about(suite string) (map[string]string, error)
	// read calls read with the text of an index.
	read(ctx context.Context, index indexFile, read func(io.Reader) error) error
}

// An archive is a copy of the indexes of Debian's releases, kept by the machine's own apt: through the mirror,
// proxy and certificates that it is configured with, its signatures checked, its downloads resumed.
type archive struct {
	folder string // apt's state: lists, and the configuration made here
	files  map[indexFile]string
}

// An indexFile names one index of a suite: Packages, Sources, Contents-amd64, Contents-all.
type indexFile struct{ suite, name string }

// suites are where a release's packages are published. Contents are read of the release itself only: what
// its updates add are new versions of the same files.
func suites(release string) []string {
	return []string{release, release + "-updates", release + "-security"}
}

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// contentsTarget tells apt to download what it has no use for itself, as apt-file's configuration does,
// and to leave out what is for desktops.
const contentsTarget = `Acquire::IndexTargets {
  deb::DEP-11::DefaultEnabled "false";
  deb::DEP-11-icons-small::DefaultEnabled "false";
  deb::Translations::DefaultEnabled "false";
  deb::Contents {
    MetaKey "$(COMPONENT)/Contents-$(ARCHITECTURE)";
    ShortDescription "Contents-$(ARCHITECTURE)";
    Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Contents";
    DefaultEnabled "false";
    KeepCompressed "true";
    PDiffs "false";
  };
};
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "root"; // the cache folder is the user's own
`

// openArchive brings the copy in folder up to date.
func openArchive(ctx context.Context, folder string, releases []debian.Release, log io.Writer) (*archive, error) {
	a := &archive{folder: folder, files: map[indexFile]string{}}
	if err := os.MkdirAll(filepath.Join(folder, "lists", "partial"), 0o755); err != nil {
		return nil, err
	}
	sources, err := aptSources(ctx, releases)
	if err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"catalog.sources": sources, "contents.conf": contentsTarget} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	update := a.apt(ctx, "update", "-q")
	update.Stdout, update.Stderr = log, log
	if err := update.Run(); err != nil {
		return nil, fmt.Errorf("apt-get update: %w", err)
	}
	return a, a.list(ctx)
}

// aptSources are the releases at the mirrors that apt is configured with.
func aptSources(ctx context.Context, releases []debian.Release) (string, error) {
	out, err := exec.CommandContext(ctx, "apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages").Output()
	if err != nil {
		return "", fmt.Errorf("apt-get indextargets: %w", err)
	}
	mirrors := map[string]string{}
	for uri := range strings.FieldsSeq(string(out)) {
		mirrors[filepath.Base(uri)] = uri
	}
	main, security := mirrors["debian"], mirrors["debian-security"]
	if main == "" || security == "" {
		return "", errors.New("apt is configured with no mirror of debian and debian-security")
	}
	var b strings.Builder
	for _, release := range releases {
		for _, suite := range suites(string(release)) {
			uri, targets := main, "Packages Sources"
			switch suite {
			case string(release) + "-security":
				uri = security
			case string(release):
				targets += " Contents"
			}
			fmt.Fprintf(&b, "Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: main\nTargets: %s\nSigned-By: %s\n\n",
				uri, suite, targets, keyring)
		}
	}
	return b.String(), nil
}

// apt is apt-get with the archive's state instead of the system's.
func (a *archive) apt(ctx context.Context, args ...string) *exec.Cmd {
	args = append(args,
		"-o", "Dir::State="+a.folder, "-o", "Dir::State::Lists="+filepath.Join(a.folder, "lists"), "-o", "Dir::Cache="+a.folder,
		"-o", "Dir::Etc::SourceList="+filepath.Join(a.folder, "catalog.sources"), "-o", "Dir::Etc::SourceParts=/dev/null")
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Env = append(os.Environ(), "APT_CONFIG="+filepath.Join(a.folder, "contents.conf"), "LC_ALL=C")
	return cmd
}

// list notes where apt has put what.
func (a *archive) list(ctx context.Context) error {
	out, err := a.apt(ctx, "indextargets", "--format", "$(RELEASE) $(SHORTDESC) $(ARCHITECTURE) $(FILENAME)").Output()
	if err != nil {
		return fmt.Errorf("apt-get indextargets: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if len(f) == 4 {
			a.files[indexFile{f[0], f[1]}] = f[3]
		}
	}
	return nil
}

// read implements mirror.
func (a *archive) read(ctx context.Context, index indexFile, read func(io.Reader) error) error {
	file := a.files[index]
	if file == "" {
		return fmt.Errorf("%s of %s: not downloaded", index.name, index.suite)
	}
	// apt keeps its lists compressed in a way of its choice.
	cmd := exec.CommandContext(ctx, "/usr/lib/apt/apt-helper", "cat-file", file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = read(out)
	if err != nil {
		_ = cmd.Process.Kill() // the text is of no use any more
	}
	return errors.Join(err, cmd.Wait())
}

// about implements mirror.
func (a *archive) about(suite string) (map[string]string, error) {
	found, _ := filepath.Glob(filepath.Join(a.folder, "lists", "*_dists_"+suite+"_InRelease")) // the pattern is good
	if len(found) == 0 {
		return nil, fmt.Errorf("no InRelease file")
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		return nil, err
	}
	_, text, _ = bytes.Cut(text, []byte("\n\n")) // the head of the signature
	text, _, _ = bytes.Cut(text, []byte("MD5Sum:"))
	text, _, _ = bytes.Cut(text, []byte("SHA256:"))
	fields := map[string]string{}
	return fields, debian.Stanzas(bytes.NewReader(text), func(f map[string]string) error {
		for k, v := range f {
			fields[k] = v
		}
		return nil
	})
}
