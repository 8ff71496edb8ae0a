package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
)

// A recipe is how the packages of an official image come together; see recipes.txt.
type recipe struct {
	image, from     string // family/variant
	required        bool
	installs, maybe []string
	source          string
}

func readRecipes(text string) ([]recipe, error) {
	var recipes []recipe
	err := debian.Stanzas(withoutComments(text), func(f map[string]string) error {
		r := recipe{
			image: f["image"], from: f["from"], required: f["required"] == "yes", source: f["source"],
			installs: strings.Fields(f["installs"]), maybe: strings.Fields(f["maybe"]),
		}
		known := slices.ContainsFunc(recipes, func(k recipe) bool { return k.image == r.from })
		if r.image == "" || r.source == "" || !known && r.from != "" {
			return fmt.Errorf("recipe %q from %q: not complete, or before the one that it is from", r.image, r.from)
		}
		recipes = append(recipes, r)
		return nil
	})
	return recipes, err
}

// withoutComments leaves out the lines that begin with #.
func withoutComments(text string) io.Reader {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	return strings.NewReader(b.String())
}

// compute returns the packages of each image of a release, by family/variant.
func compute(r *release, recipes []recipe) (map[string][]string, error) {
	images := map[string][]string{}
	for _, recipe := range recipes {
		names := asked(recipe, r)
		base := map[string]bool{}
		for _, name := range images[recipe.from] {
			base[name] = true
		}
		closure, err := debian.Resolve(r, names, false, func(name string) bool { return base[name] })
		if err != nil {
			return nil, err
		}
		if len(closure.Unknown) > 0 {
			return nil, fmt.Errorf("%s on %s: no package %s", recipe.image, r.name, strings.Join(closure.Unknown, ", "))
		}
		for _, p := range closure.Packages {
			base[p.Name] = true
		}
		images[recipe.image] = slices.Sorted(maps.Keys(base))
	}
	return images, nil
}

// asked returns what a recipe asks for in a release.
func asked(recipe recipe, r *release) []string {
	var names []string
	for _, word := range recipe.installs {
		if name, only, ok := strings.Cut(word, "@"); !ok || only == string(r.name) {
			names = append(names, name)
		}
	}
	if recipe.required {
		for name, p := range r.packages {
			if p.Priority == "required" || p.Essential {
				names = append(names, name)
			}
		}
		slices.Sort(names)
	}
	return names
}
