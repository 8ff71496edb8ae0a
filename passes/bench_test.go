package passes_test

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"testing"

	"dopt/internal/corpus"
	"dopt/transform"
)

// bySize returns the corpus, smallest file first.
func bySize(b *testing.B) []corpus.File {
	files := corpus.Files(b, "dockerfiles")
	slices.SortFunc(files, func(x, y corpus.File) int { return cmp.Compare(len(x.Src), len(y.Src)) })
	return files
}

func parseFile(b *testing.B, f corpus.File) *transform.Document {
	doc, err := transform.Parse(f.Name, f.Src)
	if err != nil {
		b.Fatal(err)
	}
	return doc
}

func rewriteFile(b *testing.B, p *transform.Pipeline, f corpus.File) {
	if _, err := p.Run(parseFile(b, f), nil); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkParseMedian(b *testing.B) {
	files := bySize(b)
	for b.Loop() {
		parseFile(b, files[len(files)/2])
	}
}

func BenchmarkRewriteMedian(b *testing.B) {
	files, p := bySize(b), newPipeline(transform.Standard)
	b.ReportAllocs()
	for b.Loop() {
		rewriteFile(b, p, files[len(files)/2])
	}
}

func BenchmarkRewriteLargest(b *testing.B) {
	files, p := bySize(b), newPipeline(transform.Standard)
	b.ReportAllocs()
	for b.Loop() {
		rewriteFile(b, p, files[len(files)-1])
	}
}

// BenchmarkRewriteCorpus rewrites every file with all passes and full validation on all processors.
func BenchmarkRewriteCorpus(b *testing.B) {
	files := corpus.Files(b, "dockerfiles")
	for b.Loop() {
		queue := make(chan corpus.File)
		var wg sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			wg.Add(1)
			go func() {
				defer wg.Done()
				p := newPipeline(transform.Standard)
				for f := range queue {
					rewriteFile(b, p, f)
				}
			}()
		}
		for _, f := range files {
			queue <- f
		}
		close(queue)
		wg.Wait()
	}
	b.ReportMetric(float64(len(files)*b.N)/b.Elapsed().Seconds(), "files/s")
}
