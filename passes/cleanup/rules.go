package cleanup

import (
	"slices"
	"strconv"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// A rule says how the caches of one manager are dealt with.
type rule struct {
	// clean prefers a clean-up to the flag, which only newer versions know.
	clean bool
	// caches are the Paths of the caches to empty; nil for all that a clean-up of the table empties.
	caches []string
	// skip is true where there is nothing worth a fix; nil for never.
	skip func(*step, filling) bool
	// check returns the level of the fix, or why there is none; nil for a safe one.
	check func(*step, filling) (transform.Level, string)
}

// rules has a row for each manager whose caches are dealt with here: those of the table that are
// left out keep settings or programs beside their caches. apt and apk have files of their own.
var rules = map[string]rule{
	"dnf": {}, "yum": {}, "microdnf": {}, "tdnf": {}, "zypper": {},
	"pacman": {caches: []string{"/var/cache/pacman/pkg"}, skip: localPackages},
	"pip":    {check: checkPip}, "pipenv": {}, "poetry": {}, "uv": {check: checkUV}, "pdm": {clean: true},
	"conda": {check: checkConda}, "mamba": {check: checkConda}, "micromamba": {check: checkConda},
	"npm": {caches: []string{"~/.npm/_cacache"}}, "yarn": {check: checkYarn}, "bun": {},
	"pnpm":       {caches: []string{"~/.cache/pnpm"}},
	"yarn-berry": {check: leave("Plug'n'Play programs run from it")},
	"gem":        {skip: installersOnly}, "bundler": {},
	"composer": {clean: true},
	"go":       {check: checkGo}, "cargo": {},
	"maven":  {caches: []string{"~/.m2/repository"}},
	"gradle": {caches: []string{"~/.gradle/caches"}}, "sbt": {},
	"dotnet":   {check: checkDotnet},
	"luarocks": {}, "mix": {},
}

func leave(why string) func(*step, filling) (transform.Level, string) {
	return func(*step, filling) (transform.Level, string) { return 0, why }
}

// baseRef is the image that the stage begins with, through the stages in between.
func (s *step) baseRef() string {
	stage := s.in.Stage
	for base := stage; base != nil; base = s.Doc.StageOf(base.Base, base) {
		stage = base
	}
	return stage.Base
}

// knownBase reports whether the catalog knows the image that the stage begins with.
func (s *step) knownBase() bool {
	_, ok := s.Bases.Base(s.baseRef())
	return ok
}

// baseLevel is that of a fix that is sure where the base image is known.
func (s *step) baseLevel() transform.Level {
	if s.knownBase() {
		return transform.Safe
	}
	return transform.Standard
}

// beforePip6 matches images of distributions whose pip is older than 6.0, which has neither a
// cache worth naming nor the flag: Debian up to 8, Ubuntu up to 14.04. Sources:
// packages.debian.org/python-pip, packages.ubuntu.com/python-pip, pip.pypa.io/en/stable/news/#v6-0.
var beforePip6 = lazy(`(?i)squeeze|wheezy|jessie|lucid|precise|trusty|(ubuntu|baseimage)[^/]*1[0-4]\.(04|10)|debian[^/]*:[678](\D|$)|baseimage:0\.9\.(\d|1[0-8])$`)

func checkPip(s *step, f filling) (transform.Level, string) {
	switch {
	case s.configured("pip.conf", "pip.ini", "PIP_CONFIG_FILE", "pip config", "pip3 config"):
		return 0, "pip has settings of its own here"
	case beforePip6().MatchString(s.baseRef()) && s.imageName() != "python" && !s.upgradesPip(f):
		return 0, "pip of " + s.baseRef() + " may be older than 6.0, which brought --no-cache-dir"
	}
	return s.baseLevel(), ""
}

// upgradesPip reports whether pip was brought up to date before its first use that leaves a cache.
func (s *step) upgradesPip(f filling) bool {
	before := string(s.Doc.Src[s.in.Stage.From.Span.Start:s.script.Offset(s.commands[f.commands[0]].Start)])
	return newPip().MatchString(before)
}

var newPip = lazy(`get-pip\.py|pip[\d.]* install (-\S+ )*(-U|--upgrade)( -\S+)* (setuptools |wheel )*pip\b|easy_install[\d.-]* (-U |--upgrade )?pip\b`)

// configured reports whether the stage mentions a setting of the manager before the step, in it or
// in what it copies.
func (s *step) configured(names ...string) bool {
	text := string(s.Doc.Src[s.in.Stage.From.Span.Start:s.in.Span.End])
	return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(text, n) })
}

func checkUV(s *step, f filling) (transform.Level, string) {
	if s.configured("UV_LINK_MODE=symlink", "--link-mode=symlink", "--link-mode symlink", "UV_LINK_MODE symlink") {
		return 0, "environments link to it"
	}
	return transform.Safe, ""
}

// beforeForce matches what pins conda to a version before 4.6, whose clean has no -f.
var beforeForce = lazy(`conda3?:[0-3]\.|conda3?:4\.[0-5](\D|$)|conda[23]?-([0-3]\.|4\.[0-5]\.)|conda=+4\.[0-5](\D|$)`)

func checkConda(s *step, f filling) (transform.Level, string) {
	if beforeForce().MatchString(string(s.Doc.Src)) {
		return 0, "a conda older than 4.6 is named, whose clean has no -f"
	}
	if s.configured("allow_softlinks", "always_softlink") {
		return 0, "environments link to it"
	}
	return transform.Standard, ""
}

// localPackages reports whether pacman installs only files that are there already.
func localPackages(s *step, f filling) bool {
	return !slices.ContainsFunc(f.commands, func(i int) bool { return !s.commands[i].use.HasFlag("-U", "--upgrade") })
}

// installersOnly reports whether gem installs only bundler or rake: a few hundred KB are not worth a command.
func installersOnly(s *step, f filling) bool {
	for _, i := range f.commands {
		for _, n := range s.commands[i].use.Packages {
			if name := s.commands[i].Words[n].Value; name != "bundler" && name != "rake" {
				return false
			}
		}
	}
	return true
}

// checkYarn lets "yarn cache clean" be added where the project is known to use Yarn 1.
func checkYarn(s *step, f filling) (transform.Level, string) {
	for _, i := range f.commands {
		if s.commands[i].use.Global {
			return transform.Safe, "" // only Yarn 1 has global
		}
	}
	if s.configured("corepack", "yarn set version", ".yarnrc.yml", "berry", "yarn@2", "yarn@3", "yarn@4") {
		return 0, "with Yarn 2 and later programs may run from it"
	}
	lock, ok := s.readFile("yarn.lock")
	if _, berry := s.readFile(".yarnrc.yml"); !ok || berry || !strings.Contains(lock, "# yarn lockfile v1") {
		return 0, "whether the project uses Yarn 1 is not known: no yarn.lock of it is in the build context"
	}
	return transform.Standard, ""
}

// checkGo lets "go clean" be added where the official image has a Go that knows its flags.
func checkGo(s *step, f filling) (transform.Level, string) {
	ref := s.baseRef()
	_, tag, _ := strings.Cut(ref, ":")
	if s.imageName() != "golang" || goMinor(tag) < 11 {
		return 0, "which Go builds here, and so what its clean knows, is not sure"
	}
	if s.filledBefore(f) {
		return 0, "an earlier layer fills it, too"
	}
	return transform.Standard, ""
}

// goMinor is N of a tag 1.N, a large number where the tag names no version.
func goMinor(tag string) int {
	rest, ok := strings.CutPrefix(tag, "1.")
	if !ok {
		return 1 << 16
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	n, _ := strconv.Atoi(rest[:end])
	return n
}

// checkDotnet lets the packages be removed where all of them were published with the program.
func checkDotnet(s *step, f filling) (transform.Level, string) {
	for _, i := range f.commands {
		if cmd := s.commands[i]; cmd.use.Verb == pkgmgr.Build && cmd.Words[cmd.use.VerbAt].Value == "publish" {
			return transform.Standard, ""
		}
	}
	return 0, "a program that is not published finds its packages there"
}
