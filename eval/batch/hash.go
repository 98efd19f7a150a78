package batch

import (
	"math/bits"
	"math/rand/v2"
)

// Two secrets of this process, so that nobody can send texts whose hashes collide.
var hashSeed, hashSeed2 = rand.Uint64() | 1, rand.Uint64() | 1

// hashText hashes a text as wyhash does: sixteen bytes at a time, by a multiplication
// whose halves are folded. Most values are so short that there is one of these, which
// is why this is quicker than hash/maphash.
func hashText(s string) uint64 {
	h := hashSeed ^ uint64(len(s))
	for len(s) > 16 {
		h = fold(load64(s)^h, load64(s[8:])^hashSeed2)
		s = s[16:]
	}
	var a, b uint64
	switch n := len(s); {
	case n >= 8:
		a, b = load64(s), load64(s[n-8:])
	case n >= 4:
		a, b = load32(s), load32(s[n-4:])
	case n > 0:
		a = uint64(s[0]) | uint64(s[n/2])<<8 | uint64(s[n-1])<<16
	}
	return fold(a^h, b^hashSeed2)
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// load64 reads the first eight bytes; the compiler makes one load of it.
func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func load32(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}
