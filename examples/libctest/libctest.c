/* Six functions, one for each way of handing data to C: a struct by value, structs by pointer, an array, a string changed in place,
   an array of strings filled in, matrices. */
#include <ctype.h>
#include <string.h>

struct Complex {
    double x;
    double y;
};

struct Complex add(struct Complex a, struct Complex b)
{
    struct Complex sum = {a.x + b.x, a.y + b.y};
    return sum;
}

void swap(struct Complex *a, struct Complex *b)
{
    struct Complex kept = *a;
    *a = *b;
    *b = kept;
}

double sum(double f[], int n)
{
    double total = 0;
    for (int i = 0; i < n; i++)
        total += f[i];
    return total;
}

/* Makes the first letter of every word a capital. */
void titlecase(char *text)
{
    int inside = 0;
    for (; *text; text++) {
        if (!inside)
            *text = (char)toupper((unsigned char)*text);
        inside = !isspace((unsigned char)*text);
    }
}

/* Splits `text` at `separator` into at most 20 tokens of at most 19 bytes; returns how many there are. */
int tokenize(char separator, char *text, char tokens[][20])
{
    int count = 0;
    while (*text && count < 20) {
        const char *end = strchr(text, separator);
        size_t length = end ? (size_t)(end - text) : strlen(text);
        if (length > 0) {
            size_t kept = length < 19 ? length : 19;
            memcpy(tokens[count], text, kept);
            tokens[count][kept] = '\0';
            count++;
        }
        text += length + (end != NULL);
    }
    return count;
}

/* c = a * b, where a has n rows and r columns, and b has r rows and m columns. */
void mult(double a[][100], double b[][100], double c[][100], int n, int r, int m)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) {
            c[i][j] = 0;
            for (int k = 0; k < r; k++)
                c[i][j] += a[i][k] * b[k][j];
        }
}
