package node

import (
	"fmt"
	"path"
	"strings"

	"dopt/internal/project/manifest"
)

// addPrisma adds the schema from which Prisma generates its client, as the install of
// @prisma/client does, too.
// Source: https://www.prisma.io/docs/orm/prisma-schema/overview/location,
// https://www.prisma.io/docs/orm/more/development-environment/environment-variables
func (g *gatherer) addPrisma(p *Package, args []string) error {
	for _, config := range []string{"prisma.config.ts", "prisma.config.js", "prisma.config.mjs", "prisma.config.cjs", ".config/prisma.ts"} {
		if file := path.Join(p.dir(), config); manifest.IsFile(g.fsys, file) {
			return fmt.Errorf("%s is code, which may read the source", file)
		}
	}
	g.inputs.AddThere(g.fsys, p.dir(), "Prisma takes variables from it", ".env", "prisma/.env")
	candidates := []string{"prisma/schema.prisma", "prisma/schema", "schema.prisma"}
	if p.Prisma.Schema != "" {
		candidates = []string{string(p.Prisma.Schema)}
	}
	for i, arg := range args {
		if schema, ok := strings.CutPrefix(arg, "--schema="); ok {
			candidates = []string{schema}
		} else if arg == "--schema" && i+1 < len(args) {
			candidates = []string{args[i+1]}
		}
	}
	because := p.finder.Find(`"prisma"`, `"@prisma/client"`)
	for _, candidate := range candidates {
		found, err := manifest.Resolve(p.dir(), candidate)
		switch {
		case err != nil:
			return err
		case manifest.IsDir(g.fsys, found):
			return fmt.Errorf("%s: a schema of several files may write into the source", found)
		case manifest.IsFile(g.fsys, found):
			g.inputs.AddFile(found, because)
			return g.refuseOutput(found)
		}
	}
	return nil
}

// refuseOutput refuses a schema from which a client is generated that the context has, too: what is
// copied later would take the place of the new one.
func (g *gatherer) refuseOutput(schema string) error {
	data, err := manifest.Read(g.fsys, schema)
	if err != nil {
		return err
	}
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.TrimSpace(key) != "output" {
			continue
		}
		output := strings.Trim(strings.TrimSpace(value), `"`)
		found, err := manifest.Resolve(path.Dir(schema), output)
		if err != nil || manifest.IsDir(g.fsys, found) || manifest.IsFile(g.fsys, found) {
			return fmt.Errorf("%s:%d: the client is generated into %s, which the source copied later would cover", schema, number, output)
		}
	}
	return nil
}
