package main

import (
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"spl/spl"
)

// unknownMemory is what --memory is where the machine does not say how much it has.
const unknownMemory = 2 << 30

// noTemp is the value of --temp that allows no files.
const noTemp = "none"

// memory is what a search may take of the machine.
type memory struct {
	limit    int64 // of the whole process; 0: none
	temp     string
	tempSize int64
}

func (f *flags) addMemory(fs *pflag.FlagSet) {
	fs.StringVar(&f.memory, "memory", "", "how much memory a search may take: `size`, such as 512MB, or 0 for no limit (default: a quarter of the machine's)")
	fs.StringVar(&f.temp, "temp", "", "put rows that do not fit in memory into files in `folder`; none: do not (default: the system's folder for temporary files)")
	fs.StringVar(&f.tempSize, "temp-size", "0", "let those files take `size`, such as 20GB (0: no limit)")
}

// memory reads the flags.
func (f *flags) takes(w *world) (m memory, err error) {
	if f.memory == "" {
		if m.limit = w.memory / 4; m.limit == 0 {
			m.limit = unknownMemory
		}
	} else if m.limit, err = memorySize("--memory", f.memory); err != nil {
		return m, err
	}
	if f.tempSize != "" {
		if m.tempSize, err = memorySize("--temp-size", f.tempSize); err != nil {
			return m, err
		}
	}
	switch m.temp = f.temp; m.temp {
	case "":
		m.temp = w.tempDir
	case noTemp:
		m.temp = ""
	default:
		if info, err := w.disk.Stat(m.temp); err != nil || !info.IsDir() {
			return m, &failure{"--temp: " + m.temp + ": there is no such folder", "make the folder first, or write --temp none to work in memory alone"}
		}
	}
	return m, nil
}

// bound sets what a run may take. Of the limit, the commands of the search may hold
// something less than a half: the rest is for what is being read and written, and for
// what the garbage collector has not yet found.
func (m *memory) bound(o *spl.RunOptions) {
	o.Temp, o.TempSize = m.temp, m.tempSize
	if m.limit == 0 {
		return
	}
	o.Memory = max(1, int64(float64(m.limit)*0.45))
	debug.SetMemoryLimit(max(int64(float64(m.limit)*0.9), 32<<20))
}

// machineMemory is how much memory the machine has, or the container that the program
// runs in may use; 0 where that is not known.
func machineMemory() int64 {
	least := int64(math.MaxInt64)
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if text, err := os.ReadFile(file); err == nil {
			if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
				least = min(least, n)
			}
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) == 3 && f[0] == "MemTotal:" {
				if n, err := strconv.ParseInt(f[1], 10, 64); err == nil {
					least = min(least, n<<10)
				}
			}
		}
	}
	if least == math.MaxInt64 {
		return 0
	}
	return least
}
