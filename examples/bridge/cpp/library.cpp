// A library in C++ as vendors ship them for 32 bits: C functions around classes, structures by value, arrays in and out.
#include <algorithm>
#include <cmath>
#include <cstring>

struct Point {
    double x, y;
};

struct FourPoints {
    Point points[4];
};

struct Points {
    int count;
    const Point *points;
};

namespace geometry {

// Keeps its mangled name.
double distance(const Point &a, const Point &b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

class Path {
public:
    void add(const Point &point)
    {
        if (count_++ > 0)
            length_ += distance(last_, point);
        last_ = point;
    }
    double length() const { return length_; }

private:
    Point last_{};
    int count_ = 0;
    double length_ = 0;
};

} // namespace geometry

extern "C" {

int add(int a, int b) { return a + b; }

float subtract(float a, float b) { return a - b; }

double add_or_subtract(double a, double b, bool do_addition) { return do_addition ? a + b : a - b; }

// Multiplies the `count` numbers of `in` into `out`.
void scalar_multiply(double factor, const double *in, int count, double *out)
{
    std::transform(in, in + count, out, [factor](double value) { return factor * value; });
}

// Writes `text`, which has `count` characters, backwards into the caller's buffer.
void reverse_string(const char *text, int count, char *reversed)
{
    std::reverse_copy(text, text + count, reversed);
}

// The same in memory of its own, which `free_string` gives back.
char *reversed_copy(const char *text)
{
    std::size_t count = std::strlen(text);
    char *copy = new char[count + 1]();
    std::reverse_copy(text, text + count, copy);
    return copy;
}

void free_string(char *text) { delete[] text; }

double path_of_four(FourPoints corners)
{
    geometry::Path path;
    for (const Point &point : corners.points)
        path.add(point);
    return path.length();
}

double path_of_many(Points many)
{
    geometry::Path path;
    std::for_each(many.points, many.points + many.count, [&](const Point &point) { path.add(point); });
    return path.length();
}

// An object that lives over there.
geometry::Path *path_new() { return new geometry::Path; }
void path_add(geometry::Path *path, Point point) { path->add(point); }
double path_length(const geometry::Path *path) { return path->length(); }
void path_delete(geometry::Path *path) { delete path; }

} // extern "C"
