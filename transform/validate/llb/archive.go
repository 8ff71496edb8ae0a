package llb

import (
	"cmp"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// plainExtensions are extensions of files that are no tar archives, and plainNames names of such files.
var (
	plainExtensions = []string{
		".txt", ".json", ".yml", ".yaml", ".toml", ".conf", ".cfg", ".cnf", ".cf", ".config", ".ini", ".init", ".sh", ".bash", ".py", ".js", ".ts", ".rb", ".php", ".go", ".rs",
		".c", ".h", ".cpp", ".java", ".lock", ".md", ".html", ".css", ".xml", ".xsl", ".sql", ".pl", ".env", ".list", ".repo", ".key", ".pub", ".asc", ".gpg", ".pem", ".crt", ".cer",
		".properties", ".service", ".socket", ".template", ".tmpl", ".tpl", ".j2", ".erb", ".lua", ".R", ".r", ".gradle", ".sbt", ".vcl", ".patch", ".diff", ".desktop", ".cron",
		".vim", ".el", ".csv", ".sum", ".mod", ".cmake", ".gemspec", ".csproj", ".sln", ".ex", ".exs", ".clj", ".hs", ".cabal", ".groovy", ".scala", ".kt", ".policy", ".rules", ".ps1", ".bat",
		".jar", ".war", ".ear", ".zip", ".whl", ".egg", ".deb", ".rpm", ".exe", ".dll", ".so", ".png", ".jpg", ".jpeg", ".gif", ".ico", ".svg", ".wav", ".mp3", ".mp4", ".pdf", ".ttf", ".otf",
	}
	plainNames = []string{
		"Dockerfile", "Makefile", "Rakefile", "Gemfile", "Procfile", "Vagrantfile", "Pipfile", "Berksfile", "Cheffile", "Puppetfile", "Guardfile", "Capfile", "Podfile", "Brewfile", "Jenkinsfile",
		"LICENSE", "README", "VERSION", "crontab", "id_rsa", "authorized_keys", "known_hosts", "hosts", "gradlew", "mvnw", "sources.list",
		".bashrc", ".bash_profile", ".profile", ".zshrc", ".vimrc", ".npmrc", ".yarnrc", ".gitconfig", ".gitignore", ".netrc", ".htaccess", ".babelrc", ".eslintrc", ".condarc", ".gemrc", ".ssh",
	}
)

// plainSource judges whether a source of ADD is copied as it is: by its first bytes where
// the build context is at hand, else by its name. The files of a directory are not unpacked.
func (c *comparison) plainSource(src string) transform.Verdict {
	ok := transform.Verdict{Status: transform.Refines}
	name := contextPath(src)
	if name == "." {
		return ok
	}
	if c.env.Files != nil && !strings.ContainsAny(name, "*?[") {
		if info, err := fs.Stat(c.env.Files, name); err == nil {
			if info.IsDir() {
				return ok
			}
			return plainFile(c.env.Files, name)
		}
	}
	if slices.Contains(plainExtensions, path.Ext(name)) || slices.Contains(plainNames, path.Base(name)) || slices.Contains(c.dirs, name) {
		return ok
	}
	if archiveName(name) {
		return unsound("ADD unpacks %s, COPY does not", name)
	}
	return transform.Verdict{Status: transform.Unproven, Reasons: []string{"whether " + name + " is an archive cannot be told without the build context"}}
}

// contextPath returns a source as a path within the build context.
func contextPath(src string) string {
	return cmp.Or(strings.TrimPrefix(path.Clean("/"+src), "/"), ".")
}

// directories returns the sources of ADD that are written as directories, with a slash at the
// end. The compiler drops it.
func directories(doc *transform.Document) []string {
	var dirs []string
	for _, in := range doc.Instructions {
		add, ok := in.Command.(*instructions.AddCommand)
		if !ok {
			continue
		}
		for _, src := range add.SourcePaths {
			if strings.HasSuffix(src, "/") {
				dirs = append(dirs, contextPath(src))
			}
		}
	}
	return dirs
}

func archiveName(name string) bool {
	for _, ext := range []string{".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".zst", ".tzst", ".lzma"} {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
}

// magics are the first bytes of the compressions that ADD undoes. Source: github.com/moby/go-archive/compression, Detect.
var magics = []string{"\x1f\x8b", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", "\x5d\x00\x00"}

// plainFile judges by the first bytes of a file. A tar archive has its mark at byte 257.
func plainFile(files fs.FS, name string) transform.Verdict {
	f, err := files.Open(name)
	if err != nil {
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{err.Error()}}
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{err.Error()}}
	}
	head = head[:n]
	for _, magic := range magics {
		if strings.HasPrefix(string(head), magic) {
			return unsound("ADD unpacks %s, COPY does not", name)
		}
	}
	if len(head) == 512 && string(head[257:262]) == "ustar" {
		return unsound("ADD unpacks %s, COPY does not", name)
	}
	return transform.Verdict{Status: transform.Refines}
}
