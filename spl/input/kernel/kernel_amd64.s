//go:build amd64 && !purego

#include "textflag.h"

// Where a byte is repeated 32 times.
#define REPEAT(name, word) \
	DATA name<>+0(SB)/8, word  \
	DATA name<>+8(SB)/8, word  \
	DATA name<>+16(SB)/8, word \
	DATA name<>+24(SB)/8, word \
	GLOBL name<>(SB), RODATA|NOPTR, $32

REPEAT(quotes, $0x2222222222222222)
REPEAT(backs, $0x5c5c5c5c5c5c5c5c)
REPEAT(lower, $0x2020202020202020)
REPEAT(opens, $0x7b7b7b7b7b7b7b7b)
REPEAT(closes, $0x7d7d7d7d7d7d7d7d)
REPEAT(colons, $0x3a3a3a3a3a3a3a3a)
REPEAT(commas, $0x2c2c2c2c2c2c2c2c)
REPEAT(firstBits, $0x9f9f9f9f9f9f9f9f)
REPEAT(first, $0x1c1c1c1c1c1c1c1c)
REPEAT(secondBits, $0xcfcfcfcfcfcfcfcf)
REPEAT(second, $0x4545454545454545)
REPEAT(unders, $0x5f5f5f5f5f5f5f5f)
REPEAT(newlines, $0x0a0a0a0a0a0a0a0a)
REPEAT(controls, $0x1f1f1f1f1f1f1f1f)

// The 64 bits of two registers of bytes that are all ones or all zeros, to memory.
#define STORE(low, high, at) \
	VPMOVMSKB low, AX  \
	VPMOVMSKB high, BX \
	SHLQ      $32, BX  \
	ORQ       BX, AX   \
	MOVQ      AX, at(DI)

#define MATCH(with, x, y, at) \
	VPCMPEQB with, x, Y4 \
	VPCMPEQB with, y, Y5 \
	STORE(Y4, Y5, at)

// func classifyAVX2(text *byte, blocks int, out *Block)
TEXT ·classifyAVX2(SB), NOSPLIT, $0-24
	MOVQ    text+0(FP), SI
	MOVQ    blocks+8(FP), CX
	MOVQ    out+16(FP), DI
	VMOVDQU quotes<>(SB), Y15
	VMOVDQU backs<>(SB), Y14
	VMOVDQU lower<>(SB), Y13
	VMOVDQU opens<>(SB), Y12
	VMOVDQU closes<>(SB), Y11
	VMOVDQU colons<>(SB), Y10
	VMOVDQU commas<>(SB), Y9
	VMOVDQU controls<>(SB), Y8

block:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	MATCH(Y15, Y0, Y1, 0)
	MATCH(Y14, Y0, Y1, 8)
	VPOR    Y13, Y0, Y2 // [ becomes {, ] becomes }
	VPOR    Y13, Y1, Y3
	MATCH(Y12, Y2, Y3, 16)
	MATCH(Y11, Y2, Y3, 24)
	MATCH(Y10, Y0, Y1, 32)
	MATCH(Y9, Y0, Y1, 40)
	VPMINUB Y8, Y0, Y2
	VPMINUB Y8, Y1, Y3
	VPCMPEQB Y0, Y2, Y4
	VPCMPEQB Y1, Y3, Y5
	STORE(Y4, Y5, 48)
	STORE(Y0, Y1, 56)
	ADDQ $64, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

// func pairAVX2(text *byte, n, gap int, a, b, fa, fb uint64) int
// n is a multiple of 64, and text has n+gap bytes.
TEXT ·pairAVX2(SB), NOSPLIT, $0-64
	MOVQ         text+0(FP), SI
	MOVQ         n+8(FP), CX
	MOVQ         gap+16(FP), R9
	VPBROADCASTQ a+24(FP), Y0
	VPBROADCASTQ b+32(FP), Y1
	VPBROADCASTQ fa+40(FP), Y2
	VPBROADCASTQ fb+48(FP), Y3
	ADDQ         SI, R9
	XORQ         AX, AX

places:
	VPOR     (SI)(AX*1), Y2, Y4
	VPOR     (R9)(AX*1), Y3, Y5
	VPOR     32(SI)(AX*1), Y2, Y6
	VPOR     32(R9)(AX*1), Y3, Y7
	VPCMPEQB Y0, Y4, Y4
	VPCMPEQB Y1, Y5, Y5
	VPCMPEQB Y0, Y6, Y6
	VPCMPEQB Y1, Y7, Y7
	VPAND    Y4, Y5, Y4
	VPAND    Y6, Y7, Y6
	VPOR     Y4, Y6, Y8
	VPTEST   Y8, Y8
	JNZ      found
	ADDQ     $64, AX
	CMPQ     AX, CX
	JLT      places
	VZEROUPPER
	MOVQ     AX, ret+56(FP)
	RET

found:
	VPMOVMSKB Y4, DX
	VPMOVMSKB Y6, BX
	SHLQ      $32, BX
	ORQ       BX, DX
	BSFQ      DX, DX
	ADDQ      DX, AX
	VZEROUPPER
	MOVQ      AX, ret+56(FP)
	RET

// func asciiAVX2(text *byte, n int) bool
// n is a multiple of 128 above 0.
TEXT ·asciiAVX2(SB), NOSPLIT, $0-17
	MOVQ text+0(FP), SI
	MOVQ n+8(FP), CX

more:
	VMOVDQU   (SI), Y0
	VPOR      32(SI), Y0, Y0
	VMOVDQU   64(SI), Y1
	VPOR      96(SI), Y1, Y1
	VPOR      Y0, Y1, Y0
	VPMOVMSKB Y0, AX
	TESTL     AX, AX
	JNZ       high
	ADDQ      $128, SI
	SUBQ      $128, CX
	JNZ       more
	VZEROUPPER
	MOVB      $1, ret+16(FP)
	RET

high:
	VZEROUPPER
	MOVB $0, ret+16(FP)
	RET

// func plainAVX2(text *byte, n int) bool
// n is a multiple of 64 above 0, and text has n+1 bytes.
TEXT ·plainAVX2(SB), NOSPLIT, $0-17
	MOVQ    text+0(FP), SI
	MOVQ    n+8(FP), CX
	VMOVDQU firstBits<>(SB), Y15
	VMOVDQU first<>(SB), Y14
	VMOVDQU secondBits<>(SB), Y13
	VMOVDQU second<>(SB), Y12

pairs:
	VMOVDQU   (SI), Y0
	VMOVDQU   32(SI), Y1
	VPAND     1(SI), Y13, Y2
	VPAND     33(SI), Y13, Y3
	VPAND     Y0, Y15, Y4
	VPAND     Y1, Y15, Y5
	VPCMPEQB  Y2, Y12, Y2
	VPCMPEQB  Y3, Y12, Y3
	VPCMPEQB  Y4, Y14, Y4
	VPCMPEQB  Y5, Y14, Y5
	VPAND     Y2, Y4, Y2
	VPAND     Y3, Y5, Y3
	VPOR      Y0, Y2, Y2 // the high bit of either
	VPOR      Y1, Y3, Y3
	VPOR      Y2, Y3, Y2
	VPMOVMSKB Y2, AX
	TESTL     AX, AX
	JNZ       special
	ADDQ      $64, SI
	SUBQ      $64, CX
	JNZ       pairs
	VZEROUPPER
	MOVB      $1, ret+16(FP)
	RET

special:
	VZEROUPPER
	MOVB $0, ret+16(FP)
	RET

// func linesAVX2(text *byte, n int, out *uint32, room int) (done, count int, high, underscored bool)
// n is a multiple of 64, and text has n+1 bytes. It ends early when there is no room for
// the places of 64 newlines more.
TEXT ·linesAVX2(SB), NOSPLIT, $0-50
	MOVQ    text+0(FP), SI
	MOVQ    n+8(FP), CX
	MOVQ    out+16(FP), DI
	MOVQ    room+24(FP), R8
	LEAQ    (DI)(R8*4), R8
	SUBQ    $256, R8
	VMOVDQU newlines<>(SB), Y15
	VMOVDQU quotes<>(SB), Y13
	VMOVDQU unders<>(SB), Y12
	VPXOR   Y14, Y14, Y14 // all bytes together
	VPXOR   Y11, Y11, Y11 // quotes before an underscore
	XORQ    AX, AX        // where the block begins

texts:
	CMPQ     AX, CX
	JGE      end
	VMOVDQU  (SI)(AX*1), Y0
	VMOVDQU  32(SI)(AX*1), Y1
	VPCMPEQB Y15, Y0, Y2
	VPCMPEQB Y15, Y1, Y3
	VPOR     Y0, Y14, Y14
	VPOR     Y1, Y14, Y14
	VPCMPEQB Y13, Y0, Y5
	VPCMPEQB Y13, Y1, Y6
	VPCMPEQB 1(SI)(AX*1), Y12, Y7
	VPCMPEQB 33(SI)(AX*1), Y12, Y8
	VPAND    Y5, Y7, Y5
	VPAND    Y6, Y8, Y6
	VPOR     Y5, Y11, Y11
	VPOR     Y6, Y11, Y11
	VPOR     Y2, Y3, Y4
	VPTEST   Y4, Y4
	JNZ      ends
	ADDQ     $64, AX
	JMP      texts

ends:
	CMPQ      DI, R8
	JGT       end
	VPMOVMSKB Y2, DX
	VPMOVMSKB Y3, BX
	SHLQ      $32, BX
	ORQ       BX, DX

each:
	BSFQ DX, BX
	ADDQ AX, BX
	MOVL BX, (DI)
	ADDQ $4, DI
	LEAQ -1(DX), BX
	ANDQ BX, DX
	JNZ  each
	ADDQ $64, AX
	JMP  texts

end:
	MOVQ      AX, done+32(FP)
	MOVQ      out+16(FP), BX
	SUBQ      BX, DI
	SHRQ      $2, DI
	MOVQ      DI, count+40(FP)
	VPMOVMSKB Y14, AX
	TESTL     AX, AX
	SETNE     high+48(FP)
	VPTEST    Y11, Y11
	SETNE     underscored+49(FP)
	VZEROUPPER
	RET
