//! Function pointers that C calls.

mod support;

use std::ffi::c_void;
use std::sync::atomic::{AtomicI64, Ordering};

use moonglue_abi::{Prim, Type};
use moonglue_ffi::{Closure, errno, set_errno};
use support::{Compiled, Value, WAYS, Way, call, closure, signature};

/// Reads an argument's first bytes.
///
/// # Safety
/// `args` has an argument `index` of a type with the size of `T`.
unsafe fn argument<T: Copy>(args: *const *const u8, index: usize) -> T {
    // SAFETY: the caller's promise.
    unsafe { (*args.add(index)).cast::<T>().read_unaligned() }
}

unsafe extern "C" fn compare(_: *mut c_void, args: *const *const u8, result: *mut u8) {
    // SAFETY: made with the signature int (const int *, const int *).
    unsafe {
        let (a, b) = (*argument::<*const i32>(args, 0), *argument::<*const i32>(args, 1));
        result.cast::<i64>().write_unaligned(a.cmp(&b) as i64);
    }
}

#[test]
fn qsort_sorts() {
    let kind = signature(Prim::Int, vec![Prim::Pointer.into(); 2]);
    for way in WAYS {
        sort_through(&closure(way, &kind, compare, std::ptr::null_mut()));
    }
}

fn sort_through(closure: &Closure) {
    let mut numbers: Vec<i32> = (0..1000).map(|i: i32| i.wrapping_mul(7919) % 1000 - 500).collect();
    let mut sorted = numbers.clone();
    sorted.sort();
    let qsort =
        signature(Type::Void, vec![Prim::Pointer.into(), Prim::ULong.into(), Prim::ULong.into(), Prim::Pointer.into()]);
    let args = [numbers.as_mut_ptr() as i64, numbers.len() as i64, 4, closure.code() as i64].map(Value::Int);
    call(Way::Fastest, &qsort, libc::qsort as *const c_void, &args);
    assert_eq!(numbers, sorted);
}

unsafe extern "C" fn negate(user: *mut c_void, args: *const *const u8, result: *mut u8) {
    let kind = user as usize;
    // SAFETY: each kind is made with its own one-parameter signature.
    unsafe {
        match kind {
            0 => result.cast::<i64>().write_unaligned(-i64::from(argument::<i8>(args, 0))),
            1 => result.cast::<i64>().write_unaligned(-i64::from(argument::<i16>(args, 0))),
            2 => result.cast::<i64>().write_unaligned(-i64::from(argument::<i32>(args, 0))),
            3 => result.cast::<f32>().write_unaligned(-argument::<f32>(args, 0)),
            4 => result.cast::<f64>().write_unaligned(-argument::<f64>(args, 0)),
            5 => result.cast::<u64>().write_unaligned(u64::from(argument::<u8>(args, 0) == 0)),
            _ => {
                let value = moonglue_ffi::long_double::load_f80(argument_address(args));
                moonglue_ffi::long_double::store_f80(result, -value);
            }
        }
    }
}

/// # Safety
/// There is an argument.
unsafe fn argument_address(args: *const *const u8) -> *const u8 {
    // SAFETY: the caller's promise.
    unsafe { *args }
}

#[test]
fn results_of_every_width() {
    let c = Compiled::new(
        "#include <stdbool.h>
         long long c0(signed char (*f)(signed char)) { return f(-100); }
         long long c1(short (*f)(short)) { return f(-30000); }
         long long c2(int (*f)(int)) { return f(-70000); }
         long long c3(float (*f)(float)) { return f(-0.25f) * 8; }
         long long c4(double (*f)(double)) { return f(-0.5) * 8; }
         long long c5(bool (*f)(bool)) { return f(true) + 10 * f(false); }
         long long c6(long double (*f)(long double)) { return f(-1.5L) * 8; }",
    );
    use Prim::*;
    let kinds = [(SChar, 100), (Short, 30_000), (Int, 70_000), (Float, 2), (Double, 4), (Bool, 10), (LongDouble, 12)];
    for (way, (index, (prim, expected))) in
        WAYS.into_iter().flat_map(|way| kinds.into_iter().enumerate().map(move |kind| (way, kind)))
    {
        let kind = signature(prim, vec![prim.into()]);
        let closure = closure(way, &kind, negate, index as *mut c_void);
        let args = [Value::Int(closure.code() as i64)];
        let outcome =
            call(Way::Fastest, &signature(LongLong, vec![Pointer.into()]), c.address(&format!("c{index}")), &args);
        assert_eq!(outcome.int(), expected, "{prim:?}, {way:?}");
    }
}

unsafe extern "C" fn count(user: *mut c_void, args: *const *const u8, _: *mut u8) {
    // SAFETY: made with a counter as user data and one long long parameter.
    unsafe { (*user.cast::<AtomicI64>()).fetch_add(argument(args, 0), Ordering::Relaxed) };
}

#[test]
fn any_thread_may_call() {
    for way in WAYS {
        call_on_threads(way);
    }
}

fn call_on_threads(way: Way) {
    let total = AtomicI64::new(0);
    let user = (&raw const total).cast_mut().cast();
    let kind = signature(Type::Void, vec![Prim::LongLong.into()]);
    let closure = closure(way, &kind, count, user);
    // SAFETY: the closure has this signature and outlives the threads.
    let function = unsafe { std::mem::transmute::<*const c_void, unsafe extern "C" fn(i64)>(closure.code()) };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for i in 0..1000 {
                    // SAFETY: as above.
                    unsafe { function(i) };
                }
            });
        }
    });
    assert_eq!(total.into_inner(), 4 * 499_500);
}

unsafe extern "C" fn sum_of_many(_: *mut c_void, args: *const *const u8, result: *mut u8) {
    // SAFETY: made with 12 ints and 12 doubles in turn, and a double result.
    unsafe {
        let ints: f64 = (0..12).map(|i| f64::from(argument::<i32>(args, 2 * i)) * (i + 1) as f64).sum();
        let doubles: f64 = (0..12).map(|i| argument::<f64>(args, 2 * i + 1) * (i + 1) as f64).sum();
        result.cast::<f64>().write_unaligned(ints + 1000.0 * doubles);
    }
}

#[test]
fn more_arguments_than_registers() {
    let list: Vec<String> = (0..12).map(|i| format!("{i}, {i} + 0.5")).collect();
    let types = ["int, double"; 12].join(", ");
    let c = Compiled::new(&format!("double run(double (*f)({types})) {{ return f({}); }}", list.join(", ")));
    let params = [Prim::Int, Prim::Double].repeat(12).into_iter().map(Type::Prim).collect();
    let kind = signature(Prim::Double, params);
    let closure = closure(Way::Fastest, &kind, sum_of_many, std::ptr::null_mut());
    let args = [Value::Int(closure.code() as i64)];
    let outcome = call(Way::Fastest, &signature(Prim::Double, vec![Prim::Pointer.into()]), c.address("run"), &args);
    let expected: f64 =
        (0..12).map(|i| f64::from(i * (i + 1)) + 1000.0 * (f64::from(i) + 0.5) * f64::from(i + 1)).sum();
    assert_eq!(outcome.double(), expected);
}

unsafe extern "C" fn fail_with_errno(_: *mut c_void, _: *const *const u8, _: *mut u8) {
    set_errno(libc::ENOTTY);
}

#[test]
fn errno_passes_through_unharmed() {
    let kind = signature(Type::Void, vec![]);
    for way in WAYS {
        let closure = closure(way, &kind, fail_with_errno, std::ptr::null_mut());
        set_errno(0);
        call(Way::Fastest, &kind, closure.code(), &[]);
        assert_eq!(errno(), libc::ENOTTY, "{way:?}");
    }
}

/// What the handler below calls from inside a callback.
struct Inner {
    descend: unsafe extern "C" fn(*const c_void, i32, f64) -> f64,
    alignment: unsafe extern "C" fn() -> i32,
    closure: Option<Closure>,
}

unsafe extern "C" fn count_down(user: *mut c_void, args: *const *const u8, result: *mut u8) {
    // SAFETY: made with an `Inner`, and the signature double (int, double).
    unsafe {
        let inner = &*user.cast::<Inner>();
        assert_eq!((inner.alignment)(), 0, "the stack is aligned");
        let (left, sum) = (argument::<i32>(args, 0), argument::<f64>(args, 1));
        let code = inner.closure.as_ref().expect("set before the call").code();
        let value = match left {
            0 => sum,
            _ => (inner.descend)(code, left - 1, sum + f64::from(left)),
        };
        // Whatever happened further in, this call's arguments are still its own.
        assert_eq!((argument::<i32>(args, 0), argument::<f64>(args, 1)), (left, sum));
        result.cast::<f64>().write_unaligned(value);
    }
}

#[test]
fn calls_nest_and_keep_the_callers_registers() {
    let c = Compiled::new(
        "int alignment(void) {
             __attribute__((aligned(16))) char local[16];
             unsigned long at = (unsigned long) local;
             __asm__ volatile (\"\" : \"+r\"(at)); /* what the compiler takes for granted is not to be folded */
             return at & 15;
         }
         double descend(double (*f)(int, double), int left, double sum) {
             long a = left + 1, b = left + 2, c = left + 3, d = left + 4, e = left + 5, g = left + 6, h = left * 7;
             double value = f(left, sum);
             __asm__ volatile (\"\" : \"+r\"(a), \"+r\"(b));
             return value + (a + b + c + d + e + g + h - 13 * left - 21);
         }",
    );
    for way in WAYS {
        // SAFETY: the functions have these types.
        let mut inner = unsafe {
            Inner {
                descend: std::mem::transmute::<*const c_void, unsafe extern "C" fn(*const c_void, i32, f64) -> f64>(
                    c.address("descend"),
                ),
                alignment: std::mem::transmute::<*const c_void, unsafe extern "C" fn() -> i32>(c.address("alignment")),
                closure: None,
            }
        };
        let kind = signature(Prim::Double, vec![Prim::Int.into(), Prim::Double.into()]);
        let at = &raw mut inner;
        // SAFETY: nothing else refers to it now.
        unsafe { (*at).closure = Some(closure(way, &kind, count_down, at.cast())) };
        // SAFETY: as above; the closure lives in `inner`, and both until the end of the turn.
        let sum = unsafe { ((*at).descend)((*at).closure.as_ref().expect("just set").code(), 100, 0.5) };
        assert_eq!(sum, 5050.5, "{way:?}");
    }
}

unsafe extern "C" fn look_back(user: *mut c_void, _: *const *const u8, _: *mut u8) {
    // SAFETY: made with a string.
    let trace = unsafe { &mut *user.cast::<String>() };
    *trace = std::backtrace::Backtrace::force_capture().to_string();
}

#[test]
fn a_backtrace_goes_on_through_the_entry() {
    let c = Compiled::new("int through_c(int (*f)(int)) { return f(1) + 1; }");
    let kind = signature(Prim::Int, vec![Prim::Int.into()]);
    let mut trace = String::new();
    let closure = closure(Way::Fastest, &kind, look_back, (&raw mut trace).cast());
    let args = [Value::Int(closure.code() as i64)];
    let outer = signature(Prim::Int, vec![Prim::Pointer.into()]);
    call(Way::Fastest, &outer, c.address("through_c"), &args);
    if closure.is_precompiled() {
        let names = ["look_back", "through_c", "a_backtrace_goes_on"];
        let found = names.map(|name| trace.find(name).unwrap_or_else(|| panic!("{name}: {trace}")));
        assert!(found.is_sorted(), "{trace}");
    }
}
