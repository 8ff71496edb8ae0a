package validate

import (
	"path"
	"regexp"
	"strings"
	"sync"
)

// swiftFolder is a folder of packages or of targets that a manifest names.
var swiftFolder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\bpath:\s*([^\s,)]*)`) })

// inspectSwift follows packages in folders, and refuses manifests that read files: they are programs.
func inspectSwift(n *inspection) {
	n.swiftPackage(n.dir)
	n.lockUnchecked()
}

func (n *inspection) swiftPackage(dir string) {
	manifests, ok := n.view.Find(Area{Dir: dir, Name: "Package@swift-*.swift"})
	if !ok {
		n.doubt("the manifests in %s cannot be told", dir)
		return
	}
	for _, p := range append(manifests, path.Join(dir, "Package.swift")) {
		text, ok := n.text(p)
		if !ok {
			continue
		}
		code := withoutComments(strings.ReplaceAll("\n"+text, "\n", "\n "), " //") // an address has slashes, too
		if word := mentions(code, "FileManager", "Process(", "contentsOf", "FileHandle", "gitInformation", "fopen", "#file", ".binaryTarget("); word != "" {
			n.refuse("%s may read more of the source (%s)", p, word)
		}
		for _, m := range swiftFolder().FindAllStringSubmatch(code, -1) {
			to, quoted := strings.CutPrefix(m[1], `"`)
			to, closed := strings.CutSuffix(to, `"`)
			if !quoted || !closed {
				n.doubt("which folder %s names by %s cannot be told", p, m[1])
				continue
			}
			to = path.Join(dir, to)
			if kind, _ := n.view.Stat(path.Join(to, "Package.swift")); kind == File && to != dir {
				n.swiftPackage(to)
			}
		}
	}
}
