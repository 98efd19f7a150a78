// Package jsontexttest makes texts for tests of what reads JSON by its forms.
package jsontexttest

import "math/rand/v2"

// Alter changes some letters and digits for others, makes them more or fewer, and now
// and then does the same to other bytes.
func Alter(r *rand.Rand, text string) string {
	var out []byte
	for i := range len(text) {
		c := text[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		digit := '0' <= c && c <= '9'
		switch {
		case r.IntN(400) == 0:
			c = `"\{}[]:,0u .-`[r.IntN(13)]
		case digit && r.IntN(4) == 0:
			c = '0' + byte(r.IntN(10))
			out = append(out, "0123456789"[:r.IntN(3)*r.IntN(2)]...)
		case letter && r.IntN(20) == 0:
			switch other := 'a' + byte(r.IntN(26)); r.IntN(4) {
			case 0:
				c = other
			case 1:
				out = append(out, "xyz"[:r.IntN(4)]...)
			case 2:
				out, c = append(out, c), other
			case 3:
				continue // one fewer
			}
		}
		out = append(out, c)
	}
	return string(out)
}
