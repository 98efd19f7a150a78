package repl

import (
	"fmt"
	"io/fs"
	"syscall"
)

// inode tells files apart that have the same name at different times, and tells of
// changes that the time of change does not show.
func inode(info fs.FileInfo) string {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprint(st.Dev, st.Ino, st.Ctim.Sec, st.Ctim.Nsec)
	}
	return ""
}
