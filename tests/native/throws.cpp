// An exception that nobody catches.
#include <stdexcept>

__attribute__((noinline)) static void throw_it(char const *text) { throw std::runtime_error(text); }

extern "C" void throw_uncaught(char const *text) { throw_it(text); }
extern "C" void throw_through_noexcept(char const *text) noexcept { throw_it(text); }
