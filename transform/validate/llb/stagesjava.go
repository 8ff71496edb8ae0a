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
	name := path.Base(image)
	m := javaPatterns().image.FindStringSubmatch(name)
	switch {
	case m == nil:
		return "", ""
	case strings.HasPrefix(name, "gradle:"):
		return "temurin", m[2]
	case m[1] == "jdk":
		return "openjdk", m[2]
	}
	return m[1], m[2]
}

// fetchers are programs that images with Java have, apart from slim ones and those on Alpine. Sources: the Dockerfiles at
// github.com/adoptium/containers and docker-library/openjdk.
var fetchers = []string{"curl", "wget"}

// hasJava reports whether an image has a program together with Java.
func (c *comparison) hasJava(image, program string) bool {
	_, version := c.javaOf(image)
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
	if m, v := d.javaOf(to); version == "" || m != maker || v != version {
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
		return base.Config != nil && passes && slices.Equal(image.Config.Entrypoint, base.Config.Entrypoint)
	}
	if len(after.Config.Cmd) > 0 && own(*before, from) && own(*after, to) {
		before.Config.Entrypoint = after.Config.Entrypoint
	}
}
