! Procedures of Fortran: everything by reference, matrices by columns.
module library
   use, intrinsic :: iso_c_binding
   implicit none
contains

   integer(c_int8_t) function sum_8bit(a, b) bind(c)
      integer(c_int8_t), intent(in) :: a, b
      sum_8bit = a + b
   end function

   integer(c_int16_t) function sum_16bit(a, b) bind(c)
      integer(c_int16_t), intent(in) :: a, b
      sum_16bit = a + b
   end function

   integer(c_int32_t) function sum_32bit(a, b) bind(c)
      integer(c_int32_t), intent(in) :: a, b
      sum_32bit = a + b
   end function

   integer(c_int64_t) function sum_64bit(a, b) bind(c)
      integer(c_int64_t), intent(in) :: a, b
      sum_64bit = a + b
   end function

   real(c_float) function multiply_float32(a, b) bind(c)
      real(c_float), intent(in) :: a, b
      multiply_float32 = a * b
   end function

   real(c_double) function multiply_float64(a, b) bind(c)
      real(c_double), intent(in) :: a, b
      multiply_float64 = a * b
   end function

   logical(c_bool) function is_positive(a) bind(c)
      real(c_double), intent(in) :: a
      is_positive = a > 0
   end function

   integer(c_int32_t) function add_or_subtract(a, b, do_addition) bind(c)
      integer(c_int32_t), intent(in) :: a, b
      logical(c_bool), intent(in) :: do_addition
      if (do_addition) then
         add_or_subtract = a + b
      else
         add_or_subtract = a - b
      end if
   end function

   real(c_double) function factorial(n) bind(c)
      integer(c_int8_t), intent(in) :: n
      integer :: k
      factorial = 1
      do k = 2, n
         factorial = factorial * k
      end do
   end function

   real(c_double) function bessel_first(x) bind(c)
      real(c_double), intent(in) :: x
      bessel_first = bessel_j0(x)
   end function

   real(c_double) function standard_deviation(values, n) bind(c)
      integer(c_int32_t), intent(in) :: n
      real(c_double), intent(in) :: values(n)
      standard_deviation = sqrt(sum((values - sum(values) / n)**2) / (n - 1))
   end function

   subroutine reverse_string(text, n, reversed) bind(c)
      integer(c_int32_t), intent(in) :: n
      character(kind=c_char), intent(in) :: text(n)
      character(kind=c_char), intent(out) :: reversed(n)
      reversed = text(n:1:-1)
   end subroutine

   subroutine add_arrays(total, a, b, n) bind(c)
      integer(c_int32_t), intent(in) :: n
      real(c_double), intent(in) :: a(n), b(n)
      real(c_double), intent(out) :: total(n)
      total = a + b
   end subroutine

   subroutine matrix_multiply(product, a, b, rows, inner, columns) bind(c)
      integer(c_int32_t), intent(in) :: rows, inner, columns
      real(c_double), intent(in) :: a(rows, inner), b(inner, columns)
      real(c_double), intent(out) :: product(rows, columns)
      product = matmul(a, b)
   end subroutine

end module
