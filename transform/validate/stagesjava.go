package validate

import (
	"path"
	"slices"
	"strings"
)

// javaPaths are the options of java whose value is a class path, javaValues others with a value of their own. Source: java(1) of JDK 21.
var (
	javaPaths  = strings.Fields("-cp -classpath --class-path -p --module-path --upgrade-module-path")
	javaValues = strings.Fields("-m --module --add-modules --add-exports --add-opens --add-reads --enable-native-access")
)

// JavaReads returns the files and folders that calls of java in the script read, as written: jars, entries of the class path without their
// wildcards, agents. What a variable names is left out; calls is true where there is a call.
func (s Script) JavaReads() (files []string, calls bool) {
	for _, words := range s.CallsOf("java") {
		files, calls = append(files, javaOperands(words[1:])...), true
	}
	return slices.DeleteFunc(files, func(f string) bool { return f == "" || strings.Contains(f, dynamic) }), calls
}

// CallsOf returns the words of the script's calls of a program, by its name without a folder; none where the script cannot be read.
func (s Script) CallsOf(program string) (calls [][]string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil
	}
	for _, c := range s.calls(file.Stmts...) {
		words := c.words
		for len(words) > 1 && (words[0] == "exec" || words[0] == "nohup") {
			words = words[1:]
		}
		if len(words) > 0 && path.Base(words[0]) == program {
			calls = append(calls, words)
		}
	}
	return calls
}

// javaOperands returns what the words behind java name.
func javaOperands(words []string) (files []string) {
	for i := 0; i < len(words); i++ {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch w := words[i]; {
		case w == "-jar":
			return append(files, next)
		case slices.Contains(javaPaths, w):
			i++
			for entry := range strings.SplitSeq(next, ":") {
				files = append(files, strings.TrimSuffix(entry, "/*"))
			}
		case slices.Contains(javaValues, w):
			i++
		case strings.HasPrefix(w, "-javaagent:"):
			agent, _, _ := strings.Cut(strings.TrimPrefix(w, "-javaagent:"), "=")
			files = append(files, agent)
		case strings.HasPrefix(w, "-") || strings.Contains(w, dynamic) || strings.HasPrefix(w, "$"): // a variable stands for options
		default:
			return files
		}
	}
	return files
}
