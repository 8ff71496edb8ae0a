//go:build !linux

package project

import "io"

// readSmall reads a regular file of no more than limit bytes; nil for anything else.
func (f *Folder) readSmall(name string, limit int64) (*keptFile, error) {
	file, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > limit {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, limit))
	if err != nil {
		return nil, err
	}
	return &keptFile{info, string(text)}, nil
}
