//go:build amd64 && !purego

#include "textflag.h"
#include "form_amd64.h"
#include "bytes_amd64.h"

EIGHT(formQuotes, $0x2222222222222222)
EIGHT(formBacks, $0x5c5c5c5c5c5c5c5c)
EIGHT(formZeros, $0x3030303030303030)
EIGHT(formNines, $0x0909090909090909)
EIGHT(formControls, $0x1f1f1f1f1f1f1f1f)

// The 64 bits of two registers of bytes that are all ones or all zeros.
#define BITS(low, high, into) \
	VPMOVMSKB low, into  \
	VPMOVMSKB high, R13  \
	SHLQ      $32, R13   \
	ORQ       R13, into

// A byte that may be escaped.
#define USUALLY(byte) \
	MOVQ         $byte, R13 \
	VMOVQ        R13, X6    \
	VPBROADCASTB X6, Y6     \
	VPCMPEQB     Y6, Y0, Y7 \
	VPOR         Y7, Y8, Y8 \
	VPCMPEQB     Y6, Y1, Y7 \
	VPOR         Y7, Y9, Y9

// A byte of the form, and a place of a quote, without asking whether there is one.
#define BYTE(at) \
	TZCNTQ  DX, R15          \
	BLSRQ   DX, DX           \
	MOVBLZX (R13)(R15*1), BX \
	MOVB    BX, at(DI)

#define QUOTE(at) \
	TZCNTQ AX, R15  \
	BLSRQ  AX, AX   \
	ADDQ   BX, R15  \
	MOVW   R15, at(R8)

// func formAVX2(text *byte, n int, form *byte, quotes *uint16) (formLen, quoteLen int, odd, rare, escaped uint64)
//
// It is formAVX512 with halves of blocks, and with loops in the place of VPCOMPRESSB;
// what is carried from block to block is the same. Bytes are stored eight at a time,
// whatever their number, since a branch that is guessed wrong costs more than all of
// them. Behind the text, it reads up to 96 bytes more of the same page of memory.
TEXT ·formAVX2(SB), NOSPLIT, $152-72
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

	VPBROADCASTQ formQuotes<>(SB), Y15
	VPBROADCASTQ formBacks<>(SB), Y14
	VPBROADCASTQ formZeros<>(SB), Y13
	VPBROADCASTQ formControls<>(SB), Y12
	VPBROADCASTQ formNines<>(SB), Y11
	VPCMPEQB     X10, X10, X10 // all ones

block:
	MOVQ  SI, bytes-48(SP)
	MOVQ  $-1, BX // the bytes that are there
	CMPQ  CX, $64
	JGT   whole
	BZHIQ CX, BX, BX
	MOVQ  SI, R13
	ANDQ  $4095, R13
	CMPQ  R13, $4000
	JGT   copy

whole:
	MOVQ      bytes-48(SP), R14
	VMOVDQU   (R14), Y0
	VMOVDQU   32(R14), Y1
	VPCMPEQB  Y15, Y0, Y2
	VPCMPEQB  Y15, Y1, Y3
	BITS(Y2, Y3, AX)
	VPCMPEQB  Y14, Y0, Y2
	VPCMPEQB  Y14, Y1, Y3
	BITS(Y2, Y3, DX)
	VPMINUB   Y12, Y0, Y2
	VPMINUB   Y12, Y1, Y3
	VPCMPEQB  Y0, Y2, Y2
	VPCMPEQB  Y1, Y3, Y3
	BITS(Y2, Y3, R14)
	MOVQ      R14, controls-32(SP)
	VPSUBB    Y13, Y0, Y4
	VPSUBB    Y13, Y1, Y5
	VPMINUB   Y11, Y4, Y2
	VPMINUB   Y11, Y5, Y3
	VPCMPEQB  Y4, Y2, Y4 // digits
	VPCMPEQB  Y5, Y3, Y5
	BITS(Y4, Y5, R14)
	MOVQ      R14, digits-40(SP)
	ANDQ      BX, AX
	ANDQ      BX, DX
	MOVQ      DX, R13
	ORQ       R10, R13
	JNZ       escapes

quotes:
	// The parity of the quotes up to each byte tells what is within strings.
	VMOVQ      AX, X2
	VPCLMULQDQ $0, X10, X2, X2
	VMOVQ      X2, DX
	XORQ       R9, DX
	MOVQ       DX, R9
	SARQ       $63, R9
	MOVQ       controls-32(SP), R13
	ANDQ       DX, R13
	ANDQ       BX, R13
	ORQ        R13, odd-8(SP)
	ANDNQ      BX, DX, DX // outside strings
	MOVQ       digits-40(SP), R13
	ANDQ       DX, R13
	MOVQ       R13, BX
	ORQ        R11, BX
	JNZ        digits

store:
	TESTQ   AX, AX
	JZ      outside
	MOVQ    SI, BX
	SUBQ    text+0(FP), BX // the place of the block
	POPCNTQ AX, R14
	QUOTE(0)
	QUOTE(2)
	QUOTE(4)
	QUOTE(6)
	QUOTE(8)
	QUOTE(10)
	QUOTE(12)
	QUOTE(14)
	TESTQ   AX, AX
	JNZ     manyQuotes

placed:
	LEAQ (R8)(R14*2), R8

outside:
	TESTQ   DX, DX
	JZ      next
	MOVQ    bytes-48(SP), R13
	POPCNTQ DX, R14
	BYTE(0)
	BYTE(1)
	BYTE(2)
	BYTE(3)
	BYTE(4)
	BYTE(5)
	BYTE(6)
	BYTE(7)
	TESTQ   DX, DX
	JZ      stored
	BYTE(8)
	BYTE(9)
	BYTE(10)
	BYTE(11)
	BYTE(12)
	BYTE(13)
	BYTE(14)
	BYTE(15)
	TESTQ   DX, DX
	JNZ     manyBytes

stored:
	ADDQ R14, DI

next:
	ADDQ $64, SI
	SUBQ $64, CX
	JG   block

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

manyQuotes:
	LEAQ 16(R8), R13

moreQuotes:
	TZCNTQ AX, R15
	BLSRQ  AX, AX
	ADDQ   BX, R15
	MOVW   R15, (R13)
	ADDQ   $2, R13
	TESTQ  AX, AX
	JNZ    moreQuotes
	JMP    placed

manyBytes:
	LEAQ 16(DI), AX

moreBytes:
	TZCNTQ  DX, R15
	BLSRQ   DX, DX
	MOVBLZX (R13)(R15*1), BX
	MOVB    BX, (AX)
	INCQ    AX
	TESTQ   DX, DX
	JNZ     moreBytes
	JMP     stored

copy:
	// The end of the text is near that of a page: the last bytes are copied.
	VPXOR   X0, X0, X0
	VMOVDQU Y0, block-144(SP)
	VMOVDQU Y0, block-112(SP)
	VMOVDQU Y0, block-80(SP)
	LEAQ    block-144(SP), R14
	MOVQ    R14, bytes-48(SP)
	XORQ    R13, R13

copyByte:
	MOVBLZX (SI)(R13*1), AX
	MOVB    AX, (R14)(R13*1)
	INCQ    R13
	CMPQ    R13, CX
	JLT     copyByte
	JMP     whole

escapes:
	ORQ   DX, escaped-24(SP)
	MOVQ  DX, backs-56(SP)
	ESCAPED
	// The eight bytes that usually are.
	MOVQ  backs-56(SP), R13
	ORQ   AX, R13
	UNESCAPED
	JZ    quotes
	VPXOR Y8, Y8, Y8
	VPXOR Y9, Y9, Y9
	USUALLY(0x2f) // a slash, and b f n r t
	USUALLY(0x62)
	USUALLY(0x66)
	USUALLY(0x6e)
	USUALLY(0x72)
	USUALLY(0x74)
	BITS(Y8, Y9, R14)
	ANDNQ R15, R14, R15
	ORQ   R15, rare-16(SP)
	JMP   quotes

digits:
	// R13 are the digits outside strings, DX all that is outside strings. Of a run of
	// digits only the first is kept, as a zero.
	AFTERDIGITS
	MOVQ      R13, digits-40(SP)
	VPCMPEQB  Y13, Y0, Y2
	VPCMPEQB  Y13, Y1, Y3
	BITS(Y2, Y3, R14)
	MOVQ      digits-40(SP), R13
	ANDQ      R13, R14
	ANDNQ     R14, BX, R14 // zeros that begin a run
	JZ        runs
	// Not those after a point.
	MOVQ         $0x2e, R15
	VMOVQ        R15, X6
	VPBROADCASTB X6, Y6
	VPCMPEQB  Y6, Y0, Y2
	VPCMPEQB  Y6, Y1, Y3
	BITS(Y2, Y3, R15)
	MOVQ      digits-40(SP), R13
	SHLQ      $1, R15
	ANDNQ     R14, R15, R14
	TESTQ     $1, R14
	JZ        runs
	CMPB      -1(SI), $0x2e
	JNE       runs
	DECQ      R14

runs:
	RUNS
	VPBLENDVB Y4, Y13, Y0, Y0
	VPBLENDVB Y5, Y13, Y1, Y1
	VMOVDQU   Y0, block-144(SP)
	VMOVDQU   Y1, block-112(SP)
	LEAQ      block-144(SP), R13
	MOVQ      R13, bytes-48(SP)
	JMP       store
