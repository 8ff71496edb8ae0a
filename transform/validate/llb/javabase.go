package llb

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
	"dopt/transform/validate"
)

// otherJava returns before with the base of after's last stage, where that has been an image of OpenJDK, which was called java first, and is one of Eclipse Temurin; nil
// for all else. What is left to compare is the same file on the same base.
func otherJava(before, after *transform.Document) *transform.Document {
	if len(before.Stages) != len(after.Stages) || len(before.Stages) == 0 {
		return nil
	}
	was, is := before.Stages[len(before.Stages)-1], after.Stages[len(after.Stages)-1]
	if !slices.Contains([]string{"openjdk", "java"}, repository(was.Base)) || repository(is.Base) != "eclipse-temurin" {
		return nil
	}
	args := was.From.Args()
	if !strings.HasPrefix(args.Text, was.Base) {
		return nil
	}
	renamed, err := before.Apply(transform.Edit{Span: args.Span(0, len(was.Base)), New: is.Base})
	if err != nil {
		return nil
	}
	return renamed
}

// repository returns the last part of an image's name, without tag and digest.
func repository(image string) string {
	name, _, _ := strings.Cut(path.Base(image), ":")
	name, _, _ = strings.Cut(name, "@")
	return name
}

// sameJava judges whether the last stage of before may stand on the base of after: the version of Java is the same, with or without the
// compiler, so is the kind of C library, and nothing in the stage depends on where Java is, or on the distribution.
func (v *Validator) sameJava(before, after *document, env transform.Environment) transform.Verdict {
	last := len(before.Stages) - 1
	was, is := before.Stages[last], after.Stages[last]
	build, err := before.stage(last)
	if err != nil {
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{"BuildKit does not compile the file as it is: " + err.Error()}}
	}
	c := &comparison{env: env, seen: map[[2]*node]*state{}}
	c.verdict.Status = transform.Refines
	from, to := c.versionOfJava(was.Base), c.versionOfJava(is.Base)
	if from == "" || from != to || hasWord(was.Base, "jre") != hasWord(is.Base, "jre") {
		c.note(unsound("%s does not have the Java of %s", is.Base, was.Base))
	}
	if kind := libcs[c.facts(was.Base).Distro]; kind == "" || kind != libcs[c.facts(is.Base).Distro] {
		c.note(unsound("%s does not have the C library of %s", is.Base, was.Base))
	}
	if c.facts(is.Base).Entrypoint != transform.PassesThrough {
		c.note(unsound("what the entrypoint of %s does is not known", is.Base))
	}
	if !slices.ContainsFunc(was.Instructions, func(in *transform.Instruction) bool { return in.Keyword == "CMD" || in.Keyword == "ENTRYPOINT" }) {
		c.note(unsound("the image starts what its base starts, which differs"))
	}
	for _, in := range was.Instructions {
		c.sameSystem(in, c.facts(was.Base).Distro)
		c.sameCommands(in, is.Base)
	}
	c.filesOfJava(build)
	return c.verdict
}

// versionOfJava returns the version of Java that a tag begins with, "" where it asks for one update, or for none, and for images without Java.
func (c *comparison) versionOfJava(image string) string {
	config := c.facts(image).Config
	if config == nil || !slices.ContainsFunc(config.Env, func(v transform.ImageVariable) bool { return v.Name == "JAVA_VERSION" }) {
		return ""
	}
	_, tag, _ := strings.Cut(path.Base(image), ":")
	version, _, _ := strings.Cut(strings.TrimPrefix(tag, "openjdk-"), "-")
	if strings.Trim(version, "0123456789") != "" {
		return ""
	}
	return version
}

// libcs are the C libraries of the distributions that images with Java are on.
var libcs = map[string]string{"debian": "glibc", "oraclelinux": "glibc", "ubuntu": "glibc", "alpine": "musl"}

// hasWord reports whether a tag has a word between hyphens.
func hasWord(image, word string) bool {
	_, tag, _ := strings.Cut(path.Base(image), ":")
	return slices.Contains(strings.Split(tag, "-"), word)
}

// placesOfJava begin paths at which images of OpenJDK have Java, or files that belong to it; no other image does. Source:
// Dockerfile-linux.template of docker-library/openjdk.
var placesOfJava = []string{"/usr/local/openjdk-", "/usr/java/", "/usr/lib/jvm", "/opt/openjdk-", "/docker-java-home", "/etc/ssl/certs/java", "/usr/bin/java", "/usr/bin/jar", "/usr/bin/keytool", "JAVA_VERSION", "JAVA_DEBIAN_VERSION"}

// systemTools are programs whose work depends on the distribution: of its packages, and of who is created with the next number that is free.
var systemTools = strings.Fields("dpkg rpm update-alternatives update-java-alternatives")

// sameSystem judges an instruction by what differs between the distributions.
func (c *comparison) sameSystem(in *transform.Instruction, distro string) {
	text := in.Text().Text
	for _, p := range placesOfJava {
		if strings.Contains(text, p) {
			c.note(unsound("%s names %s, which the other image does not have", in.Keyword, p))
		}
	}
	switch cmd := in.Command.(type) {
	case *instructions.OnbuildCommand:
		c.note(unsound("what images that are built on it use is not known"))
	case *instructions.CopyCommand:
		if cmd.From != "" && slices.ContainsFunc(cmd.SourcePaths, func(p string) bool {
			return path.Dir(p) == "/usr/bin" || path.Dir(p) == "/usr/lib" || path.Dir(p) == "/lib"
		}) {
			c.note(unsound("%s brings a part of another system", text))
		}
	}
	script := in.Script()
	if script == nil || script.Shell == nil {
		return
	}
	for _, command := range script.Shell.Commands {
		argv := command.Argv()
		name := path.Base(command.Name())
		use, ok := pkgmgr.Identify(argv)
		system := ok && slices.Contains([]string{"debian", "alpine", "rpm"}, use.Manager.Ecosystem)
		creates := slices.Contains([]string{"useradd", "adduser", "groupadd", "addgroup"}, name)
		if system || slices.Contains(systemTools, name) || creates && !slices.ContainsFunc(argv, func(w string) bool { return w == "-r" || w == "-S" || w == "--system" }) {
			c.note(unsound("`%s` depends on the distribution, which differs", strings.Join(argv, " ")))
		}
	}
	if distro == "oraclelinux" && script.Form != transform.FormExec {
		if mark := shell.BashMark(script.Text); mark != "" {
			c.note(unsound("%s has %s, and sh is not bash in the other image", in.Keyword, mark))
		}
	}
}

// ofJDK are programs of Java that an image with the compiler has. Source: docs.oracle.com, JDK tool specifications.
var ofJDK = strings.Fields("java javac jar javadoc javap jarsigner keytool jlink jdeps jmod jshell jcmd jps jstack jmap rmiregistry")

// sameCommands judges whether the commands of an instruction are there on another base with Java.
func (c *comparison) sameCommands(in *transform.Instruction, image string) {
	script := in.Script()
	if script == nil || script.Shell == nil {
		return
	}
	distro := strings.Fields(distributionPrograms[c.facts(image).Distro])
	for _, command := range script.Shell.Commands {
		name := command.Name()
		switch {
		case name == "" || strings.Contains(name, "/"): // no command of the distribution
		case slices.Contains(essential, name), slices.Contains(ofJDK, name), slices.Contains(distro, name), c.hasJava(image, name):
		default:
			c.note(transform.Verdict{Status: transform.Unproven, Reasons: []string{"whether " + image + " has " + name + " is not known"}})
		}
	}
}

// noPaths are the extensions of files that no program takes a path from: texts for people, and what is compressed.
var noPaths = strings.Fields(".md .txt .adoc .html .class .png .jpg .gif .gz .zip .jar .war .ear")

// filesOfJava judges the files that the stage gets of the build context by the paths that they name.
func (c *comparison) filesOfJava(b *build) {
	given := received{context: newBuildContext(c.env.Files)}
	all, _ := given.context.follow(b.graph.result.history())
	given.deliveries = slices.Concat(all...)
	list, _ := given.Find(validate.Everything)
	for _, name := range list {
		if slices.Contains(noPaths, path.Ext(name)) {
			continue
		}
		text, _ := given.Read(name)
		for _, p := range placesOfJava {
			if strings.Contains(string(text), p) {
				c.note(unsound("%s names %s, which the other image does not have", name, p))
			}
		}
	}
}
