package java

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/internal/project/ecosystem/jvm"
	"dopt/transform"
)

// bootLayers are the layers of a jar of Spring Boot, what changes most seldom first. There is one more, spring-boot-loader, which stays empty since
// the jar that is left starts the program itself. Source: https://docs.spring.io/spring-boot/reference/packaging/efficient.html
var bootLayers = []string{"dependencies", "snapshot-dependencies", "application"}

// observers are texts by which a program, or its settings, may tell the jar with libraries inside from the one with libraries beside it: its
// class loader, where its classes come from, what its manifest says, the folder for static files of the container of servlets. Source:
// https://docs.spring.io/spring-boot/specification/executable-jar/restrictions.html
var observers = strings.Fields("BOOT-INF getCodeSource getProtectionDomain springframework.boot.loader LaunchedClassLoader LaunchedURLClassLoader java.class.path " +
	"getSystemClassLoader getSystemResource URLClassLoader JarFile JarInputStream ZipFile newFileSystem MANIFEST jar:file jar:nested ApplicationHome register-default-servlet")

// loaders are variables by which Java, or the loader of Spring Boot, is told to do something else before the program starts.
var loaders = strings.Fields("JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS LOADER_PATH LOADER_MAIN LOADER_HOME LOADER_ARGS LOADER_CONFIG_NAME LOADER_CONFIG_LOCATION LOADER_SYSTEM")

// systemRoots are folders in which the one with libraries, lib, is the system's.
var systemRoots = []string{"/", "/usr", "/usr/local", "/var"}

// layers has a jar of Spring Boot taken apart at level aggressive: libraries are copied apart from the program, which changes more often.
func (f *finder) layers() {
	i := slices.IndexFunc(f.out.Files, func(file artifact.File) bool { return file.Because == f.StartedBy() })
	if i < 0 || path.Base(f.Start.Program) != "java" {
		return
	}
	jar := f.out.Files[i]
	made := jar.Path
	if from, ok := f.Tree.Origin(made); ok && f.Final != f.Stage {
		made = from
	}
	why, boot := f.packaging(made)
	switch {
	case !boot:
		return
	case why == "":
		why = f.watched(jar.Path, made)
	}
	if why != "" {
		f.out.Whole = transform.UnknownNeed{Reason: why, Evidence: jar.Because}
		return
	}
	f.out.Layers = unpacked(jar, made)
}

// unpacked returns how Spring Boot's own tools take a jar apart, which lies at made in the stage that builds: the same jar without its libraries is
// left, which has them in lib beside it on the class path of its manifest. Source:
// https://docs.spring.io/spring-boot/reference/packaging/container-images/dockerfiles.html
func unpacked(jar artifact.File, made string) *artifact.Layers {
	to := path.Join(path.Dir(made), "layers")
	l := &artifact.Layers{
		File: jar.Path, Because: jar.Because,
		Command: "java -Djarmode=tools -jar " + made + " extract --layers --destination " + to,
	}
	if name := path.Base(jar.Path); name != path.Base(made) {
		l.Command += " --application-filename " + name
	}
	for _, name := range bootLayers {
		l.Folders = append(l.Folders, path.Join(to, name))
	}
	return l
}

// packaging says why a jar is not known to be one that Spring Boot's plugin lays out as it does by default, as a predicate; boot is false where the
// plugin is not used at all.
func (f *finder) packaging(jar string) (why string, boot bool) {
	for _, b := range f.builds {
		reason, uses := "", false
		if b.tool == "maven" && b.reactor != nil {
			uses = slices.ContainsFunc(b.reactor.Modules, (*jvm.POM).UsesSpringBoot)
			if reason = b.reactor.Top.SpringBootLayers(); reason == "" && len(b.reactor.Files()) > 1 {
				reason = "is of a project with several POMs"
			}
		} else if b.tool == "gradle" {
			scripts := f.gradleTexts(b, b.dir)
			uses, reason = jvm.GradleSpringBoot(scripts), jvm.GradleSpringBootLayers(scripts)
			if strings.HasSuffix(jar, "-plain.jar") || !slices.ContainsFunc(b.goals, func(g string) bool { return slices.Contains([]string{"bootJar", "assemble", "build"}, g) }) {
				reason = "is not made by the task bootJar"
			}
			reason = cmp.Or(reason, f.metaInf())
		}
		boot = boot || uses
		if strings.Contains(b.Evidence.Text, "spring-boot.") {
			reason = "is made with a property of Spring Boot's plugin"
		}
		if uses && why == "" {
			why = reason
		}
	}
	return why, boot
}

// watched says what may tell a jar from one with its libraries beside it, or would be in their way, as a predicate of the jar; "" if nothing. made is
// where it lies in the stage that builds, which may be a pattern where it is copied from there.
func (f *finder) watched(jar, made string) (why string) {
	if user := f.LastStep().State().User; user != "" && user != "root" && user != "0" {
		return "is made by another user than root"
	}
	libraries, parts := path.Join(path.Dir(jar), "lib"), path.Join(path.Dir(made), "layers")
	taken := func(name string) bool {
		_, copied := f.Tree.Context(name)
		return copied || f.Tree.IsFolder(name) || slices.ContainsFunc(f.out.Files, func(file artifact.File) bool { return artifact.Within(file.Path, name) })
	}
	odd := func(name string) bool {
		return strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-/") != "" || path.Ext(name) != ".jar"
	}
	switch {
	case odd(jar) || odd(path.Join(path.Dir(made), strings.ReplaceAll(path.Base(made), "*", ""))) && made != path.Join(path.Dir(made), "*.jar"):
		return "has a name that is not known"
	case slices.Contains(systemRoots, path.Dir(jar)) || taken(libraries) || taken(parts):
		return "lies beside a folder that the libraries would be put into"
	case len(readLaunch(f.Start.Args).files) != 1 || strings.Contains(strings.Join(f.Start.Args, " "), "loader."):
		return "is started with an agent, or told what to load"
	}
	return f.observed(jar)
}

// observed says which instruction, source or resource may tell a jar from one with its libraries beside it, as a predicate of the jar.
func (f *finder) observed(jar string) (why string) {
	for _, in := range slices.Concat(f.Stage.Stage.Instructions, f.Final.Stage.Instructions) {
		text := in.Args().Text
		if env, ok := in.Command.(*instructions.EnvCommand); ok {
			if i := slices.IndexFunc(env.Env, func(kv instructions.KeyValuePair) bool { return slices.Contains(loaders, kv.Key) }); i >= 0 {
				return "is started with " + env.Env[i].Key + " set"
			}
		}
		if slices.Contains(strings.Fields("ENV HEALTHCHECK LABEL"), in.Keyword) && strings.Contains(text, path.Base(jar)) {
			return "is named by " + in.Keyword + " as well"
		}
	}
	read := func(name string) bool { return slices.Contains(sourceExts, path.Ext(name)) || resource(name) }
	if where, text, ok := f.FirstCall(read, append(slices.Clone(observers), path.Base(jar))); ok {
		return "may be looked at by the program: " + where + " has " + text
	}
	return ""
}

// metaInf names a file of META-INF that a build with Gradle puts elsewhere in the jar than one with Maven does; of the latter it is known that the tools
// take it along (3.3.1, 3.4.5 and 4.0.0 were tried).
func (f *finder) metaInf() (why string) {
	f.EachCopied(func(name string) bool {
		if strings.Contains("/"+name, "/META-INF/") && !strings.Contains("/"+name, "/test/") {
			why = "has " + name + ", and whether the tools take that along is not known"
		}
		return why == ""
	})
	return why
}
