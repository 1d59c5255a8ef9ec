// What the rows of the bridge call.
int add(int a, int b) { return a + b; }
int each(int (*f)(int), int n) {
    int sum = 0;
    for (int k = 0; k < n; k++) sum += f(k);
    return sum;
}
double first(const double *items) { return items[0]; }
static char text[64];
char *somewhere(void) { return text; }
