package java

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dopt/internal/artifact"
	"dopt/transform"
)

// project has the patterns of what project files say.
var project = sync.OnceValue(func() (p struct{ prefix, outside *regexp.Regexp }) {
	p.prefix = regexp.MustCompile(`<classpathPrefix>\s*([^<]*?)\s*</classpathPrefix>`)
	p.outside = regexp.MustCompile(`<(outputDirectory|directory|todir|workingDirectory|finalName|destFile|outputFile)>\s*/[^<]*<`)
	return p
})

// quarkus is the folder in which Quarkus lays out an application around its jar. Source: quarkus.io/guides/maven-tooling.
const quarkus = "quarkus-app"

// companions adds what the manifest of a jar makes java read besides it: libraries in a folder that the project file names. Quarkus lays
// out an application around its jar.
func (f *finder) companions(jar string, because transform.Evidence) {
	from := jar
	for range maxOrigins {
		origin, ok := f.Tree.Origin(from)
		if !ok {
			break
		}
		from = origin
	}
	if path.Base(path.Dir(from)) == quarkus {
		if path.Dir(jar) == "/" || f.explain(path.Join(path.Dir(jar), "lib"), 0) != "" {
			f.out.Unknown(because, "starts "+jar+" without the folders that Quarkus lays out around it")
			return
		}
		f.out.Add(artifact.File{Path: path.Dir(jar), Folder: true, Because: because})
		return
	}
	for _, b := range f.builds {
		if !artifact.Within(from, b.dir) {
			continue
		}
		if b.tool != "maven" {
			if text := f.gradleTexts(b, strings.TrimSuffix(path.Dir(from), "/build/libs")); strings.Contains(text, "Class-Path") {
				f.out.Unknown(b.Evidence, "builds a jar whose class path a script of Gradle puts together")
			}
			continue
		}
		f.classPath(b, jar, from)
	}
}

// classPath adds the folder of libraries that the class path of a jar of Maven names.
// Source: maven.apache.org/shared/maven-archiver, manifest.
func (f *finder) classPath(b build, jar, from string) {
	if b.reactor == nil {
		return
	}
	for _, pom := range b.reactor.Modules {
		if path.Dir(from) != path.Join(f.image(b, path.Dir(pom.Path)), "target") {
			continue
		}
		text := f.texts(b.reactor, pom)
		if !strings.Contains(text, "<addClasspath>true") && !strings.Contains(text, "<Class-Path>") {
			return
		}
		because := transform.Evidence{Source: pom.Path, Text: "the jar's manifest has a class path"}
		m := project().prefix.FindStringSubmatch(text)
		if m == nil || strings.Contains(m[1], "$") || strings.Contains(text, "<Class-Path>") {
			f.out.Unknown(because, "builds a jar whose class path is not in one folder")
			return
		}
		libraries := path.Join(path.Dir(jar), m[1])
		if path.IsAbs(m[1]) {
			libraries = path.Clean(m[1])
		}
		if why := f.explain(libraries, 0); why != "" {
			f.out.Unknown(because, "builds a jar that needs "+libraries+": "+why)
			return
		}
		f.out.Add(artifact.File{Path: libraries, Folder: true, Because: because})
	}
}

// A mark is a text of a project file or source by which a program needs more than a runtime and its jar.
type mark struct{ text, reason string }

// inProjects are marks of project files: what is run when it builds and puts files to places that are not known, and libraries that
// compile, or download, when the program runs. Sources: the plugins' and libraries' documentation.
var inProjects = []mark{
	{"spring-boot-thin", "makes a jar that downloads its libraries when it starts"},
	{"native-image", "may build a native image"},
	{"native-maven-plugin", "may build a native image"},
	{"graalvm.buildtools", "may build a native image"},
	{"tomcat-embed-jasper", "compiles JSP pages when it runs"},
	{"apache-jsp", "compiles JSP pages when it runs"},
	{"jetty-jsp", "compiles JSP pages when it runs"},
	{"jasperreports", "compiles reports when it runs"},
	{"jdk.tools", "uses tools.jar, which only a JDK has"},
	{"tools.jar", "uses tools.jar, which only a JDK has"},
	{"drools-compiler", "compiles rules when it runs"},
	{"com.sun.jdi", "uses the debugger's interface, which only a JDK has"},
	{"<scope>system</scope>", "uses a library beside the repositories"},
}

// inSources are marks of sources: packages that a JRE does not have, and libraries in machine code, whose place is not known. Source:
// docs.oracle.com/en/java/javase/21/docs/api, modules jdk.compiler, jdk.jshell, jdk.attach, jdk.jdi, jdk.jartool, and java.compiler, whose tool is
// null without the first.
var inSources = []mark{
	{"javax.tools.ToolProvider", jdkOnly},
	{"getSystemJavaCompiler", jdkOnly},
	{"com.sun.tools.", jdkOnly},
	{"com.sun.source.", jdkOnly},
	{"jdk.jshell", jdkOnly},
	{"com.sun.jdi", jdkOnly},
	{"com.sun.javadoc", jdkOnly},
	{"jdk.security.jarsigner", jdkOnly},
	{"java.util.spi.ToolProvider", jdkOnly},
	{"sun.jvmstat", jdkOnly},
	{"System.loadLibrary(", "loads a library in machine code"},
	{"System.load(", "loads a library in machine code"},
}

const jdkOnly = "uses a part of the JDK that a JRE does not have"

// plugins looks for marks in the project files.
func (f *finder) plugins() {
	for _, b := range f.builds {
		for _, name := range f.Manifests(b.folder, strings.Fields("pom.xml build.gradle build.gradle.kts build.sbt")) {
			text := f.Read(name)
			for _, m := range inProjects {
				if strings.Contains(text, m.text) {
					f.out.Unknown(transform.Evidence{Source: name, Text: m.text}, m.reason)
				}
			}
			if found := project().outside.FindString(text); found != "" && path.Base(name) == "pom.xml" {
				f.out.Unknown(transform.Evidence{Source: name, Text: strings.TrimSuffix(found, "<")}, "puts files outside of the project's folders")
			}
		}
	}
}

// OpenJDKHomes begin the paths at which images of OpenJDK have Java. Source: Dockerfile-linux.template of docker-library/openjdk.
var OpenJDKHomes = []string{"/usr/local/openjdk-", "/usr/lib/jvm", "/opt/openjdk-", "/usr/java"}

// settings looks for files that the stage puts into Java itself: the folders of a JDK are not all those of a runtime.
func (f *finder) settings() {
	for _, c := range f.Tree.Copies {
		home := func(dir string) bool { return strings.HasPrefix(c.Image, dir) }
		if home(javaHome) || slices.ContainsFunc(OpenJDKHomes, home) {
			f.out.Unknown(f.Evidence(c.In), "copies a file into Java's own folder")
		}
	}
	for _, in := range append(slices.Clone(f.Tree.Astray), f.Final.Tree.Astray...) {
		f.out.Unknown(f.Evidence(in), "copies to a folder that is not known")
	}
}

// compilers looks for marks in the sources.
func (f *finder) compilers() {
	source := func(name string) bool { return slices.Contains(sourceExts, path.Ext(name)) }
	var texts []string
	for _, m := range inSources {
		texts = append(texts, m.text)
	}
	if where, text, ok := f.FirstCall(source, texts); ok {
		i := slices.Index(texts, text)
		f.out.Unknown(transform.Evidence{Source: where, Text: text}, inSources[i].reason)
	}
}
