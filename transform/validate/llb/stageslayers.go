package llb

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
	"dopt/transform/validate"
)

// An unpacking is a step by which the stage that builds ends, and in which the tools of Spring Boot take a jar apart: into a folder for each of
// bootLayers, which hold the jar without its libraries, and these in lib. Source: https://docs.spring.io/spring-boot/reference/packaging/efficient.html
type unpacking struct {
	step *node
	// made is the jar in the stage that builds, or a pattern for it, jar where the image has it, to the folder of those that it is taken apart into.
	made, jar, to string
	// taken are the layers that the image gets.
	taken []string
}

// bootLayers are the folders that are not empty, in which the image has to get them: each may replace what one in front of it has.
var bootLayers = []string{"dependencies", "snapshot-dependencies", "application"}

// bootPatterns are those of the step, and of the version of Spring Boot in a POM or a script of Gradle.
var bootPatterns = sync.OnceValue(func() (p struct{ step, version *regexp.Regexp }) {
	p.step = regexp.MustCompile(`^java -Djarmode=tools -jar ((?:/[\w.+-]+)*/[\w.+*-]+\.jar) extract --layers --destination (/[\w.+/-]+)(?: --application-filename ([\w.+-]+))?$`)
	p.version = regexp.MustCompile(`spring-boot-(?:starter-parent|maven-plugin)</artifactId>\s*<version>(\d+)\.(\d+)|org\.springframework\.boot["'][\s)]*version[\s(]*["'](\d+)\.(\d+)`)
	return p
})

// unpacks returns the unpacking that a step is; nil if it is none.
func (n *node) unpacks() *unpacking {
	exec := n.op.GetExec()
	if exec == nil || len(exec.Mounts) != 1 || exec.Network != pb.NetMode_UNSET || exec.Security != pb.SecurityMode_SANDBOX {
		return nil
	}
	script, ok := n.script()
	m := bootPatterns().step.FindStringSubmatch(script.Text)
	if !ok || m == nil || path.Clean(m[1]) != m[1] || path.Clean(m[2]) != m[2] {
		return nil
	}
	return &unpacking{step: n, made: m[1], jar: path.Join(path.Dir(m[1]), cmp.Or(m[3], path.Base(m[1]))), to: m[2]}
}

// packed returns what the stage that builds makes, without a last step that takes a jar apart.
func (d *division) packed() *node {
	last := d.builder.graph.result
	if u := last.unpacks(); u != nil && u.made == u.jar && !strings.Contains(u.jar, "*") {
		d.unpacking = u
		last, _ = last.root()
	}
	return last
}

// takes reports whether a copy is that of one of the layers of a jar to the folder of that, and takes note of it.
func (d *division) takes(cp *pb.FileActionCopy) bool {
	u := d.unpacking
	if u == nil || path.Dir(path.Clean(cp.Src)) != u.to || path.Clean(cp.Dest) != path.Dir(u.jar) || !cp.DirCopyContents {
		return false
	}
	if cp.Owner != nil || cp.Mode >= 0 || cp.ModeStr != "" || cp.AttemptUnpackDockerCompatibility || len(cp.ExcludePatterns)+len(cp.IncludePatterns) > 0 {
		return false
	}
	u.taken = append(u.taken, path.Base(path.Clean(cp.Src)))
	return true
}

// addedUnpacking pairs nothing with a last step that takes a jar apart, of a stage that others copy from: what it makes is judged where the last
// stage copies that, and there alone may it be.
func (a *alignment) addedUnpacking(i, j int) bool {
	if !a.claim.Allows(transform.RuntimeStage) || i == 0 || i != len(a.before) || j != len(a.after)-1 || a.after[j].unpacks() == nil {
		return false
	}
	a.withLayers = true
	a.pairs = append(a.pairs, pair{transform.Verdict{Status: transform.Refines}, nil, j + 1})
	return true
}

// copiesLayers reports whether steps of a last stage copy the layers of a jar that one of before copies, to where that puts it, and takes note of
// all of them.
func (d *division) copiesLayers(before *node, after []*node) bool {
	actions, was, ok := before.copies()
	if !ok || len(actions) != 1 || len(after) < len(bootLayers) {
		return false
	}
	whole := actions[0].GetCopy()
	layers, first, ok := after[0].copies()
	if !ok {
		return false
	}
	source := first.input(layers[0].SecondaryInput)
	if source == nil || source.unpacks() == nil || whole.Owner != nil || whole.Mode >= 0 || whole.ModeStr != "" {
		return false
	}
	u, to := source.unpacks(), path.Clean("/"+whole.Dest)
	if strings.HasSuffix(whole.Dest, "/") {
		to = path.Join(to, path.Base(u.made))
	}
	packed, _ := source.root()
	from := was.input(actions[0].SecondaryInput)
	if path.Clean("/"+whole.Src) != u.made || path.Base(to) != path.Base(u.jar) || d.compare(from, packed).verdict.Status != transform.Refines {
		return false
	}
	u.jar, d.unpacking = to, u
	for _, n := range after[:len(bootLayers)] {
		actions, in, ok := n.copies()
		if !ok || len(actions) != 1 || in.input(actions[0].SecondaryInput) == nil || in.input(actions[0].SecondaryInput).digest != source.digest || !d.takes(actions[0].GetCopy()) {
			d.unpacking = nil
			return false
		}
	}
	d.carry(whole, from, source)
	return true
}

// keptWhole are words of POMs and of scripts of Gradle by which a jar of Spring Boot has other layers, none, or more than its tools take along.
// Sources: https://docs.spring.io/spring-boot/maven-plugin/packaging.html, https://docs.spring.io/spring-boot/gradle-plugin/packaging.html
var keptWhole = strings.Fields("<layers> <layout> <layoutFactory> <executable> <includeTools> <includeLayerTools> <classifier> <skip> <requiresUnpack> <packaging>war process-aot " +
	"maven-shade-plugin maven-jar-plugin cyclonedx layered includeTools launchScript bootWar requiresUnpack buildInfo archiveClassifier")

// looksInside are words of sources that may tell a jar with libraries in it from one with libraries beside it. Source:
// https://docs.spring.io/spring-boot/specification/executable-jar/restrictions.html
var looksInside = strings.Fields("BOOT-INF getCodeSource getProtectionDomain LaunchedClassLoader getSystemClassLoader getSystemResource URLClassLoader JarFile ZipFile MANIFEST")

// unpacked judges a jar that is taken apart: that it is one of Spring Boot with the layers that this makes by default, that nothing but java reads
// it, and that nothing else is where its libraries go.
func (d *division) unpacked() {
	u := d.unpacking
	if u == nil {
		return
	}
	dir := path.Dir(u.jar)
	d.copied = append(d.copied, u.jar, path.Join(dir, "lib"))
	meta := u.step.op.GetExec().GetMeta()
	files, named := d.startedFiles()
	_, version := d.javaOf(d.builder.graph.base())
	system := slices.Contains([]string{"/", "/usr", "/usr/local", "/var"}, dir)
	switch {
	case !slices.Equal(u.taken, bootLayers):
		d.note(unsound("the image gets the layers %s of %s, which has %s", strings.Join(u.taken, ", "), u.jar, strings.Join(bootLayers, ", ")))
	case d.carried == nil && !d.exists(u.jar):
		d.note(unsound("nothing tells that the build stage has %s", u.jar))
	case system || u.to == dir || d.occupied(path.Join(dir, "lib")) || d.occupied(u.to):
		d.note(unsound("the libraries of %s go where something else may be", u.jar))
	case meta.User != "" && meta.User != "root" && meta.User != "0":
		d.note(unsound("%s is taken apart by %s, who may not write there", u.jar, meta.User))
	case version == "":
		d.note(unsound("the stage that builds has no java to take %s apart", u.jar))
	case !slices.Equal(files, []string{u.jar}) || named != 1:
		d.note(unsound("%s is not all that java is started with", u.jar))
	}
	if slices.ContainsFunc(d.carried, func(c carriage) bool { return strings.HasPrefix(u.to, strings.TrimSuffix(c.from, "/")+"/") }) {
		d.note(unsound("a folder that the image gets has %s as well", u.to))
	}
	for _, kv := range slices.Concat(meta.Env, d.after.image.Config.Env) {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "LOADER_") || slices.Contains([]string{"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"}, name) {
			d.note(unsound("%s may have java start something else than %s", name, u.jar))
		}
	}
	d.layered()
}

// startedFiles returns the paths that the process of the image has java read, and in how many of the instructions that may name the jar it is named.
func (d *division) startedFiles() (files []string, named int) {
	config := d.after.image.Config
	process := d.argv()
	texts := []string{strings.Join(process, " "), strings.Join(config.Env, " ")}
	if config.Healthcheck != nil {
		texts = append(texts, strings.Join(config.Healthcheck.Test, " "))
	}
	for _, text := range texts {
		named += strings.Count(text, path.Base(d.unpacking.jar))
	}
	script, _ := validate.NewScript(process)
	list, _ := script.JavaReads()
	for _, name := range list {
		if !path.IsAbs(name) {
			name = path.Join(d.dir(), name)
		}
		files = append(files, path.Clean(name))
	}
	return files, named
}

// occupied reports whether the stage has something at a path, or the image gets something there.
func (d *division) occupied(p string) bool {
	kind, ok := d.given.Stat(p)
	return !ok || kind != validate.Absent || slices.ContainsFunc(d.copied[:len(d.copied)-2], func(c string) bool {
		return c == p || strings.HasPrefix(c, p+"/") || strings.HasPrefix(p, c+"/")
	})
}

// layered judges by the files of the project whether a jar is laid out as Spring Boot 3.3 or later does by default, and whether a source looks at
// that.
func (d *division) layered() {
	jar, boot, maven, outside := d.unpacking.jar, false, false, ""
	d.code.each(func(p, _ string) {
		base := path.Base(p)
		manifest := base == "pom.xml" || strings.HasPrefix(base, "build.gradle") || strings.HasPrefix(base, "settings.gradle")
		if strings.Contains(p, "/META-INF/") && !strings.Contains(p, "/test/") {
			outside = p
		}
		maven = maven || base == "pom.xml"
		if !manifest && !slices.Contains([]string{".java", ".kt", ".scala", ".groovy"}, path.Ext(p)) {
			return
		}
		text, _ := d.code.Read(p)
		words := looksInside
		if manifest {
			words = keptWhole
			boot = boot || newBoot(string(text))
		}
		if i := slices.IndexFunc(words, func(w string) bool { return strings.Contains(string(text), w) }); i >= 0 {
			d.note(unsound("%s has %s, by which %s may have to stay whole", p, words[i], jar))
		}
	})
	if outside != "" && !maven {
		d.note(unsound("%s may be left outside of %s", outside, jar))
	}
	if !boot {
		d.note(unsound("nothing tells that %s is a jar of Spring Boot 3.3 or later", jar))
	}
}

// newBoot reports whether a POM or a script of Gradle says that it uses Spring Boot 3.3 or later.
func newBoot(text string) bool {
	m := bootPatterns().version.FindStringSubmatch(text)
	if m == nil || !strings.Contains(text, "spring-boot-maven-plugin") && !strings.Contains(text, "org.springframework.boot") {
		return false
	}
	major, _ := strconv.Atoi(m[1] + m[3])
	minor, _ := strconv.Atoi(m[2] + m[4])
	return major > 3 || major == 3 && minor >= 3
}
