package kernel

// level is a kernel for processors that know something.
type level[F any] struct {
	name string
	run  F
}

// best is the first of the kernels that this machine can run, or plain Go.
func best[F any](levels []level[F], plain F) F {
	if len(levels) > 0 {
		return levels[0].run
	}
	return plain
}
