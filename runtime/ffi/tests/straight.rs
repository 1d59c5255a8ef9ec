//! Closures that lead straight to a handler, called by C.

use std::ffi::c_void;
use std::mem::transmute;

use moonglue_abi::{Prim, Type};
use moonglue_ffi::{Closure, Convention, RegisterHandlers, Signature, Vector, Word};

const HANDLERS: RegisterHandlers = RegisterHandlers { words, mixed, vector };

/// What `user` points to: how many registers of each sort hold arguments.
struct Counts {
    words: usize,
    vectors: usize,
}

fn sum(user: *mut c_void, words: [Word; 5], vectors: [Vector; 8]) -> f64 {
    // SAFETY: the tests below pass their own counts.
    let counts = unsafe { &*user.cast::<Counts>() };
    let mut sum = 0.0;
    for (place, word) in words[..counts.words].iter().enumerate() {
        // SAFETY: the caller put an int there.
        sum += f64::from(unsafe { word.assume_init() } as i32) * 10f64.powi(place as i32);
    }
    for vector in &vectors[..counts.vectors] {
        // SAFETY: the caller put a double there.
        sum += unsafe { vector.assume_init() };
    }
    sum
}

unsafe extern "C" fn words(a: Word, b: Word, c: Word, d: Word, e: Word, user: *mut c_void) -> u64 {
    sum(user, [a, b, c, d, e], [const { Vector::uninit() }; 8]) as i64 as u64
}

#[rustfmt::skip]
unsafe extern "C" fn mixed(
    a: Word, b: Word, c: Word, d: Word, e: Word, user: *mut c_void,
    s: Vector, t: Vector, u: Vector, v: Vector, w: Vector, x: Vector, y: Vector, z: Vector,
) -> u64 {
    sum(user, [a, b, c, d, e], [s, t, u, v, w, x, y, z]) as i64 as u64
}

#[rustfmt::skip]
unsafe extern "C" fn vector(
    a: Word, b: Word, c: Word, d: Word, e: Word, user: *mut c_void,
    s: Vector, t: Vector, u: Vector, v: Vector, w: Vector, x: Vector, y: Vector, z: Vector,
) -> f64 {
    sum(user, [a, b, c, d, e], [s, t, u, v, w, x, y, z])
}

fn straight(result: Prim, params: &[Prim], counts: &Counts) -> Option<Closure> {
    let params: Vec<Type> = params.iter().map(|p| Type::from(*p)).collect();
    let signature = Signature { result: result.into(), fixed: params.len(), params, convention: Convention::C };
    let user = std::ptr::from_ref(counts).cast_mut().cast();
    Closure::straight(&signature, &HANDLERS, user).expect("the signature is possible")
}

#[test]
fn every_argument_is_in_the_register_it_came_in() {
    use Prim::{Double, Int};
    let counts = Counts { words: 5, vectors: 0 };
    let Some(closure) = straight(Int, &[Int; 5], &counts) else { return };
    // SAFETY: the closure was made with this signature.
    let f: extern "C" fn(i32, i32, i32, i32, i32) -> i32 = unsafe { transmute(closure.code()) };
    assert_eq!(f(1, -2, 3, 4, 5), 54281);

    let counts = Counts { words: 2, vectors: 3 };
    let closure = straight(Int, &[Double, Int, Double, Int, Double], &counts).expect("it fits");
    // SAFETY: as above.
    let f: extern "C" fn(f64, i32, f64, i32, f64) -> i32 = unsafe { transmute(closure.code()) };
    assert_eq!(f(100.0, 1, 200.0, 2, 300.0), 621);

    let counts = Counts { words: 1, vectors: 8 };
    let closure = straight(Double, &[Double, Double, Double, Double, Int, Double, Double, Double, Double], &counts);
    let closure = closure.expect("it fits");
    type Nine = extern "C" fn(f64, f64, f64, f64, i32, f64, f64, f64, f64) -> f64;
    // SAFETY: as above.
    let f: Nine = unsafe { transmute(closure.code()) };
    assert_eq!(f(0.5, 1.0, 2.0, 4.0, -7, 8.0, 16.0, 32.0, 64.0), 120.5);
}

#[test]
fn what_does_not_fit_is_left_to_the_others() {
    let counts = Counts { words: 0, vectors: 0 };
    assert!(straight(Prim::Int, &[Prim::Int; 6], &counts).is_none());
    assert!(straight(Prim::LongDouble, &[], &counts).is_none());
    assert!(straight(Prim::Int, &[Prim::Double; 9], &counts).is_none());
    assert!(straight(Prim::Int, &[Prim::DoubleComplex], &counts).is_none());
}
