// Package java finds what stages build with Maven, Gradle or sbt and start with java: jars, folders of classes and
// libraries, and the folders that plugins lay out with a start script.
package java

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/project/ecosystem/jvm"
	"dopt/transform"
)

// Language finds programs for the Java virtual machine, whatever they are written in.
var Language = artifact.Language{Name: "Java", Tools: strings.Fields("mvn mvnw gradle gradlew sbt"), Find: find}

// find returns what the build tools of a stage make and the image starts.
func find(s *artifact.Stage) *artifact.Artifact {
	f := &finder{Stage: s, out: &artifact.Artifact{Language: "Java", Alike: true, Builds: builds, IsSource: isSource}}
	f.out.Settled = f.settled
	for _, c := range s.Commands {
		if b, ok := f.read(c); ok {
			f.builds = append(f.builds, b)
			f.out.Evidence = append(f.out.Evidence, c.Evidence)
		}
	}
	if len(f.builds) == 0 {
		return nil
	}
	f.started()
	f.compilers()
	f.settings()
	f.arguments()
	for _, i := range s.Built().Installs {
		if strings.HasSuffix(i.Name, "-dev") {
			f.out.Unknown(s.Evidence(i.Step), "installs "+i.Name+", whose library a jar may load")
		}
	}
	if f.out.Bases = bases(s); len(f.out.Bases) == 0 && s.Final == s {
		f.out.Unknown(s.Evidence(s.Final.Stage.From), "is no image of which a runtime with the same version of Java is known, on the same release")
	}
	if len(f.out.Unknowns) > 0 {
		return f.out
	}
	f.out.Sources = s.SourceFolders(isSource)
	f.opens()
	smallest, why := f.distroless()
	f.out.Bases = append(smallest, f.out.Bases...)
	if why != "" {
		f.out.NoSmaller = "distroless will not do: " + why
	}
	f.layers()
	f.out.Title = "program of Java"
	return f.out
}

// A finder looks at one stage.
type finder struct {
	*artifact.Stage
	out    *artifact.Artifact
	builds []build
}

// A build is a call of a build tool.
type build struct {
	artifact.Command
	tool string
	// goals are the words that are no flags.
	goals []string
	// dir is the folder of the project in the image, folder that in the build context.
	dir, folder string
	// reactor has the modules of Maven; nil for other tools.
	reactor *jvm.Reactor
}

// tools are the build tools by the name of what is called.
var tools = map[string]string{"mvn": "maven", "mvnw": "maven", "gradle": "gradle", "gradlew": "gradle", "sbt": "sbt"}

// read reads a call of a build tool; ok is false for other commands, and where nothing is built.
func (f *finder) read(c artifact.Command) (b build, ok bool) {
	argv := c.Argv()
	if len(argv) == 0 || tools[path.Base(argv[0])] == "" {
		return b, false
	}
	b = build{Command: c, tool: tools[path.Base(argv[0])], dir: c.Dir}
	for i := 1; i < len(argv); i++ {
		switch w := argv[i]; {
		case (w == "-f" || w == "--file" || w == "-p" || w == "--project-dir" || w == "-b") && i+1 < len(argv):
			i++
			if b.dir = c.Path(argv[i]); strings.Contains(path.Base(b.dir), ".") {
				b.dir = path.Dir(b.dir)
			}
		case slices.Contains(valued, w):
			i++
		case !strings.HasPrefix(w, "-"):
			b.goals = append(b.goals, strings.Fields(w)...)
		}
	}
	folder, found := f.Tree.Folder(b.dir)
	if !found {
		f.out.Unknown(c.Evidence, "builds a project that is not in the build context")
		return b, true
	}
	b.folder = folder
	if b.tool == "maven" {
		reactor, err := jvm.ReadReactor(f.Files, path.Join(folder, "pom.xml"))
		if err != nil {
			f.out.Unknown(c.Evidence, "builds a project that cannot be read: "+err.Error())
			return b, true
		}
		b.reactor = reactor
	}
	return b, true
}

// valued are flags of Maven and Gradle with a value of their own. Sources: mvn --help, gradle --help.
var valued = strings.Fields("-pl --projects -P --activate-profiles -T --threads -s --settings -gs -rf --resume-from -l --log-file -x --exclude-task -I --init-script -g --gradle-user-home")

// caches are folders in which build tools keep what they download.
var caches = []string{"~/.m2", "/root/.m2", "~/.gradle", "/root/.gradle", "~/.sbt", "/root/.sbt", "~/.ivy2", "/root/.ivy2", "~/.cache", "/root/.cache"}

// builds reports whether a command builds, or prepares a build or cleans up behind it. What plugins put elsewhere than into the
// project's own folders is asked by started.
func builds(c artifact.Command) bool {
	argv := c.Argv()
	if len(argv) == 0 {
		return false
	}
	name := path.Base(argv[0])
	operands := slices.DeleteFunc(slices.Clone(argv[1:]), func(w string) bool { return strings.HasPrefix(w, "-") })
	only := func(keep func(string) bool) bool {
		return len(operands) > 0 && !slices.ContainsFunc(operands, func(w string) bool { return !keep(w) })
	}
	switch {
	case tools[name] != "":
		return true
	case name == "chmod":
		return only(func(w string) bool { return tools[path.Base(w)] != "" || strings.Trim(w, "0123456789+xau") == "" })
	case name == "rm":
		return only(func(w string) bool {
			return slices.ContainsFunc(caches, func(dir string) bool { return artifact.Within(strings.TrimSuffix(w, "/"), dir) })
		})
	}
	return false
}

// settled: native code of jars finds the libraries that it found before, since the runtime image is of the same kind and release, and
// packages that the file installs are installed there. A start script that a build makes is known.
func (f *finder) settled(u transform.UnknownNeed) bool {
	return u.Step != nil || AboutJar(u) || slices.ContainsFunc(f.out.Programs, func(program string) bool {
		return strings.HasPrefix(u.Reason, "runs "+program+",")
	})
}

// AboutJar reports whether what cannot be told is no more than whether a jar of a project's dependencies holds native code.
func AboutJar(u transform.UnknownNeed) bool {
	return strings.HasPrefix(u.Reason, "whether jvm package ")
}

// sourceExts are the extensions of what compilers for the Java virtual machine read.
var sourceExts = strings.Fields(".java .kt .kts .scala .sbt .groovy .gradle")

// isSource reports whether a file is source, or says how it is built.
func isSource(name string) bool {
	base := path.Base(name)
	return slices.Contains(sourceExts, path.Ext(base)) || tools[base] != "" ||
		slices.Contains(settings, base)
}

// settings are files that say how something is built, with those of the wrappers that download a build tool.
var settings = strings.Fields(`pom.xml mvnw.cmd gradlew.bat gradle.properties settings.xml maven-wrapper.jar maven-wrapper.properties jvm.config
	maven.config extensions.xml gradle-wrapper.jar gradle-wrapper.properties libs.versions.toml build.properties`)

// configuration are the names of settings that frameworks read in the working directory without being told, as patterns. Sources:
// docs.spring.io/spring-boot (external application properties), quarkus.io/guides/config-reference, github.com/cdimascio/dotenv-java.
var configuration = strings.Fields("application*.properties application*.yml application*.yaml config .env conf")

// resource reports whether a file is one of settings that are put into the jar.
func resource(name string) bool {
	return strings.Contains("/"+name, "/resources/") && slices.Contains(strings.Fields(".properties .yml .yaml .conf .xml"), path.Ext(name))
}

// everywhere are expressions for the working directory itself, in which a program then may open anything.
var everywhere = []string{`File(".")`, `Paths.get("")`, `Paths.get(".")`, `Path.of("")`, `Path.of(".")`, `Path("")`, `Path(".")`}

// opens adds the files that programs open when they run: those of the context that a text of the source or a setting in the jar names, as
// seen from the working directory, and those that frameworks look for there.
func (f *finder) opens() {
	source := func(name string) bool { return slices.Contains(sourceExts, path.Ext(name)) }
	for _, t := range slices.Concat(f.Texts(source), f.Words(resource)) {
		for _, file := range f.OpenedAll(t.Text, isSource, t.Evidence) {
			f.out.Add(file)
		}
	}
	for _, file := range f.OpenedInDir(source, everywhere, configuration, "frameworks read it in the working directory", isSource) {
		f.out.Add(file)
	}
}
