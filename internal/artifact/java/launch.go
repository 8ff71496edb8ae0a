package java

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
	"dopt/transform/shell"
)

// A launch is a call of java.
type launch struct {
	// files are what it reads, as written: the jar, entries of the class path, agents.
	files []string
	// unknown is why that cannot be told, as a predicate.
	unknown string
	because transform.Evidence
}

// separate are options of java with a value in the next word, paths those among them whose value is a class path. Source: java(1) of JDK 21.
var (
	separate = strings.Fields("-cp -classpath --class-path -p --module-path --upgrade-module-path --add-modules --add-exports --add-opens --add-reads --enable-native-access")
	paths    = strings.Fields("-cp -classpath --class-path -p --module-path --upgrade-module-path")
)

// readLaunch reads the words behind java. A word that is only known when it runs, in front of what is started, stands for options.
func readLaunch(args []string) launch {
	var l launch
	for i := 0; i < len(args); i++ {
		w := args[i]
		name, value, joined := strings.Cut(w, "=")
		switch {
		case w == "-jar" && i+1 < len(args):
			l.add(args[i+1])
			return l
		case slices.Contains(paths, w) && i+1 < len(args):
			i++
			l.add(strings.Split(args[i], ":")...)
		case slices.Contains(paths, name) && joined:
			l.add(strings.Split(value, ":")...)
		case slices.Contains(separate, w):
			i++
		case w == "-m" || w == "--module":
			return l
		case strings.HasPrefix(w, "@"):
			l.unknown = "starts java with arguments of a file"
		case strings.HasPrefix(w, "-agentpath:") || strings.HasPrefix(w, "-agentlib:") && !strings.HasPrefix(w, "-agentlib:jdwp"):
			l.unknown = "loads a native agent"
		case strings.HasPrefix(w, "-javaagent:"):
			agent, _, _ := strings.Cut(strings.TrimPrefix(w, "-javaagent:"), "=")
			l.add(agent)
		case strings.HasPrefix(w, "-") || strings.Contains(w, shell.Unknown):
		default: // the main class
			if len(l.files) == 0 {
				l.unknown = "starts a class, and where that is looked for is not said"
			}
			return l
		}
	}
	l.unknown = "starts java, and what it runs is not known"
	return l
}

// add adds files, those of the class path with wildcards.
func (l *launch) add(files ...string) {
	for _, name := range files {
		if strings.Contains(name, shell.Unknown) || strings.Contains(name, "$") {
			l.unknown = "starts a program that a variable names"
		}
		l.files = append(l.files, name)
	}
}

// javaHome is where the images of Eclipse Temurin have Java. Those of OpenJDK have it in folders that differ between the JDK and the runtime.
// Source: github.com/adoptium/containers, Dockerfiles.
const javaHome = "/opt/java/openjdk"

// started explains what the image starts: java itself, a script of the context, or a start script that a build has made.
func (f *finder) started() {
	f.plugins()
	switch program := f.Start.Program; {
	case program == "":
		f.out.Unknown(f.StartedBy(), "starts something that is not known")
	case path.Base(program) == "java" && program != "java" && program != javaHome+"/bin/java":
		f.out.Unknown(f.StartedBy(), "starts "+program+", which an image with the runtime may have elsewhere")
	case path.Base(program) == "java":
		l := readLaunch(f.Start.Args)
		l.because = f.StartedBy()
		f.launch(l)
		f.out.Programs = append(f.out.Programs, path.Join(f.Path()[0], "java"), program)
	case tools[path.Base(program)] != "":
		f.out.Unknown(f.StartedBy(), "starts "+path.Base(program)+", which builds")
	case f.script(program):
	default:
		f.startScript(program)
	}
}

// launch adds what a call of java reads.
func (f *finder) launch(l launch) {
	if l.unknown != "" {
		f.out.Unknown(l.because, l.unknown)
		return
	}
	for _, name := range l.files {
		at := name
		if !path.IsAbs(at) {
			if f.Dir == "" {
				f.out.Unknown(l.because, "starts "+name+" in a folder that is not known")
				return
			}
			at = path.Join(f.Dir, at)
		}
		f.add(path.Clean(at), l.because)
	}
}

// script reads a script of the context that the image starts, or a program found by PATH; ok is false where there is none.
func (f *finder) script(program string) bool {
	places := []string{program}
	if !strings.Contains(program, "/") {
		places = nil
		for _, dir := range f.Path() {
			places = append(places, path.Join(dir, program))
		}
	}
	for _, place := range places {
		context, ok := f.Tree.Context(place)
		if !ok {
			continue
		}
		if info, err := fs.Stat(f.Files, context); err != nil || info.IsDir() {
			continue
		}
		parsed, err := shell.Parse(f.Read(context), shell.Bash, f.Dir, nil)
		if err != nil {
			f.out.Unknown(transform.Evidence{Source: context}, "is a script that cannot be read: "+err.Error())
			return true
		}
		f.scriptCommands(context, parsed)
		return true
	}
	return false
}

// scriptCommands explains the calls of java in a script.
func (f *finder) scriptCommands(name string, parsed *shell.Script) {
	found := false
	for _, c := range parsed.Commands {
		argv := c.Argv()
		for len(argv) > 1 && (argv[0] == "exec" || argv[0] == "nohup") {
			argv = argv[1:]
		}
		if len(argv) == 0 {
			continue
		}
		because := transform.Evidence{Source: name, Text: strings.Join(argv, " ")}
		switch tool := path.Base(argv[0]); {
		case tools[tool] != "":
			f.out.Unknown(because, "starts "+tool+", which builds")
		case tool == "java":
			found = true
			l := readLaunch(argv[1:])
			l.because = because
			f.launch(l)
		}
	}
	if !found {
		f.out.Unknown(transform.Evidence{Source: name}, "does not say which program of Java it starts")
	}
}

// startScript adds the folder that a plugin of a build tool lays out around a start script: bin/name, lib.
func (f *finder) startScript(program string) {
	if !strings.Contains(program, "/") {
		f.out.Unknown(f.StartedBy(), "starts "+program+", which no step is known to build with Java")
		return
	}
	layout := path.Dir(path.Dir(program))
	if path.Base(path.Dir(program)) != "bin" {
		f.out.Unknown(f.StartedBy(), "starts "+program+", which no step is known to build")
		return
	}
	if why := f.explain(layout, 0); why != "" {
		f.out.Unknown(f.StartedBy(), "starts "+program+": "+why)
		return
	}
	f.out.Programs = append(f.out.Programs, program)
	f.out.Add(artifact.File{Path: layout, Folder: true, Because: f.StartedBy()})
}
