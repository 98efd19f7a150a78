//go:build !amd64 || purego

package kernel

// Fast says that there are kernels for this machine. Without them, a reader does
// better not to build on blocks.
var Fast = false

func classify(text []byte, blocks []Block) { classifyGo(text, blocks) }

func pair(text []byte, gap int, a, b, fa, fb byte) int { return pairGo(text, gap, a, b, fa, fb) }

func plain(text []byte, n int) bool { return plainGo(text, n) }

func ascii(text []byte) bool { return asciiGo(text) }

var formLevels []level[func(f *Form, text []byte)]

var surveyLevels []level[func(text []byte, n int, q query) finding]

func (l *Lines) some(text []byte) (done int) { return l.someGo(text) }
