package llb_test

import (
	"slices"
	"testing"

	"dopt/internal/corpus"
	"dopt/transform"
	"dopt/transform/validate/llb"
)

// median returns the corpus file of median size among those that parse.
func median(b *testing.B) corpus.File {
	b.Helper()
	files := corpus.Files(b, "dockerfiles")
	files = slices.DeleteFunc(files, func(f corpus.File) bool {
		_, err := transform.Parse(f.Name, f.Src)
		return err != nil
	})
	slices.SortFunc(files, func(x, y corpus.File) int { return len(x.Src) - len(y.Src) })
	return files[len(files)/2]
}

func parse(b *testing.B, data []byte) *transform.Document {
	b.Helper()
	doc, err := transform.Parse("Dockerfile", data)
	if err != nil {
		b.Fatal(err)
	}
	return doc
}

// BenchmarkValidateMedian judges a median file that has been edited, while the original is remembered.
func BenchmarkValidateMedian(b *testing.B) {
	f := median(b)
	v := llb.New()
	before, edited := parse(b, f.Src), append(slices.Clone(f.Src), "\nSTOPSIGNAL SIGINT\n"...)
	b.SetBytes(int64(len(f.Src)))
	for b.Loop() {
		b.StopTimer()
		after := parse(b, edited)
		b.StartTimer()
		v.Validate(before, after, transform.Environment{}, 0)
	}
}

// BenchmarkValidateJoin judges a joined script, which is parsed and taken apart.
func BenchmarkValidateJoin(b *testing.B) {
	const head = "FROM debian\nRUN apt-get update && apt-get install -y curl git vim"
	v := llb.New()
	before := parse(b, []byte(head+"\nRUN make && make install\nRUN rm -rf /x\n"))
	for b.Loop() {
		b.StopTimer()
		after := parse(b, []byte(head+" && make && make install && rm -rf /x\n"))
		b.StartTimer()
		if got := v.Validate(before, after, transform.Environment{}, transform.JoinRuns); got.Status != transform.Refines {
			b.Fatal(got.Reasons)
		}
	}
}
