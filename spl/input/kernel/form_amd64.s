//go:build amd64 && !purego

#include "textflag.h"
#include "form_amd64.h"

DATA iota<>+0(SB)/8, $0x0706050403020100
DATA iota<>+8(SB)/8, $0x0f0e0d0c0b0a0908
DATA iota<>+16(SB)/8, $0x1716151413121110
DATA iota<>+24(SB)/8, $0x1f1e1d1c1b1a1918
DATA iota<>+32(SB)/8, $0x2726252423222120
DATA iota<>+40(SB)/8, $0x2f2e2d2c2b2a2928
DATA iota<>+48(SB)/8, $0x3736353433323130
DATA iota<>+56(SB)/8, $0x3f3e3d3c3b3a3938
GLOBL iota<>(SB), RODATA|NOPTR, $64

// A byte 64 times.
#define SPREAD(byte, reg) \
	MOVQ         $byte, AX \
	VPBROADCASTB AX, reg

#define USUAL(byte) \
	MOVQ         $byte, R13  \
	VPBROADCASTB R13, Z6     \
	VPCMPEQB     Z6, Z0, K1  \
	KORQ         K1, K2, K2

// func formAVX512(text *byte, n int, form *byte, quotes *uint16) (formLen, quoteLen int, odd, rare, escaped uint64)
//
// SI is the text, CX how much of it is left, DI the form, R8 the quotes. Carried from
// block to block: R9 is all ones within a string, R10 is 1 after a backslash that
// escapes, R11 is 1 after a digit outside strings, R12 is 1 when that digit is a zero
// that begins a number.
TEXT ·formAVX512(SB), NOSPLIT, $24-72
	MOVQ text+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ form+16(FP), DI
	MOVQ quotes+24(FP), R8
	XORQ R9, R9
	XORQ R10, R10
	XORQ R11, R11
	XORQ R12, R12
	MOVQ R9, odd-8(SP)
	MOVQ R9, rare-16(SP)
	MOVQ R9, escaped-24(SP)

	SPREAD(0x22, Z31) // quote
	SPREAD(0x5c, Z30) // backslash
	SPREAD(0x30, Z29) // zero
	SPREAD(0x09, Z28)
	SPREAD(0x20, Z27)
	SPREAD(0x40, Z23)
	VPSRLW       $8, Z23, Z23 // 64 in each word
	VPXORQ       Z24, Z24, Z24 // the place of the block, in each word
	VMOVDQU64    iota<>(SB), Z25
	VPTERNLOGQ   $0xff, Z15, Z15, Z15 // all ones

block:
	MOVQ      $-1, BX // the bytes that are there
	CMPQ      CX, $64
	JLT       last
	VMOVDQU64 (SI), Z0

loaded:
	VPCMPEQB    Z31, Z0, K1
	VPCMPEQB    Z30, Z0, K2
	VPCMPUB     $1, Z27, Z0, K3 // control characters
	VPSUBB      Z29, Z0, Z2
	VPCMPUB     $2, Z28, Z2, K4 // digits
	KMOVQ       K1, AX
	KMOVQ       K2, DX
	MOVQ        DX, R13
	ORQ         R10, R13
	JNZ         escapes

quotes:
	// The parity of the quotes up to each byte tells what is within strings.
	VMOVQ      AX, X1
	VPCLMULQDQ $0, X15, X1, X1
	VMOVQ      X1, DX
	XORQ       R9, DX
	MOVQ       DX, R9
	SARQ       $63, R9
	KMOVQ      K3, R13
	ANDQ       DX, R13
	ANDQ       BX, R13
	ORQ        R13, odd-8(SP)
	ANDNQ      BX, DX, DX // outside strings
	KMOVQ      K4, R13
	ANDQ       DX, R13
	MOVQ       R13, BX
	ORQ        R11, BX
	JNZ        digits

store:
	KMOVQ       DX, K1
	VPCOMPRESSB.Z Z0, K1, Z3
	POPCNTQ     DX, DX
	VMOVDQU     Y3, (DI)
	CMPQ        DX, $32
	JGT         long

stored:
	ADDQ        DX, DI
	KMOVQ       AX, K2
	POPCNTQ     AX, AX
	VPCOMPRESSB.Z Z25, K2, Z4
	VPMOVZXBW   X4, Y5
	VPADDW      Y24, Y5, Y5
	VMOVDQU16   Y5, (R8)
	CMPQ        AX, $16
	JGT         many

placed:
	LEAQ (R8)(AX*2), R8

next:
	VPADDW Z23, Z24, Z24
	ADDQ   $64, SI
	SUBQ   $64, CX
	JG     block

	// What is open at the end.
	ORQ  R9, odd-8(SP)
	MOVQ form+16(FP), AX
	SUBQ AX, DI
	MOVQ DI, formLen+32(FP)
	MOVQ quotes+24(FP), AX
	SUBQ AX, R8
	SHRQ $1, R8
	MOVQ R8, quoteLen+40(FP)
	MOVQ odd-8(SP), AX
	MOVQ AX, odd+48(FP)
	MOVQ rare-16(SP), AX
	MOVQ AX, rare+56(FP)
	MOVQ escaped-24(SP), AX
	MOVQ AX, escaped+64(FP)
	VZEROUPPER
	RET

last: // the bytes that are left
	BZHIQ      CX, BX, BX
	KMOVQ      BX, K7
	VMOVDQU8.Z (SI), K7, Z0
	JMP        loaded

long:
	VMOVDQU8 Z3, (DI)
	JMP      stored

many:
	VPMOVZXBW     Y4, Z5
	VPADDW        Z24, Z5, Z5
	VMOVDQU16     Z5, (R8)
	VEXTRACTI64X4 $1, Z4, Y4
	VPMOVZXBW     Y4, Z5
	VPADDW        Z24, Z5, Z5
	VMOVDQU16     Z5, 64(R8)
	JMP           placed

escapes:
	ORQ   DX, escaped-24(SP)
	ESCAPED
	// The eight bytes that usually are.
	KMOVQ K2, R13
	ORQ   AX, R13
	UNESCAPED
	JZ    quotes
	KXORQ K2, K2, K2
	USUAL(0x2f) // a slash, and b f n r t
	USUAL(0x62)
	USUAL(0x66)
	USUAL(0x6e)
	USUAL(0x72)
	USUAL(0x74)
	KMOVQ K2, R13
	ANDNQ R15, R13, R15
	ORQ   R15, rare-16(SP)
	JMP   quotes

digits:
	// R13 are the digits outside strings, DX all that is outside strings. Of a run of
	// digits only the first is kept, as a zero.
	AFTERDIGITS
	KMOVQ     R13, K4
	VPCMPEQB  Z29, Z0, K4, K5
	KMOVQ     K5, R14
	ANDNQ     R14, BX, R14 // zeros that begin a run
	JZ        runs
	// Not those after a point.
	MOVQ         $0x2e, R15
	VPBROADCASTB R15, Z6
	VPCMPEQB  Z6, Z0, K5
	KMOVQ     K5, R15
	SHLQ      $1, R15
	ANDNQ     R14, R15, R14
	TESTQ     $1, R14
	JZ        runs
	CMPB      -1(SI), $0x2e
	JNE       runs
	DECQ      R14

runs:
	RUNS
	VMOVDQU8 Z29, K4, Z0
	JMP   store
