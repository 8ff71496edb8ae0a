package inspect

import (
	"path"
	"slices"
	"strings"
)

// javaValued are the options of java that have their value in the next word. Source: java(1).
var javaValued = []string{
	"-cp", "-classpath", "--class-path", "-p", "--module-path", "--upgrade-module-path", "--add-modules", "--add-exports",
	"--add-opens", "--add-reads", "--limit-modules", "--patch-module", "--source",
}

// archiveOf returns the archive that a java command starts, "" if it starts none.
func archiveOf(argv []string) string {
	if len(argv) == 0 || path.Base(argv[0]) != "java" {
		return ""
	}
	for i := 1; i+1 < len(argv); i++ {
		switch {
		case argv[i] == "-jar":
			return argv[i+1]
		case slices.Contains(javaValued, argv[i]):
			i++
		case !strings.HasPrefix(argv[i], "-"):
			return ""
		}
	}
	return ""
}

// java checks the archives that the image's commands start.
func (c *checker) java() {
	for _, p := range c.programs {
		name := archiveOf(p.argv)
		if name == "" {
			continue
		}
		at, f := c.tree.resolve(c.workingDir(), name, nil)
		if f.Facts == nil || f.Facts.Jar == nil {
			continue // what is not there at all is found as an argument of the command
		}
		for _, class := range f.Facts.Jar.absent {
			if !c.onClassPath(at, f.Facts.Jar, class) {
				c.add(Finding{Check: JavaClass, Path: at, Missing: class, Message: at + " names the class " + class + ", which it does not have"})
			}
		}
		for _, entry := range f.Facts.Jar.ClassPath {
			if to, _ := c.tree.resolve(path.Dir(at), entry, nil); to == "" && !strings.Contains(entry, ":") {
				c.add(Finding{Check: JavaClass, Severity: Suspect, Path: at, Missing: entry, Message: at + " has " + entry + " on its class path, which is not there"})
			}
		}
	}
}

// onClassPath reports whether the manifest's class path may have a class: what is in other archives is not known.
func (c *checker) onClassPath(jar string, j *Jar, class string) bool {
	return slices.ContainsFunc(j.ClassPath, func(entry string) bool {
		at, f := c.tree.resolve(path.Dir(jar), entry, nil)
		if f.Mode.IsDir() {
			_, class := c.tree.find(path.Join(at, strings.ReplaceAll(class, ".", "/")+".class"))
			return class.Mode.IsRegular()
		}
		return at != ""
	})
}
