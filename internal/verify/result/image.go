package result

// An Image is what a Dockerfile builds to.
type Image struct {
	// Digest is that of the manifest.
	Digest string `json:"digest"`
	// Compressed is what a registry stores of the layers (zstd), Unpacked what they take on a machine's disk.
	Compressed int64 `json:"compressed"`
	Unpacked   int64 `json:"unpacked"`
	// Gzip is the compressed size with gzip instead, where it was asked for.
	Gzip int64 `json:"gzip,omitempty"`
	// Files is the number of files, folders left out.
	Files int `json:"files"`
	// Layers are in order, those of the base image first.
	Layers []Layer `json:"layers"`
	Waste  Waste   `json:"waste"`
	// Seconds is how long the build took, what was in the build cache included, Cached how many steps were.
	Seconds float64 `json:"seconds"`
	Steps   int     `json:"steps"`
	Cached  int     `json:"cached,omitempty"`
}

// A Layer of an image.
type Layer struct {
	Digest string `json:"digest"`
	// Instruction made the layer: its text on one line, or what the image's history says where it is of the base image.
	Instruction string `json:"instruction"`
	// Line is the 1-based line of the Dockerfile; absent for layers of the base image.
	Line int `json:"line,omitempty"`
	// Base says that the layer is of the base image.
	Base       bool  `json:"base,omitempty"`
	Compressed int64 `json:"compressed"`
	Unpacked   int64 `json:"unpacked"`
	// Files is how many files it adds, replaces or removes.
	Files int `json:"files"`
	// Seconds is how long the step ran, in the build that ran it; absent where it was in the build cache.
	Seconds float64 `json:"seconds,omitempty"`
	Cached  bool    `json:"cached,omitempty"`
}

// Waste is what an image stores in vain: files that a later layer replaces or removes.
type Waste struct {
	// Bytes is the unpacked size of all copies but the one that is seen at the end.
	Bytes int64 `json:"bytes"`
	// Files are the largest of them, largest first.
	Files []WastedFile `json:"files,omitempty"`
}

// A WastedFile is stored more often than it is seen.
type WastedFile struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
	// Copies is how many layers have it; Removed says that none of them is seen at the end.
	Copies  int  `json:"copies"`
	Removed bool `json:"removed,omitempty"`
}

// A ConfigDifference is one value of the image config that the rewrite changes.
type ConfigDifference struct {
	// Key is the field of the image config, with the name of a variable or label: "User", "Env PATH".
	Key string `json:"key"`
	// Before and After are the values as text; one is absent where the key is.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Files says which files of two images differ.
type Files struct {
	// Gone are only in the image before, Added only in the one after, Changed in both with another
	// content, mode or owner. Files that differ from build to build whatever a Dockerfile says (times,
	// caches, logs) count as any other.
	Gone    FileSet `json:"gone"`
	Added   FileSet `json:"added"`
	Changed FileSet `json:"changed"`
}

// A FileSet is a number of files.
type FileSet struct {
	Files int `json:"files"`
	// Bytes is their unpacked size; of changed files that of the image after.
	Bytes int64 `json:"bytes"`
	// Groups are by the package or, where they are of none, the folder that they belong to, largest first.
	Groups []FileGroup `json:"groups,omitempty"`
}

// A FileGroup is the files of a package, or of a folder.
type FileGroup struct {
	// Package is the Debian or Alpine package, "" for files of none; Folder is then the folder that all of them are below.
	Package string `json:"package,omitempty"`
	Folder  string `json:"folder,omitempty"`
	Files   int    `json:"files"`
	Bytes   int64  `json:"bytes"`
	// Paths are the largest few, largest first.
	Paths []string `json:"paths,omitempty"`
}
