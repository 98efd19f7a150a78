// Where a byte is repeated eight times.
#define EIGHT(name, word) \
	DATA name<>+0(SB)/8, word \
	GLOBL name<>(SB), RODATA|NOPTR, $8
