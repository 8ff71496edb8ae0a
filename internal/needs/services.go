package needs

import (
	"path"
	"slices"
	"strings"
)

// services are the folders from which a supervisor, or the entrypoint of a base image, starts what is put there. In
// a pattern * stands for a name. Sources: smarden.org/runit (sv), github.com/just-containers/s6-overlay,
// github.com/phusion/baseimage-docker, and the entrypoints of the official images of nginx, PostgreSQL and MySQL.
var services = []string{
	"/etc/service/*/run", "/etc/sv/*/run", "/etc/services.d/*/run", "/etc/s6-overlay/s6-rc.d/*/run", "/etc/s6-overlay/s6-rc.d/*/up",
	"/etc/cont-init.d/*", "/etc/my_init.d/*", "/docker-entrypoint.d/*.sh", "/docker-entrypoint-initdb.d/*.sh",
	"/etc/cron.hourly/*", "/etc/cron.daily/*", "/etc/cron.weekly/*", "/etc/cron.monthly/*",
}

// A crontab is a place of tables of cron.
type crontab struct {
	pattern string
	// user is true where a user stands before the command.
	user bool
}

// crontabs are the tables that cron reads. Source: cron(8), and BusyBox's crond.
var crontabs = []crontab{{"/etc/crontab", true}, {"/etc/cron.d/*", true}, {"/var/spool/cron/crontabs/*", false}, {"/etc/crontabs/*", false}}

// started reads what is put where something starts it.
func (w *walk) started() {
	f := frame{walk: w, certainty: Likely, env: w.env(w.out.Stage.From.State()), depth: 1}
	for _, pattern := range services {
		for _, name := range w.image.match(pattern) {
			if one, ok := w.image.read(name, w.doc.Name); ok {
				f.file(command{argv: []string{name}, raw: []string{name}, dir: "/", because: at(one.name, one.line, name), certainty: Likely}, one, name)
			}
		}
	}
	for _, table := range crontabs {
		for _, name := range w.image.match(table.pattern) {
			if one, ok := w.image.read(name, w.doc.Name); ok {
				f.crontab(one, table.user)
			}
		}
	}
}

// match returns the files that steps have copied to where a pattern says.
func (m *image) match(pattern string) []string {
	dir, rest, ok := strings.Cut(pattern, "/*")
	if !ok {
		return []string{pattern}
	}
	var names []string
	for _, name := range m.list(dir) {
		suffix, inside := strings.CutPrefix(rest, "/")
		switch {
		case inside:
			names = append(names, path.Join(name, suffix))
		case strings.HasSuffix(name, rest):
			names = append(names, name)
		}
	}
	return names
}

// crontab reads the commands of a table of cron. Source: crontab(5).
func (f *frame) crontab(one file, user bool) {
	line := one.line - 1
	for text := range strings.SplitSeq(string(one.data), "\n") {
		line++
		fields := strings.Fields(text)
		skip := 5
		if len(fields) > 0 && strings.HasPrefix(fields[0], "@") {
			skip = 1
		}
		if user {
			skip++
		}
		if len(fields) <= skip || strings.HasPrefix(fields[0], "#") || strings.Contains(fields[0], "=") {
			continue
		}
		c := command{dir: "/", because: at(one.name, line, text), certainty: Likely}
		f.walk.need(Need{Kind: Shell, Name: "sh", Evidence: c.because, Certainty: Likely})
		if user {
			f.account(fields[skip-1], c.because, c.certainty)
		}
		f.inner(c, strings.Join(fields[skip:], " "), nil)
	}
}

// crontabFile reads the table that crontab installs, or that supercronic runs: its commands run at run time.
func (f *frame) crontabFile(c command) {
	words := operands(c.argv[1:], "-u")
	if len(words) != 1 || slices.Contains(c.argv, "-l") || slices.Contains(c.argv, "-r") {
		return
	}
	before := f.step
	f.walk.step = nil
	defer func() { f.walk.step = before }()
	one, ok := f.image.read(c.abs(words[0]), f.doc.Name)
	if !ok {
		f.unknown(c.because, "runs the table of cron %s, which is not in the build context", words[0])
		return
	}
	f.crontab(one, false)
}
