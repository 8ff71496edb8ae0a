//go:build unix

package dockerfiles

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives f the owner and the group of an older file as far as the system permits:
// only root may give files away.
func keepOwner(f *os.File, old fs.FileInfo) {
	if s, ok := old.Sys().(*syscall.Stat_t); ok {
		if f.Chown(int(s.Uid), int(s.Gid)) != nil {
			f.Chown(-1, int(s.Gid))
		}
	}
}
