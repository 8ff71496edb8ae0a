package llb

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"dopt/transform"
	"dopt/transform/validate"
)

// javaPatterns are those of image names and of POMs.
var javaPatterns = sync.OnceValue(func() (p struct{ image, prefix *regexp.Regexp }) {
	p.image = regexp.MustCompile(`(temurin|openjdk|jdk)[-:]?([0-9][0-9a-zA-Z._]*)`)
	p.prefix = regexp.MustCompile(`<classpathPrefix>\s*([^<$]*?)\s*</classpathPrefix>`)
	return p
})

// javaOf returns the maker and the version of Java that the name of an image tells, "" where it does not have Java.
func (c *comparison) javaOf(image string) (maker, version string) {
	config := c.facts(image).Config
	if config == nil || !slices.ContainsFunc(config.Env, func(v transform.ImageVariable) bool { return v.Name == "JAVA_VERSION" }) {
		return "", ""
	}
	if version := distrolessJava(image); version != "" {
		return "temurin", version
	}
	name := path.Base(image)
	m := javaPatterns().image.FindStringSubmatch(name)
	switch {
	case m == nil || strings.Contains(name, "graal") || strings.Contains(name, "corretto"):
		return "", ""
	case strings.HasPrefix(name, "gradle:"):
		return "temurin", m[2]
	case m[1] == "jdk":
		return "openjdk", m[2]
	}
	return m[1], m[2]
}

// distrolessJava returns the version of Java of an image of distroless, that of Eclipse Temurin; "" for other images. Source: java/README.md of
// github.com/GoogleContainerTools/distroless.
func distrolessJava(image string) string {
	rest, ok := strings.CutPrefix(image, "gcr.io/distroless/java")
	version, release, _ := strings.Cut(rest, "-debian")
	release, _, _ = strings.Cut(release, ":")
	if !ok || release != "13" || version == "" || strings.Trim(version, "0123456789") != "" {
		return ""
	}
	return version
}

// american is the option by which Java takes the United States for the country that it is in, as it does where LANG is one of the
// others, and not where it is C.UTF-8. Source: src/java.base/unix/native/libjava/java_props_md.c of OpenJDK.
const american = "-Duser.country=US"

// javaEnvironment are variables of images with Java: of the locale, which distroless has none of, and where Java is.
var javaEnvironment = strings.Fields("LANG LANGUAGE LC_ALL JAVA_HOME")

// leavesLocale reports whether a variable is one of the base of the stage that an image of distroless with Java does without, where the process
// says what follows from it and no source asks for it.
func (d *division) leavesLocale(name string) bool {
	config := d.after.image.Config
	if distrolessJava(d.after.graph.base()) == "" || !slices.Contains(javaEnvironment, name) || !slices.Contains(slices.Concat(config.Entrypoint, config.Cmd), american) {
		return false
	}
	for _, kv := range d.before.image.Config.Env {
		if lang, ok := strings.CutPrefix(kv, "LANG="); ok && lang != "en_US.UTF-8" && lang != "C" && lang != "POSIX" {
			return false
		}
	}
	asked := false
	d.eachGiven(func(p string) {
		text, _ := d.given.Read(p)
		asked = asked || sourceFile(path.Base(p)) && validate.HasWord(string(text), name)
	})
	return !asked
}

// fetchers are programs that images with Java have, apart from slim ones and those on Alpine. Sources: the Dockerfiles at
// github.com/adoptium/containers and docker-library/openjdk.
var fetchers = []string{"curl", "wget"}

// hasJava reports whether an image has a program together with Java.
func (c *comparison) hasJava(image, program string) bool {
	_, version := c.javaOf(image)
	if distrolessJava(image) != "" {
		return program == "java"
	}
	plain := !strings.Contains(image, "slim") && !strings.Contains(image, "alpine")
	return version != "" && (program == "java" || plain && slices.Contains(fetchers, program))
}

// inJavaHome reports whether a path is that of java where both images say that they have it.
func (d *division) inJavaHome(p string) bool {
	home := func(image string) string {
		if config := d.facts(image).Config; config != nil {
			for _, v := range config.Env {
				if v.Name == "JAVA_HOME" && !v.Volatile {
					return v.Value
				}
			}
		}
		return ""
	}
	from, to := home(d.before.graph.base()), home(d.after.graph.base())
	return from != "" && from == to && p == path.Join(to, "bin", "java")
}

// java judges whether an image that runs java has that of the stage, and what it reads.
func (d *division) java(process validate.Script) {
	files, calls := process.JavaReads()
	if !calls {
		return
	}
	from, to := d.before.graph.base(), d.after.graph.base()
	maker, version := d.javaOf(from)
	if m, v := d.javaOf(to); from != to && (version == "" || m != maker || v != version) {
		d.note(unsound("%s does not have the Java of %s", to, from))
	}
	for _, name := range files {
		p := path.Clean(name)
		if !path.IsAbs(p) {
			p = path.Join(d.dir(), p)
		}
		if !d.covered(p) {
			d.note(unsound("the image does not have %s, which java reads", p))
		}
		d.libraries(p)
	}
}

// libraries judges whether the folder is there that the manifest of a jar names: the one beside it that the project's POM says, or that of
// a POM above.
func (d *division) libraries(jar string) {
	d.eachGiven(func(p string) {
		target := path.Join(path.Dir(p), "target")
		if path.Base(p) != "pom.xml" || path.Dir(jar) != target && !strings.HasPrefix(jar, path.Dir(p)+"/") {
			return
		}
		text, _ := d.given.Read(p)
		prefix := javaPatterns().prefix.FindStringSubmatch(string(text))
		if prefix == nil || !strings.Contains(string(text), "<addClasspath>true") {
			return
		}
		if folder := path.Join(path.Dir(jar), prefix[1]); !path.IsAbs(prefix[1]) && !d.covered(folder) {
			d.note(unsound("the image does not have %s, of which %s says that the jar needs it", folder, p))
		}
	})
}

// packaged reports whether manifests of the build context have all parts of the name of a jar: the artifact, its version, a classifier. A
// project of Gradle is called like its folder unless a file says otherwise. Classes are always in a folder of that name.
func (d *division) packaged(p string) bool {
	ext := path.Ext(p)
	if folder := path.Base(path.Dir(p)); path.Base(p) == "classes" && (folder == "target" || folder == "build") {
		return true
	}
	quarkus := path.Base(p) == "quarkus-app"
	if ext != ".jar" && ext != ".war" && !quarkus {
		return false
	}
	var all strings.Builder
	d.eachGiven(func(p string) {
		if base := path.Base(p); slices.Contains(manifests, base) || base == "gradle.properties" || base == "build.sbt" {
			text, _ := d.given.Read(p)
			all.Write(text)
		}
	})
	if quarkus {
		return strings.Contains(all.String(), "quarkus")
	}
	if strings.Contains(all.String(), "shadow") {
		all.WriteString(" all ")
	}
	return hasParts(all.String()+" "+path.Base(path.Dir(path.Dir(path.Dir(p))))+" ", strings.TrimSuffix(path.Base(p), ext), 0)
}

// maxParts bounds into how many parts a name is taken apart.
const maxParts = 12

// hasParts reports whether a text has a name, or its parts between hyphens.
func hasParts(text, name string, depth int) bool {
	if validate.HasWord(text, name) {
		return true
	}
	i := strings.IndexByte(name, '-')
	for n := depth; i > 0 && n < maxParts; n++ {
		if validate.HasWord(text, name[:i]) && hasParts(text, name[i+1:], n+1) {
			return true
		}
		next := strings.IndexByte(name[i+1:], '-')
		if next < 0 {
			return false
		}
		i += next + 1
	}
	return false
}

// passesOn makes the entrypoint of before the one of after, where both are their base images' own and start the words of CMD as they are.
func (d *division) passesOn(before, after *dockerspec.DockerOCIImage) {
	from, to := d.facts(d.before.graph.base()), d.facts(d.after.graph.base())
	own := func(image dockerspec.DockerOCIImage, base transform.Base) bool {
		passes := base.Entrypoint == transform.PassesThrough || base.Entrypoint == transform.NoEntrypoint
		return base.Config != nil && passes && (slices.Equal(image.Config.Entrypoint, base.Config.Entrypoint) || slices.Equal(image.Config.Entrypoint, baseEntrypoint))
	}
	if len(after.Config.Cmd) > 0 && own(*before, from) && (own(*after, to) || len(after.Config.Entrypoint) == 0) {
		before.Config.Entrypoint = after.Config.Entrypoint
	}
	d.withoutNPM(before, after)
	if distrolessJava(d.after.graph.base()) != "" { // what it stands for is judged by the variables
		after.Config.Entrypoint = withoutWord(after.Config.Entrypoint, american)
		after.Config.Cmd = withoutWord(after.Config.Cmd, american)
	}
}

// withoutWord returns the words of a process without an option behind the first.
func withoutWord(words []string, option string) []string {
	if len(words) < 2 || words[1] != option {
		return words
	}
	return slices.Concat(words[:1], words[2:])
}
