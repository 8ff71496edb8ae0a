package compare

import (
	"archive/tar"
	"cmp"
	"slices"
	"strings"

	"dopt/internal/verify"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// shownWaste is how many wasted files are named.
const shownWaste = 20

// Image describes what a document was built to. target is the stage that was built, "" for the last one.
func Image(built *verify.Built, anatomy verify.Anatomy, doc *transform.Document, target string) *result.Image {
	image := &result.Image{
		Digest: built.Digest.String(), Compressed: built.Size(), Waste: waste(anatomy), Seconds: built.Seconds,
	}
	for _, f := range anatomy.Files {
		if f.Type != tar.TypeDir {
			image.Files++
		}
	}
	made := layerSources(built.Image, doc, target)
	steps := map[*transform.Instruction]Step{}
	for _, s := range Steps(doc, built.Vertices) {
		image.Steps++
		if s.Cached {
			image.Cached++
		}
		if s.Instruction != nil {
			steps[s.Instruction] = s
		}
	}
	for i, l := range built.Layers {
		layer := result.Layer{Digest: l.Digest.String(), Compressed: l.Size, Base: made[i].in == nil, Instruction: made[i].text}
		if i < len(anatomy.Layers) {
			layer.Unpacked, layer.Files = anatomy.Layers[i].Bytes, anatomy.Layers[i].Files
			image.Unpacked += layer.Unpacked
		}
		if in := made[i].in; in != nil {
			layer.Instruction = oneLine(in)
			layer.Line, _ = doc.Position(in.Span.Start)
			s := steps[in]
			layer.Cached = s.Cached
			if s.Ran {
				layer.Seconds = (s.Ended - s.Started).Seconds()
			}
		}
		image.Layers = append(image.Layers, layer)
	}
	return image
}

// A layerSource is what made a layer: an instruction, or what the history says of a layer of the base image.
type layerSource struct {
	in   *transform.Instruction
	text string
}

// layerSources ties the layers of an image to instructions. The history of the image ends with the entries of
// the document's own instructions, one each, so that they are matched from the end.
func layerSources(image *verify.Image, doc *transform.Document, target string) []layerSource {
	sources := make([]layerSource, len(image.Layers))
	chain := chain(doc, target)
	history := image.Config.History
	at, own := len(sources)-1, len(chain)-1
	for h := len(history) - 1; h >= 0; h-- {
		text := strings.TrimSuffix(strings.Join(strings.Fields(history[h].CreatedBy), " "), " # buildkit")
		var in *transform.Instruction
		if own >= 0 && strings.HasPrefix(text, chain[own].Keyword+" ") {
			in = chain[own]
			own--
		} else {
			own = -1 // the rest is of the base image
		}
		if history[h].EmptyLayer {
			continue
		}
		if at < 0 {
			break
		}
		sources[at] = layerSource{in, text}
		at--
	}
	return sources
}

// chain returns the instructions that an image comes from and that its history names, those of stages below included, in order.
func chain(doc *transform.Document, target string) []*transform.Instruction {
	var list []*transform.Instruction
	for stage := Shipped(doc, target); stage != nil; stage = doc.StageOf(stage.Base, stage) {
		own := slices.DeleteFunc(slices.Clone(stage.Instructions), func(in *transform.Instruction) bool { return in.Keyword == "FROM" })
		list = append(own, list...)
	}
	return list
}

// Shipped returns the stage that a build of the target gives; the last one for "".
func Shipped(doc *transform.Document, target string) *transform.Stage {
	for _, stage := range doc.Stages {
		if target != "" && strings.EqualFold(stage.Name, target) {
			return stage
		}
	}
	return doc.Stages[len(doc.Stages)-1]
}

func waste(a verify.Anatomy) result.Waste {
	var w result.Waste
	for path, lost := range a.Wasted {
		_, seen := a.Files[path]
		copies := lost.Copies
		if seen {
			copies++
		}
		w.Bytes += lost.Bytes
		w.Files = append(w.Files, result.WastedFile{Path: path, Bytes: lost.Bytes, Copies: copies, Removed: !seen})
	}
	slices.SortFunc(w.Files, func(a, b result.WastedFile) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), strings.Compare(a.Path, b.Path))
	})
	w.Files = w.Files[:min(len(w.Files), shownWaste)]
	return w
}
