package modernize

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

const kindAdd = "add"

// copyFlags are the flags of ADD that COPY has with the same meaning. Source: BuildKit's
// frontend/dockerfile/docs/reference.md, ADD and COPY.
var copyFlags = []string{"chown", "chmod", "link", "exclude"}

// addToCopy writes COPY where ADD does no more than that: for local files that it would not unpack.
func addToCopy(c *transform.Context, in *transform.Instruction) {
	add, ok := in.Command.(*instructions.AddCommand)
	if !ok {
		return
	}
	for _, f := range in.Flags() {
		if !slices.Contains(copyFlags, f.Name) {
			return
		}
	}
	fix := transform.Fix{
		Title: "Copy with COPY: there is nothing to unpack or download",
		Level: transform.Safe,
		Edits: []transform.Edit{keywordEdit(in, "COPY")},
	}
	for _, src := range add.SourcePaths {
		s := judgeSource(c, src)
		switch s.kind {
		case special:
			return
		case unclear:
			c.Missed(in, kindAdd, "%s", s.text)
			return
		case plainByName:
			fix.Level = transform.Standard
		}
		fix.Evidence = append(fix.Evidence, transform.Evidence{Source: src, Text: s.text})
	}
	if len(add.SourcePaths) == 0 {
		fix.Evidence = because(in, "here-documents are written as they are")
	}
	made(c, in, kindAdd, fix)
}

// A sourceKind says what ADD does with a source.
type sourceKind int

const (
	// plain: it copies the source; its files were read.
	plain sourceKind = iota
	// plainByName: it copies the source, as far as the name tells.
	plainByName
	// special: it downloads or unpacks the source.
	special
	// unclear: nothing tells.
	unclear
)

// A source is what is known of a source of an ADD: the evidence, or why there is none.
type source struct {
	kind sourceKind
	text string
}

// plainEndings are endings of names of files that are no archives. Of packages and archives
// only those are here that are neither tar files nor compressed ones, so that ADD does not unpack
// them: not .apk and .gem, but .deb, .rpm and .zip with its many names.
var plainEndings = strings.Fields(`
	.adoc .asc .bash .bat .c .cc .cer .cert .cf .cfg .cgi .cjs .clj .cmake .cmd .cnf .conf .config .cpp .crt .cs .csproj .css .csv .cue
	.d .db .deb .default .desktop .diff .dll .dockerfile .ear .edn .ejs .el .env .erb .ex .exs .fish .fs .gemspec .gif .go .gradle .graphql
	.groovy .h .hcl .hpp .hs .htm .html .ico .in .inc .ini .init .ipynb .j2 .jar .java .jinja .jinja2 .jks .jpeg .jpg .js .json .json5 .jsx
	.key .keystore .kt .kts .ldif .list .lock .lua .m4 .md .mjs .mk .ml .mod .mp3 .nginx .nix .patch .pem .php .pl .plist .pm .png .pom
	.properties .proto .ps .ps1 .pub .py .pyx .r .rb .rc .repo .rpm .rs .rst .ru .rules .run .sbt .scala .schema .scss .service .sh .sln
	.sql .sqlite .sqlite3 .strings .sum .svg .swift .tcl .template .tf .tmpl .toml .tpl .ts .tsx .ttf .ttl .txt .vcl .vhost .vim .vue .war
	.wav .whl .woff .xml .xsd .xsl .yaml .yml .zip .zsh`)

// plainNames are names of files that are no archives.
var plainNames = strings.Fields(`
	.babelrc .bash_aliases .bash_profile .bashrc .condarc .curlrc .dockerignore .editorconfig .eslintrc .gemrc .gitconfig .gitignore
	.htaccess .htpasswd .inputrc .netrc .npmrc .nvmrc .pgpass .profile .vimrc .wgetrc .yarnrc .zshrc
	authorized_keys brewfile caddyfile crontab dockerfile fstab gemfile guardfile hosts id_rsa jenkinsfile known_hosts license makefile
	passwd pipfile procfile rakefile readme sudoers vagrantfile`)

// judgeSource says what ADD does with a source, as it stands in the file.
func judgeSource(c *transform.Context, src string) source {
	switch {
	case strings.Contains(src, ":"):
		// Every URL and every git address has a colon; a local path could, but rarely has.
		return source{kind: special}
	case strings.Contains(src, "$"):
		return judgeVariable(src)
	case strings.ContainsAny(src, "\\`'\""):
		return source{unclear, "the name of the source is quoted or escaped"}
	}
	name := path.Clean("/" + src)[1:]
	if name == "" {
		return source{plain, "the whole build context, a directory"}
	}
	if s, found := readSource(c.Files, name); found {
		return s
	}
	if strings.HasSuffix(src, "/") || strings.HasSuffix(src, "/.") {
		return source{plainByName, "a directory, by its name"}
	}
	if inside := copiedFrom(c.Doc, name); inside != "" {
		return source{plainByName, "a directory: " + inside + " is copied, too"}
	}
	return judgeName(src)
}

// copiedFrom returns a source of the build context that lies in a folder, "" if none is copied.
func copiedFrom(d *transform.Document, folder string) string {
	for _, in := range d.Instructions {
		var sources []string
		switch cmd := in.Command.(type) {
		case *instructions.AddCommand:
			sources = cmd.SourcePaths
		case *instructions.CopyCommand:
			if cmd.From == "" {
				sources = cmd.SourcePaths
			}
		}
		for _, src := range sources {
			if strings.HasPrefix(path.Clean("/"+src), "/"+folder+"/") {
				return src
			}
		}
	}
	return ""
}

// judgeVariable judges a source with variables. One that begins with text cannot become a URL.
func judgeVariable(src string) source {
	tail := src[strings.LastIndexAny(src, "$}/")+1:]
	if src[0] == '$' || strings.ContainsAny(src, "\\`'\"") || !strings.Contains(tail, ".") {
		return source{unclear, src + " depends on a variable, which may stand for a URL or an archive"}
	}
	return judgeName(src)
}

// judgeName judges a source by its name alone.
func judgeName(src string) source {
	name := strings.ToLower(path.Base(src))
	switch {
	case archiveName(name):
		return source{kind: special}
	case slices.Contains(plainNames, name), slices.Contains(plainEndings, path.Ext(name)):
		return source{plainByName, "no archive, by its name"}
	}
	return source{unclear, "nothing tells whether " + src + " is an archive, which ADD unpacks: the build context is not at hand"}
}
