package facts

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/official"
	"dopt/transform"
)

// A Tag is what is known of a tag of an image, apart from its packages.
type Tag struct {
	Image   string `json:"image"`
	Distro  string `json:"distro,omitempty"`
	Release string `json:"release,omitempty"`
	Variant string `json:"variant,omitempty"`
	// Since is when the tag came to mean the release, Until when it was dropped; YYYY-MM-DD.
	Since string `json:"since,omitempty"`
	Until string `json:"until,omitempty"`
	// Before are the releases that it meant before.
	Before []Period `json:"before,omitempty"`
	// Pinned is the same image today by its release series, where the tag is latest.
	Pinned string `json:"pinned,omitempty"`
	// Slim, Alpine and AlpineSlim are the tags of the smaller siblings.
	Slim       string `json:"slim,omitempty"`
	Alpine     string `json:"alpine,omitempty"`
	AlpineSlim string `json:"alpine_slim,omitempty"`
	// Size is that of the compressed layers in bytes, SizeDate its day where one is known.
	Size     int64   `json:"compressed_bytes,omitempty"`
	SizeDate string  `json:"compressed_bytes_date,omitempty"`
	Source   *Source `json:"source,omitempty"`
	// Contents are set for images that are no official ones, Config where it is known.
	Contents *Contents `json:"contents,omitempty"`
	Config   *Config   `json:"config,omitempty"`
}

// A Period is a release that a tag meant until a day, YYYY-MM-DD.
type Period struct {
	Release string `json:"release"`
	Until   string `json:"until"`
}

// Contents are what an image holds.
type Contents struct {
	Libc           string `json:"libc"`
	Shell          string `json:"shell,omitempty"`
	PackageManager string `json:"package_manager,omitempty"`
	Certificates   bool   `json:"certificates"`
	TimeZones      bool   `json:"time_zones"`
}

// A Config is an image config, as instructions of a Dockerfile. "*" stands for a value that differs from build to build, "?" for one
// that is not known.
type Config struct {
	Instructions []string `json:"instructions"`
	Users        []string `json:"users,omitempty"`
	Source       *Source  `json:"source"`
}

// tagOf answers for a tag; ok is false where nothing is known of it.
func tagOf(reference string) (t Tag, ok bool) {
	if other, known := catalog.Other(reference); known {
		contents := &Contents{other.Libc, other.Shell, other.PackageManager, other.Certificates, other.TimeZones}
		return Tag{Image: reference, Distro: other.Distro, Contents: contents, Config: configOf(other.Config)}, true
	}
	tag, source, ok := catalog.TagOf(reference)
	if !ok {
		return Tag{}, false
	}
	t = Tag{
		Image: reference, Distro: tag.Distro, Release: tag.Release, Variant: tag.Variant, Since: tag.Since, Until: tag.Until,
		Slim: tag.Slim, Alpine: tag.Alpine, AlpineSlim: tag.AlpineSlim, Size: tag.Size, SizeDate: tag.SizeDate, Source: sourceOf(source),
	}
	t.Pinned, _, _ = catalog.Pinned(reference)
	for _, m := range tag.Moves {
		t.Before = append(t.Before, Period(m))
	}
	if config, known := catalog.ConfigOf(reference); known {
		t.Config = configOf(config)
	}
	return t, true
}

func configOf(c official.Config) *Config {
	config := &Config{Users: c.Users, Source: &Source{Name: c.Source, Date: official.Reviewed}}
	add := func(format string, args ...any) {
		config.Instructions = append(config.Instructions, fmt.Sprintf(format, args...))
	}
	for _, v := range c.Env {
		if v.Volatile {
			v.Value = "*"
		}
		add("ENV %s=%s", v.Name, v.Value)
	}
	for _, field := range []struct {
		keyword string
		words   []string
		isText  bool
	}{
		{"WORKDIR", single(c.WorkingDir), true},
		{"USER", single(c.User), true},
		{"SHELL", c.Shell, false},
		{"ENTRYPOINT", c.Entrypoint, false},
		{"CMD", c.Cmd, false},
		{"STOPSIGNAL", single(c.StopSignal), true},
		{"EXPOSE", c.ExposedPorts, true},
		{"VOLUME", c.Volumes, true},
	} {
		switch {
		case len(field.words) == 0:
		case field.isText:
			add("%s %s", field.keyword, strings.Join(field.words, " "))
		default:
			add("%s %s", field.keyword, execForm(field.words))
		}
	}
	for _, trigger := range c.OnBuild {
		add("ONBUILD %s", trigger)
	}
	for _, field := range c.Unknown {
		add("%s ?", strings.ToUpper(field))
	}
	if c.Takes == transform.PassesThrough || c.Takes == transform.InspectsCommand {
		add("# the entrypoint %s", map[transform.EntrypointKind]string{
			transform.PassesThrough: "runs CMD as it is", transform.InspectsCommand: "looks at the words of CMD",
		}[c.Takes])
	}
	return config
}

func single(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// execForm writes a command line as a Dockerfile does.
func execForm(words []string) string {
	text, err := json.Marshal(words)
	if err != nil {
		return fmt.Sprint(words)
	}
	return strings.ReplaceAll(string(text), `","`, `", "`)
}

func (t Tag) text(w io.Writer) {
	about := []string{strings.TrimSpace(t.Distro + " " + t.Release)}
	if about[0] == "" {
		about[0] = "no distribution"
	}
	if t.Variant != "" {
		about = append(about, t.Variant)
	}
	if t.Since != "" {
		about = append(about, "since "+t.Since)
	}
	if t.Until != "" {
		about = append(about, "dropped "+t.Until)
	}
	fmt.Fprintf(w, "%s: %s%s\n", t.Image, strings.Join(about, ", "), t.Source)
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(w, "  %-11s%s\n", label+":", value)
		}
	}
	line("today", t.Pinned)
	var before []string
	for _, p := range t.Before {
		before = append(before, strings.TrimSpace(p.Release+" until "+p.Until))
	}
	line("before", strings.Join(before, ", "))
	line("siblings", strings.Join(strings.Fields(t.Slim+" "+t.Alpine+" "+t.AlpineSlim), ", "))
	if t.Size > 0 {
		line("size", strings.TrimSpace(fmt.Sprintf("%.1f MB compressed %s", float64(t.Size)/1e6, t.SizeDate)))
	}
	if c := t.Contents; c != nil {
		line("holds", c.String())
	}
	if t.Config != nil {
		line("users", strings.Join(t.Config.Users, " "))
		line("config", strings.TrimSpace(t.Config.Source.String()))
		for _, in := range t.Config.Instructions {
			fmt.Fprintf(w, "    %s\n", in)
		}
	}
}

func (c *Contents) String() string {
	has := func(what string, there bool) string {
		if there {
			return what
		}
		return "no " + what
	}
	shell, manager := c.Shell, c.PackageManager
	if shell == "" {
		shell = "no shell"
	}
	if manager == "" {
		manager = "no package manager"
	}
	libc := c.Libc
	if libc == "none" {
		libc = "no C library"
	}
	return strings.Join([]string{libc, shell, manager, has("certificates", c.Certificates), has("time zones", c.TimeZones)}, ", ")
}
