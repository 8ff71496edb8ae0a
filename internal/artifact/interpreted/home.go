package interpreted

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// Home returns the home folder of the user that an instruction runs as; ok is false where it is not known.
func Home(s *artifact.Stage, in *transform.Instruction) (home string, ok bool) {
	if home, ok := s.Var(in, "HOME"); ok && path.IsAbs(home) {
		return path.Clean(home), true
	}
	user := User(s, in)
	if user == "root" {
		return "/root", true
	}
	for _, c := range s.Commands {
		if made := madeUser(c.Argv()); made == user && c.Always && c.Step.Index < in.Index {
			return "/home/" + user, true
		}
	}
	return "", false
}

// User returns the name or number of the user that an instruction runs as.
func User(s *artifact.Stage, in *transform.Instruction) string {
	user, _, _ := strings.Cut(in.State().User, ":")
	if user == "" {
		user = s.Base.User
	}
	if user == "" || user == "0" {
		return "root"
	}
	return user
}

// madeUser returns the user that a command makes with the usual home folder, "" if it makes none.
func madeUser(argv []string) string {
	if len(argv) < 2 {
		return ""
	}
	name := path.Base(argv[0])
	if name != "useradd" && name != "adduser" {
		return ""
	}
	elsewhere := []string{"-d", "--home", "--home-dir", "-b", "--base-dir", "-r", "--system", "-M", "--no-create-home", "-h", "-H"}
	if slices.ContainsFunc(argv, func(w string) bool {
		flag, _, _ := strings.Cut(w, "=")
		return slices.Contains(elsewhere, flag)
	}) || name == "useradd" && !slices.ContainsFunc(argv, CreatesHome) {
		return ""
	}
	return argv[len(argv)-1]
}

// CreatesHome reports whether a word of useradd asks for a home folder: -m, alone or among others.
func CreatesHome(w string) bool {
	return w == "--create-home" || strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--") && strings.Contains(w, "m")
}
