/* Catches arguments and gives results in every register a value could travel in, and prints which ones were used. */
int printf(const char *, ...);
typedef unsigned long long word;
#define MARK 0x7a7b7c7d7e7f7071ull

word ints[6], sses[8];

/* Arguments: stores every argument register. */
__asm__(
    ".text\n"
    "catch_sysv:\n"
    "  movq %rdi, ints+0(%rip)\n  movq %rsi, ints+8(%rip)\n  movq %rdx, ints+16(%rip)\n"
    "  movq %rcx, ints+24(%rip)\n  movq %r8, ints+32(%rip)\n  movq %r9, ints+40(%rip)\n"
    "  jmp catch_sses\n"
    "catch_ms:\n"
    "  movq %rcx, ints+0(%rip)\n  movq %rdx, ints+8(%rip)\n  movq %r8, ints+16(%rip)\n  movq %r9, ints+24(%rip)\n"
    "catch_sses:\n"
    "  movsd %xmm0, sses+0(%rip)\n  movsd %xmm1, sses+8(%rip)\n  movsd %xmm2, sses+16(%rip)\n  movsd %xmm3, sses+24(%rip)\n"
    "  movsd %xmm4, sses+32(%rip)\n"
    "  ret\n");

/* Results: when the only argument is not where it belongs, a hidden pointer took its place. */
word given[4] = {0xa7a6a5a4a3a2a1a0ull, 0xb7b6b5b4b3b2b1b0ull, 0xc7c6c5c4c3c2c1c0ull, 0xd7d6d5d4d3d2d1d0ull};
long double given_x87[2] = {3.25L, -1234.5L};
__asm__(
    ".text\n"
    "give_sysv:\n"
    "  movq %rdi, ints+0(%rip)\n  movq %rsi, ints+8(%rip)\n  movabsq $0x7a7b7c7d7e7f7071, %rax\n"
    "  cmpq %rax, %rdi\n  je give\n  movq %rdi, %rax\n  ret\n"
    "give_ms:\n"
    "  movq %rcx, ints+0(%rip)\n  movq %rdx, ints+8(%rip)\n  movabsq $0x7a7b7c7d7e7f7071, %rax\n"
    "  cmpq %rax, %rcx\n  je give\n  movq %rcx, %rax\n  ret\n"
    "give:\n"
    "  movq given+0(%rip), %rax\n  movq given+8(%rip), %rdx\n"
    "  movsd given+16(%rip), %xmm0\n  movsd given+24(%rip), %xmm1\n"
    "  fldt given_x87+16(%rip)\n  fldt given_x87+0(%rip)\n"
    "  ret\n");

static void fill(void *object, int size) {
  for (int i = 0; i < size; i++) ((unsigned char *)object)[i] = 0x41 + i;
}

/* Bytes of the two that agree. */
static int alike(const void *a, const void *b, int size) {
  int same = 0;
  for (int i = 0; i < size; i++) same += ((const unsigned char *)a)[i] == ((const unsigned char *)b)[i];
  return same;
}

static int find_mark(const word *in, int count) {
  for (int i = 0; i < count; i++) if (in[i] == MARK) return i;
  return -1;
}

/* Integer registers used, vector registers used, and which kind the first eightbyte took. */
static void report_argument(const void *object, int size) {
  int n = find_mark(ints, 6), m = find_mark(sses, 5);
  char first = '-';
  if (n > 0 && m > 0) {
    const char *bytes = object;
    int tail = size - 8;
    first = alike(&ints[0], bytes, 8) > alike(&ints[0], bytes + 8, tail) ? 'i' : 's';
  } else if (n > 0) first = 'i';
  else if (m > 0) first = 's';
  printf("%d %d %c\n", n, m, first);
}

/* On Windows each argument has its slot, filled by the value or by its address. Padding need not be copied. */
static void report_slot(const void *object, int size) {
  int slot = find_mark(ints, 4);
  char kind = '?';
  if (slot == 0) kind = '-';
  else if (ints[0] > (word)object - 0x10000 && ints[0] < (word)object + 0x10000) kind = 'r';
  else if (alike(&ints[0], object, size) > 0) kind = 'i';
  else if (alike(&sses[0], object, size) > 0) kind = 's';
  printf("%d %c\n", slot, kind);
}

/* For each eightbyte the register it came from: a rax, b rdx, c xmm0, d xmm1, s st0; m alone for memory, - for none. */
static void report_result(const void *object, int size) {
  if (ints[0] != MARK) { printf("m\n"); return; }
  const char *bytes = object;
  if (size == 16 && alike(bytes, &given_x87[0], 10) == 10) { printf("s\n"); return; }
  if (size == 32 && alike(bytes, &given_x87[0], 10) == 10 && alike(bytes + 16, &given_x87[1], 10) == 10) { printf("st\n"); return; }
  for (int at = 0; at < size && at < 16; at += 8) {
    int best = 0;
    char from = '-';
    for (int g = 0; g < 4; g++) {
      int same = alike(bytes + at, &given[g], size - at < 8 ? size - at : 8);
      if (same > best) { best = same; from = "abcd"[g]; }
    }
    printf("%c", from);
  }
  printf("\n");
}

#define CHECK(n, T, CONVENTION, SUFFIX, REPORT)                                              \
  void take##SUFFIX##n(T, word, double) __asm__("catch" #SUFFIX) CONVENTION;                \
  T make##SUFFIX##n(word) __asm__("give" #SUFFIX) CONVENTION;                               \
  static void check##SUFFIX##n(void) {                                                      \
    T in, out;                                                                              \
    word mark = MARK;                                                                       \
    double float_mark;                                                                      \
    __builtin_memcpy(&float_mark, &mark, 8);                                                \
    ints[0] = sses[0] = 0;                                                                  \
    fill(&in, sizeof in);                                                                   \
    take##SUFFIX##n(in, mark, float_mark);                                                  \
    REPORT(&in, sizeof in);                                                                 \
    __builtin_memset(&out, 0, sizeof out);                                                  \
    out = make##SUFFIX##n(mark);                                                            \
    __asm__ volatile("fninit");                                                             \
    report_result(&out, sizeof out);                                                        \
  }
