//go:build amd64 && !purego

#include "textflag.h"
#include "bytes_amd64.h"

EIGHT(surveyFirstBits, $0x9f9f9f9f9f9f9f9f)
EIGHT(surveyFirst, $0x1c1c1c1c1c1c1c1c)
EIGHT(surveySecondBits, $0xcfcfcfcfcfcfcfcf)
EIGHT(surveySecond, $0x4545454545454545)
EIGHT(surveyNewlines, $0x0a0a0a0a0a0a0a0a)

// func surveyAVX2(text *byte, n, gap int, a, b, fa, fb uint64) (at, lines int, ends, pairs, odd uint64)
// n is a multiple of 64 above 0, and text has n+gap bytes; gap is at least 1. It stops
// at a block that has the pair or is not plain.
TEXT ·surveyAVX2(SB), NOSPLIT, $0-96
	MOVQ         text+0(FP), SI
	MOVQ         n+8(FP), CX
	MOVQ         gap+16(FP), R9
	VPBROADCASTQ a+24(FP), Y0
	VPBROADCASTQ b+32(FP), Y1
	VPBROADCASTQ fa+40(FP), Y2
	VPBROADCASTQ fb+48(FP), Y3
	VPBROADCASTQ surveyFirstBits<>(SB), Y15
	VPBROADCASTQ surveyFirst<>(SB), Y14
	VPBROADCASTQ surveySecondBits<>(SB), Y13
	VPBROADCASTQ surveySecond<>(SB), Y12
	VPBROADCASTQ surveyNewlines<>(SB), Y11
	ADDQ         SI, R9
	XORQ         AX, AX
	XORQ         R11, R11

block:
	VMOVDQU (SI)(AX*1), Y4
	VMOVDQU 32(SI)(AX*1), Y5

	// Newlines.
	VPCMPEQB  Y4, Y11, Y6
	VPCMPEQB  Y5, Y11, Y7
	VPMOVMSKB Y6, DX
	VPMOVMSKB Y7, BX
	SHLQ      $32, BX
	ORQ       BX, DX

	// The pair.
	VPOR     Y4, Y2, Y6
	VPOR     Y5, Y2, Y7
	VPOR     (R9)(AX*1), Y3, Y8
	VPOR     32(R9)(AX*1), Y3, Y9
	VPCMPEQB Y0, Y6, Y6
	VPCMPEQB Y0, Y7, Y7
	VPCMPEQB Y1, Y8, Y8
	VPCMPEQB Y1, Y9, Y9
	VPAND    Y6, Y8, Y6
	VPAND    Y7, Y9, Y7

	// What is not plain sets the high bit of its byte.
	VPAND    Y4, Y15, Y8
	VPAND    Y5, Y15, Y9
	VPCMPEQB Y8, Y14, Y8
	VPCMPEQB Y9, Y14, Y9
	VPAND    1(SI)(AX*1), Y13, Y10
	VPCMPEQB Y10, Y12, Y10
	VPAND    Y8, Y10, Y8
	VPAND    33(SI)(AX*1), Y13, Y10
	VPCMPEQB Y10, Y12, Y10
	VPAND    Y9, Y10, Y9
	VPOR     Y4, Y8, Y4
	VPOR     Y5, Y9, Y5
	VPOR     Y4, Y5, Y4

	VPOR      Y6, Y7, Y8
	VPOR      Y4, Y8, Y8
	VPMOVMSKB Y8, R10
	TESTL     R10, R10
	JNZ       stop
	POPCNTQ   DX, BX
	ADDQ      BX, R11
	ADDQ      $64, AX
	CMPQ      AX, CX
	JLT       block
	XORQ      DX, DX
	XORQ      BX, BX
	XORQ      R10, R10
	JMP       done

stop:
	VPMOVMSKB Y6, BX
	VPMOVMSKB Y7, R8
	SHLQ      $32, R8
	ORQ       R8, BX
	VPMOVMSKB Y4, R10

done:
	VZEROUPPER
	MOVQ AX, at+56(FP)
	MOVQ R11, lines+64(FP)
	MOVQ DX, ends+72(FP)
	MOVQ BX, pairs+80(FP)
	MOVQ R10, odd+88(FP)
	RET

// func surveyAVX512(text *byte, n, gap int, a, b, fa, fb uint64) (at, lines int, ends, pairs, odd uint64)
TEXT ·surveyAVX512(SB), NOSPLIT, $0-96
	MOVQ         text+0(FP), SI
	MOVQ         n+8(FP), CX
	MOVQ         gap+16(FP), R9
	VPBROADCASTQ a+24(FP), Z0
	VPBROADCASTQ b+32(FP), Z1
	VPBROADCASTQ fa+40(FP), Z2
	VPBROADCASTQ fb+48(FP), Z3
	VPBROADCASTQ surveyFirstBits<>(SB), Z15
	VPBROADCASTQ surveyFirst<>(SB), Z14
	VPBROADCASTQ surveySecondBits<>(SB), Z13
	VPBROADCASTQ surveySecond<>(SB), Z12
	VPBROADCASTQ surveyNewlines<>(SB), Z11
	ADDQ         SI, R9
	XORQ         AX, AX
	XORQ         R11, R11

wideBlock:
	VMOVDQU64 (SI)(AX*1), Z4
	VPCMPEQB  Z4, Z11, K1
	VPORQ     Z4, Z2, Z6
	VPORQ     (R9)(AX*1), Z3, Z8
	VPCMPEQB  Z0, Z6, K2
	VPCMPEQB  Z1, Z8, K2, K2
	VPMOVB2M  Z4, K3
	VPANDQ    Z4, Z15, Z8
	VPANDQ    1(SI)(AX*1), Z13, Z9
	VPCMPEQB  Z14, Z8, K4
	VPCMPEQB  Z12, Z9, K4, K4
	KMOVQ     K1, DX
	KORQ      K3, K4, K3
	KORTESTQ  K2, K3
	JNZ       wideStop
	POPCNTQ   DX, BX
	ADDQ      BX, R11
	ADDQ      $64, AX
	CMPQ      AX, CX
	JLT       wideBlock
	XORQ      DX, DX
	XORQ      BX, BX
	XORQ      R10, R10
	JMP       wideDone

wideStop:
	KMOVQ K2, BX
	KMOVQ K3, R10

wideDone:
	VZEROUPPER
	MOVQ AX, at+56(FP)
	MOVQ R11, lines+64(FP)
	MOVQ DX, ends+72(FP)
	MOVQ BX, pairs+80(FP)
	MOVQ R10, odd+88(FP)
	RET
