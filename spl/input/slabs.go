package input

// slabs are room for the values of columns. When a plan keeps nothing of what it is
// given, the columns of a part are as short-lived as its text, and their room is used
// again with it.
type slabs struct{ free, used [][]string }

// maxSlabs is how many are kept.
const maxSlabs = 64

// take gives room for n values.
func (s *slabs) take(n int) []string {
	for i := len(s.free) - 1; i >= 0; i-- {
		if v := s.free[i]; cap(v) >= n {
			s.free[i] = s.free[len(s.free)-1]
			s.free = s.free[:len(s.free)-1]
			s.used = append(s.used, v)
			return v[:0]
		}
	}
	v := make([]string, 0, n+n/8)
	s.used = append(s.used, v)
	return v
}

// release takes all back; scrubbed makes sure that nobody finds what was there.
func (s *slabs) release(scrubbed bool) {
	for _, v := range s.used {
		v = v[:cap(v)]
		if scrubbed {
			for i := range v {
				v[i] = "#scrubbed#"
			}
		} else {
			clear(v) // what it points to may go
		}
		if len(s.free) < maxSlabs {
			s.free = append(s.free, v[:0])
		}
	}
	clear(s.used)
	s.used = s.used[:0]
}
