package source

import (
	"path"
	"strings"
	"sync"
)

// fileTypes are the extensions of files that programs serve and whose type Debian's /etc/mime.types has, by the first version of
// Python whose own table has it, too; "" for those that none has. What lies in a context and is hardly ever served (.md, .sql, .pem, .deb)
// is left out. Sources: Debian's package media-types 10.0.0, and Lib/mimetypes.py of Python 3.7 to 3.14.
var fileTypes = []struct{ since, extensions string }{
	{"", "ttc apng jxl psd oga mid flv wma asf amr xlsm xlsb docm pptm dotx xltx potx ppsx odf azw3 vsd ics xhtml xht rss atom jsonld geojson kml kmz usdz 3mf dae apk dmg torrent zst"},
	{"3.8", "webmanifest"},
	{"3.10", "heic heif aac opus"},
	{"3.11", "avif vtt srt"},
	{"3.13", "webp rtf"},
	{"3.14", "woff woff2 ttf otf eot jp2 emf wmf m4a ogg ogv mkv flac m4v wmv xlsx docx pptx odt ods odp odg epub gltf glb stl 7z rar"},
}

// sinceOf has the versions by extension, with its dot.
var sinceOf = sync.OnceValue(func() map[string]string {
	table := map[string]string{}
	for _, t := range fileTypes {
		for ext := range strings.FieldsSeq(t.extensions) {
			table["."+ext] = t.since
		}
	}
	return table
})

// OfSystemType reports whether a file, by the extension of its name, is one of a kind that programs serve and whose type Python looks up
// in /etc/mime.types. since is the first version, such as "3.13", that knows the type by itself; "" if none does.
func OfSystemType(name string) (since string, ok bool) {
	since, ok = sinceOf()[path.Ext(name)]
	return since, ok
}

// extensionsOfTypes are the extensions of fileTypes, with their dots.
func extensionsOfTypes() []string {
	var list []string
	for _, t := range fileTypes {
		for ext := range strings.FieldsSeq(t.extensions) {
			list = append(list, "."+ext)
		}
	}
	return list
}

// fileName adds the type of a file that a string names: "report.xlsx", "*.webp".
func (s *scanner) fileName(t *token) {
	if len(t.text) > maxPath || strings.ContainsAny(t.text, " \t\n") || strings.Contains(t.text, "://") {
		return
	}
	if _, ok := OfSystemType(t.text); ok {
		s.add(Use{Kind: FileType, Name: path.Ext(t.text), Line: t.line, Inferred: true})
	}
}
