package java

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/transform"
)

// distrolessImages are the images of distroless with Java, by its version: that of Eclipse Temurin, on trixie. Source: java/README.md of
// github.com/GoogleContainerTools/distroless.
var distrolessImages = map[string]string{
	"17": "gcr.io/distroless/java17-debian13", "21": "gcr.io/distroless/java21-debian13", "25": "gcr.io/distroless/java25-debian13",
}

// notNewer are the releases whose C library is that of trixie or an older one: what a stage on a newer one links would not run. Source:
// packages.debian.org and packages.ubuntu.com, package libc6.
var notNewer = strings.Fields("bullseye bookworm trixie focal jammy noble")

// distrolessPackages are what such an image has, by Debian's names. Source: java/BUILD of github.com/GoogleContainerTools/distroless.
var distrolessPackages = strings.Fields("base-files base-passwd ca-certificates default-jre-headless fontconfig-config fonts-dejavu-core libc6 libfontconfig1 libfreetype6 " +
	"libgcc-s1 libstdc++6 netbase tzdata zlib1g")

// american are values of LANG with which Java takes the United States for the country that it is in; so it does without any. Those images say
// C.UTF-8, with which it takes none. Source: src/java.base/unix/native/libjava/java_props_md.c of OpenJDK.
var american = []string{"", "C", "POSIX", "en_US.UTF-8"}

// country is the option by which Java takes the United States for it.
const country = "-Duser.country=US"

// ownVariables are those of images with Java that a file may have reasons to set, and that mean something else where no shell script reads
// them, or no locale is there.
var ownVariables = strings.Fields("LANG LANGUAGE LC_ALL LC_CTYPE JAVA_HOME JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS USE_SYSTEM_CA_CERTS")

// processes are texts by which a program starts others, or looks at the folder of Java.
var processes = []string{"ProcessBuilder", ".exec(", "JAVA_HOME", "java.home", "sys.process"}

// distroless returns the image of distroless that has the Java of the stage's image, or why that will not do: the program is not started by plain
// words of one instruction, may start another one, or uses what else it lacks.
func (f *finder) distroless() (list []artifact.Base, why string) {
	image := f.Final.Image
	family, version, _ := javaOf(image)
	base, known := f.Bases.Base(distrolessImages[version])
	lang, settled := f.lang()
	switch {
	case !known || family != "eclipse-temurin" || !slices.Contains(notNewer, f.Final.Base.Release):
		return nil, "none has the Java of " + image + ", with a C library as new"
	case f.Final != f.Stage:
		return nil, "the last stage has steps of its own"
	case f.Start.Program != "java" || f.Start.Shell && !f.Start.Exact || (f.Start.Entrypoint == nil) == (f.Start.Cmd == nil):
		return nil, "java is not started by plain words of one instruction"
	case !settled || !slices.Contains(american, lang):
		return nil, "LANG, or another variable that Java reads, means something else there"
	case f.nativeCode():
		return nil, "a package may have native code"
	}
	if file, text, ok := f.FirstCall(func(name string) bool { return slices.Contains(sourceExts, path.Ext(name)) }, processes); ok {
		return nil, file + " has \"" + text + "\""
	}
	return []artifact.Base{{
		Image: distrolessImages[version], Level: transform.Aggressive, Provides: distrolessPackages, Options: []string{country},
		Because: transform.Evidence{Source: base.Source, Text: "it has Java " + version + " of Eclipse Temurin, as " + image},
	}}, ""
}

// lang returns the LANG of the image; settled is false where the file sets a variable of those that decide how Java behaves.
func (f *finder) lang() (lang string, settled bool) {
	for _, in := range f.Stage.Stage.Instructions {
		env, ok := in.Command.(*instructions.EnvCommand)
		if ok && slices.ContainsFunc(env.Env, func(kv instructions.KeyValuePair) bool { return slices.Contains(ownVariables, kv.Key) }) {
			return "", false
		}
	}
	for _, v := range f.Base.Config.Env {
		if v.Name == "LANG" {
			lang = v.Value
		}
	}
	return lang, true
}

// pure are packages that have no native code and need none that has: all of a group, or of those that begin so, or one. Source: their POMs at
// repo1.maven.org.
var pure = strings.Fields("com.fasterxml.jackson. com.google.code.gson: com.google.guava:guava commons-codec: commons-io: org.apache.commons:commons-lang3 " +
	"org.apache.commons:commons-text org.apache.commons:commons-collections4 org.slf4j:slf4j-api ch.qos.logback: org.yaml:snakeyaml org.projectlombok: " +
	"org.jetbrains.kotlin:kotlin-stdlib org.jetbrains:annotations junit: org.junit. org.assertj: org.hamcrest: " +
	"org.springframework.boot:spring-boot-starter-web org.springframework.boot:spring-boot-starter-actuator org.springframework.boot:spring-boot-starter-validation")

// nativeCode reports whether a package may have native code, which looks for libraries that the image may not have.
func (f *finder) nativeCode() bool {
	return slices.ContainsFunc(f.Needs().Unknowns, func(u transform.UnknownNeed) bool {
		name, ok := strings.CutPrefix(u.Reason, "whether jvm package ")
		name, _, _ = strings.Cut(name, " ")
		return ok && u.Step == nil && !slices.ContainsFunc(pure, func(p string) bool {
			return name == p || strings.HasSuffix(p, ":") && strings.HasPrefix(name, p) || strings.HasSuffix(p, ".") && strings.HasPrefix(name, p)
		})
	})
}
