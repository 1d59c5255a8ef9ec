// Names as a C++ compiler writes them.
namespace shapes {
int area(int width, int height) { return width * height; }
struct Circle {
    double radius;
    double size() const;
};
double Circle::size() const { return radius * 3.0; }
}  // namespace shapes

extern "C" int plain_name(int x) { return x + 1; }
extern "C" int plain_nave(int x) { return x + 2; }
