package needs

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/official"
	"dopt/internal/needs/source"
	"dopt/transform"
)

// A guesser is a framework of Python that sends files under the type that Python's module mimetypes guesses from their names. Where
// there is a file /etc/mime.types, the module reads it.
type guesser struct {
	// packages are its own and those that are built on it and send files through it, separated by blanks.
	packages string
	// until is the first version that has a table of its own, "" if there is none; instead is a package that serves the project's
	// static files in its place from such a table.
	until, instead string
}

// guessers are all of these frameworks, each with the place at which it asks.
var guessers = []guesser{
	{packages: "werkzeug flask dash"},                              // werkzeug/utils.py, send_file
	{packages: "quart"},                                            // quart/helpers.py, send_file
	{packages: "django wagtail django-cms", instead: "whitenoise"}, // django/views/static.py and http/response.py; whitenoise/media_types.py
	{packages: "starlette fastapi gradio nicegui"},                 // starlette/responses.py, FileResponse
	{packages: "litestar"},                                         // litestar/response/file.py
	{packages: "sanic"},                                            // sanic/response/convenience.py, file
	{packages: "aiohttp", until: "3.11"},                           // aiohttp/web_fileresponse.py
	{packages: "tornado streamlit bokeh"},                          // tornado/web.py, StaticFileHandler
	{packages: "bottle"},                                           // bottle.py, static_file
	{packages: "cherrypy"},                                         // cherrypy/lib/static.py
	{packages: "pyramid"},                                          // pyramid/response.py, FileResponse
	{packages: "falcon"},                                           // falcon/response.py, ResponseOptions
}

// typesFile has the types of files by their extensions. Source: Debian's package media-types.
const typesFile = "/etc/mime.types"

// servedTypes adds the table of file types where a framework looks for one that Python's own table lacks: a source names a file of such
// a type, or one is copied.
func (w *walk) servedTypes() {
	asks, static := w.guesses()
	because := w.served
	if asks && because == nil && static {
		because = w.servedFile()
	}
	if asks && because != nil {
		w.need(Need{Kind: Path, Name: typesFile, Evidence: *because, Certainty: Likely})
	}
}

// guesses reports whether the program depends on one of the guessers, and whether one serves the project's static files.
func (w *walk) guesses() (asks, static bool) {
	for _, p := range w.packages.list {
		i := slices.IndexFunc(guessers, func(g guesser) bool {
			return p.Ecosystem == "python" && slices.Contains(strings.Fields(g.packages), p.Name) &&
				(g.until == "" || p.Version == "" || debian.CompareVersions(p.Version, g.until) < 0)
		})
		if i >= 0 {
			asks = true
			static = static || !w.installs("python", guessers[i].instead)
		}
	}
	return asks, static
}

// installs reports whether a package of a language is installed for the program.
func (w *walk) installs(ecosystem, name string) bool {
	return slices.ContainsFunc(w.packages.list, func(p Need) bool { return p.Ecosystem == ecosystem && p.Name == name })
}

// nameFile takes note of a file that a source names.
func (w *walk) nameFile(name string, because transform.Evidence) {
	if w.step == nil && w.served == nil && w.lacksType(name) {
		w.served = &because
	}
}

// lacksType reports whether Python needs /etc/mime.types to tell the type of a file. Of an image whose version of Python is not known,
// it is taken that it does for all types that not every version has.
func (w *walk) lacksType(name string) bool {
	since, ok := source.OfSystemType(strings.ToLower(name))
	if !ok || since == "" {
		return ok
	}
	base, _ := official.ParseReference(w.out.Base)
	version := base.PythonVersion()
	return version == "" || debian.CompareVersions(version, since) < 0
}

// unserved are folders, besides hidden ones, whose files are not served: packages and what Python compiles.
var unserved = []string{"node_modules", "venv", "env", "site-packages", "__pycache__"}

// servedFile returns the first file that is copied from the context and has a type that Python's own table lacks, nil if there is none.
func (w *walk) servedFile() *transform.Evidence {
	var found *transform.Evidence
	for _, folder := range slices.Sorted(slices.Values(w.image.sources)) {
		if w.files == nil || found != nil {
			break
		}
		_ = fs.WalkDir(w.files, folder, func(name string, d fs.DirEntry, err error) error {
			switch {
			case w.budget.spent():
				return fs.SkipAll
			case err != nil:
				return fs.SkipDir // what cannot be read is not served
			case d.IsDir():
				w.budget.files--
				if name != folder && (slices.Contains(unserved, d.Name()) || strings.HasPrefix(d.Name(), ".")) {
					return fs.SkipDir
				}
			case w.lacksType(name) && !inTests(name):
				found = &transform.Evidence{Source: name, Text: "a file of a type that Python does not know: " + path.Ext(name)}
				return fs.SkipAll
			}
			return nil
		})
	}
	return found
}
