package cleanup

import (
	"path"
	"regexp"
	"strings"

	"dopt/transform/shell"
)

// A file is a file that a script names.
type file struct {
	// command is the index of the command that names it.
	command int
	// word is the word that is its name, or ends in it.
	word shell.Word
	// text is the name as it is written, without quotes and with "$V" for "${V}"; two equal texts
	// name one file where neither the directory nor a variable changes in between.
	text string
	// path is the absolute path, "" where it is not known.
	path string
}

// base is the last part of the name as it is written.
func (f file) base() string { return path.Base(f.text) }

// downloads returns the files that a command of the step fetches.
func (s *step) downloads(n int) []file {
	cmd := s.commands[n]
	var found []file
	name := path.Base(cmd.Name())
	if name != "curl" && name != "wget" {
		return nil
	}
	for _, r := range cmd.Redirs {
		if r.Op == ">" && !strings.HasPrefix(r.Target.Value, "/dev/") {
			found = append(found, s.file(n, r.Target, s.source(r.Target)))
		}
	}
	output, remote := -1, name == "wget"
	var urls []shell.Word
	for i := 1; i < len(cmd.Words); i++ {
		switch word := cmd.Words[i].Value; {
		case outputFlag[name]().MatchString(word) && i+1 < len(cmd.Words):
			i++
			output = i
		case otherPlace().MatchString(word):
			return nil
		case name == "curl" && remoteFlag().MatchString(word):
			remote = true
		case strings.Contains(s.source(cmd.Words[i]), "://"):
			urls = append(urls, cmd.Words[i])
		}
	}
	switch {
	case output >= 0 && cmd.Words[output].Value != "-":
		return append(found, s.file(n, cmd.Words[output], s.source(cmd.Words[output])))
	case output < 0 && remote:
		for _, url := range urls {
			found = append(found, s.remoteFile(n, url)...)
		}
	}
	return found
}

// otherPlace are flags that name a folder, or the file in the same word: rare, and left alone.
var otherPlace = lazy(`^(-P|--directory-prefix|--output-dir|--output=|--output-document=|--directory-prefix=|--output-dir=)`)

// outputFlag are the flags before the name of the file to write, alone or at the end of a cluster.
var outputFlag = map[string]func() *regexp.Regexp{
	"curl": lazy(`^(-[a-zA-Z#]*o|--output)$`),
	"wget": lazy(`^(-[a-zA-Z]*O|--output-document)$`),
}

// remoteFlag are curl's flags for a file that is called as the URL ends.
var remoteFlag = lazy(`^(-[a-zA-Z#]*O[a-zA-Z#]*|--remote-name|--remote-name-all)$`)

// remoteFile is the file that curl -O and wget make of a URL, none where its name is not certain.
func (s *step) remoteFile(n int, url shell.Word) []file {
	text := s.source(url)
	if strings.ContainsAny(text, "?&#`") || strings.Contains(text, "$(") {
		return nil
	}
	return []file{s.file(n, url, text[strings.LastIndexByte(text, '/')+1:])}
}

func (s *step) file(n int, w shell.Word, text string) file {
	f := file{command: n, word: w, text: plainText(text)}
	if !strings.Contains(f.text, "$") {
		f.path = s.commands[n].Path(f.text)
	} else if w.Value != shell.Unknown && f.text == plainText(s.source(w)) {
		f.path = s.commands[n].Path(w.Value)
	}
	return f
}

var braced = lazy(`\$\{(\w+)\}`)

func plainText(text string) string {
	text = braced().ReplaceAllString(unquote.Replace(text), "$$$1")
	return strings.TrimPrefix(text, "./")
}

// unpacked returns the archives that a command of the step unpacks, or installs from.
func (s *step) unpacked(n int) []file {
	cmd := s.commands[n]
	words := cmd.Words
	if s.sudo(cmd) != "" && len(words) > 1 {
		words = words[1:]
	}
	if len(words) < 2 {
		return nil
	}
	var found []file
	add := func(list []shell.Word) {
		for _, w := range list {
			if f := s.file(n, w, s.source(w)); isArchive().MatchString(f.text) && !strings.ContainsAny(f.text, "*?[`(") {
				found = append(found, f)
			}
		}
	}
	switch name := path.Base(words[0].Value); {
	case name == "tar" || name == "bsdtar":
		add(tarFile(words))
	case name == "unzip" || name == "7z" || name == "7za":
		add(operands(words))
	case (name == "dpkg" || name == "rpm") && installsFile().MatchString(words[1].Value):
		add(words[2:])
	case (name == "sh" || name == "bash") && unpacksItself().MatchString(path.Base(words[1].Value)):
		add(words[1:2])
	}
	return found
}

var (
	isArchive    = lazy(`\.(tar|tgz|tbz2?|txz|gz|bz2|xz|zst|zip|7z|deb|rpm|sh|run|bin)$`)
	installsFile = lazy(`^(-i|--install|-[iUvhF]+)$`)
)

// operands returns the words that are no flags.
func operands(words []shell.Word) []shell.Word {
	for i, w := range words[1:] {
		if !strings.HasPrefix(w.Value, "-") && w.Value != "x" && w.Value != "e" {
			return words[i+1 : i+2]
		}
	}
	return nil
}

// tarFile returns the archive that tar extracts.
func tarFile(words []shell.Word) []shell.Word {
	extracts, file := false, -1
	for i, w := range words[1:] {
		switch flags := w.Value; {
		case flags == "--extract" || flags == "--get":
			extracts = true
		case flags == "--file" && i+2 < len(words):
			file = i + 2
		case strings.HasPrefix(flags, "--"):
		case strings.HasPrefix(flags, "-") || i == 0:
			extracts = extracts || strings.Contains(flags, "x")
			// Without a dash the letters' arguments follow the cluster: tar xfv file.
			if i+2 < len(words) && (strings.HasSuffix(flags, "f") || flags[0] != '-' && strings.Contains(flags, "f")) {
				file = i + 2
			}
		}
	}
	if !extracts || file < 0 {
		return nil
	}
	return words[file : file+1]
}
