package dotnet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// ReadSolution returns the projects of an .sln or .slnx file, their paths as written. Web sites
// without a project file are not among them.
func ReadSolution(fsys fs.FS, name string) ([]Reference, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	if path.Ext(name) == ".slnx" {
		projects, err := readSlnx(name, data)
		if err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
		return projects, err
	}
	var projects []Reference
	for n, line := range manifest.Code(data, "#") {
		// Project("{kind}") = "Name", "folder\Name.csproj", "{id}"
		fields := strings.Split(line, `"`)
		if !strings.HasPrefix(line, "Project(") || len(fields) < 6 || !isProject(fields[5]) {
			continue
		}
		projects = append(projects, Reference{Name: fields[5], Source: transform.Evidence{Source: name, Line: n, Text: "the project " + fields[3]}})
	}
	return projects, nil
}

func readSlnx(name string, data []byte) ([]Reference, error) {
	var projects []Reference
	for d := manifest.XML(data); ; {
		line, _ := d.InputPos()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return projects, nil
		}
		if err != nil {
			return nil, err
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "Project" {
			project := attribute(e, "Path")
			projects = append(projects, Reference{Name: project, Source: transform.Evidence{Source: name, Line: line, Text: "the project " + project}})
		}
	}
}

// isProject reports whether a name is that of a project file.
func isProject(name string) bool {
	ext := path.Ext(name)
	return len(ext) > len(".proj") && strings.HasSuffix(ext, "proj")
}
