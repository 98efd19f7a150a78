// What the kernels of forms do with the 64 bits of a block, whichever way they came by
// them; see formAVX512 for what registers hold.

// Of a row of backslashes, each second one is escaped: adding the bits where rows begin
// to those at odd places carries through the rows. DX are the backslashes, and R15
// becomes what is escaped.
#define ESCAPED \
	MOVQ R10, R13 \
	NOTQ R13      \
	ANDQ DX, R13  \
	MOVQ R13, R15 \
	SHLQ $1, R15  \
	MOVQ $0xAAAAAAAAAAAAAAAA, R14 \
	ORQ  R14, R15 \
	SUBQ R13, R15 \
	XORQ R14, R15 \
	MOVQ DX, R13  \
	ORQ  R10, R13 \
	ANDQ R15, DX  \
	SHRQ $63, DX  \
	MOVQ DX, R10  \
	XORQ R13, R15 \
	ANDQ BX, R15

// The quotes that are not escaped stay in AX. R13 are quotes and backslashes, and R15
// becomes what is escaped and neither; if that is nothing, the next jump on zero is taken.
#define UNESCAPED \
	NOTQ  R15     \
	ANDQ  R15, AX \
	NOTQ  R15     \
	ANDNQ R15, R13, R15

// R13 are the digits outside strings. BX become the bytes after a digit.
#define AFTERDIGITS \
	MOVQ R13, BX  \
	SHLQ $1, BX   \
	ORQ  R11, BX  \
	MOVQ R13, R11 \
	SHRQ $63, R11

// R14 are the zeros that begin a run of digits: no digit may follow one. Of each run only
// the first digit stays in DX.
#define RUNS \
	MOVQ  R14, R15 \
	SHLQ  $1, R15  \
	ORQ   R12, R15 \
	MOVQ  R14, R12 \
	SHRQ  $63, R12 \
	ANDQ  R13, R15 \
	ORQ   R15, odd-8(SP) \
	ANDQ  R13, BX  \
	ANDNQ DX, BX, DX
