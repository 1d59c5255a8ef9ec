//! Structs and unions by value, hundreds of kinds, compared with what gcc does: passed to C and returned by C on every
//! path, and passed to and returned by callbacks.

mod support;

use std::ffi::c_void;
use std::mem::transmute;

use moonglue_abi::{Abi, Prim, Type};
use moonglue_ffi::{Handler, Signature};
use support::shapes;
use support::source::{Case, generate};
use support::{Compiled, Room, Value, WAYS, Way, call, closure, signature};

const SEED: i64 = 12;

/// A case with its C functions looked up.
struct Bench<'a> {
    case: &'a Case,
    c: &'a Compiled,
    fill: unsafe extern "C" fn(*mut u8, i64),
    sum: unsafe extern "C" fn(*const u8) -> u64,
}

impl<'a> Bench<'a> {
    fn new(case: &'a Case, c: &'a Compiled) -> Bench<'a> {
        // SAFETY: the generator gives these two functions these types.
        unsafe {
            Bench {
                case,
                c,
                fill: transmute::<*const c_void, unsafe extern "C" fn(*mut u8, i64)>(
                    c.address(&format!("fill_{}", case.name)),
                ),
                sum: transmute::<*const c_void, unsafe extern "C" fn(*const u8) -> u64>(
                    c.address(&format!("sum_{}", case.name)),
                ),
            }
        }
    }

    fn function(&self, kind: &str) -> *const c_void {
        self.c.address(&format!("{kind}_{}", self.case.name))
    }

    /// A value of the aggregate.
    fn value(&self, seed: i64) -> Vec<u8> {
        let mut room = Room::filled(0, self.size());
        let base = room.as_mut_ptr();
        // SAFETY: the memory is as large and aligned as the type.
        unsafe { (self.fill)(base, seed) };
        // SAFETY: `size` bytes of initialised memory.
        unsafe { std::slice::from_raw_parts(base, self.size()) }.to_vec()
    }

    fn sum(&self, bytes: &[u8]) -> u64 {
        let mut room = Room::filled(0, bytes.len());
        let base = room.as_mut_ptr();
        // SAFETY: the memory is as large and aligned as the type.
        unsafe {
            base.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            (self.sum)(base)
        }
    }

    fn size(&self) -> usize {
        self.case.ty.size(Abi::HOST)
    }

    fn take(&self) -> Signature {
        let params = vec![
            Prim::Int.into(),
            Prim::Double.into(),
            self.case.ty.clone(),
            Prim::LongLong.into(),
            Prim::Float.into(),
        ];
        signature(Prim::ULongLong, params)
    }

    fn crowd(&self) -> Signature {
        let mut params = vec![Type::Prim(Prim::LongLong); self.case.ints];
        params.extend(vec![Type::Prim(Prim::Double); self.case.doubles]);
        params.extend([self.case.ty.clone(), self.case.ty.clone(), Prim::Int.into(), Prim::Double.into()]);
        signature(Prim::ULongLong, params)
    }

    fn vary(&self) -> Signature {
        let ty = || self.case.ty.clone();
        let params =
            vec![Prim::Int.into(), ty(), Prim::Double.into(), ty(), Prim::LongLong.into(), ty(), Prim::Int.into()];
        Signature { fixed: 2, ..signature(Prim::ULongLong, params) }
    }

    /// What `take` makes of its arguments.
    fn taken(&self, a: i64, b: f64, v: &[u8], c: i64, d: f32) -> u64 {
        let scalars = 3 * a + 5 * (b * 8.0) as i64 + 7 * c + 11 * (d * 8.0) as i64;
        self.sum(v).wrapping_add(scalars as u64)
    }

    /// What `crowd` makes of its arguments.
    fn crowded(&self, ints: &[i64], doubles: &[f64], v: &[u8], w: &[u8], y: i64, z: f64) -> u64 {
        let mut scalars = y + (z * 8.0) as i64 * 3;
        scalars += ints.iter().zip(2..).map(|(int, weight)| int * weight).sum::<i64>();
        scalars += doubles.iter().zip(20..).map(|(double, weight)| (double * 8.0) as i64 * weight).sum::<i64>();
        self.sum(v).wrapping_add(self.sum(w).wrapping_mul(1001)).wrapping_add(scalars as u64)
    }

    fn compare_layout(&self) {
        let name = &self.case.name;
        let ask =
            |kind| call(Way::Libffi, &signature(Prim::ULongLong, vec![]), self.function(kind), &[]).u64() as usize;
        assert_eq!((ask("size"), ask("align")), (self.size(), self.case.ty.align(Abi::HOST)), "{name}: layout");
    }

    fn compare_calls(&self) {
        let name = &self.case.name;
        let (v, w) = (self.value(SEED), self.value(SEED + 9));
        for way in WAYS {
            let args =
                [Value::Int(-4), Value::Double(2.5), Value::Bytes(v.clone()), Value::Int(1 << 40), Value::Float(0.25)];
            let outcome = call(way, &self.take(), self.function("take"), &args);
            assert_eq!(outcome.u64(), self.taken(-4, 2.5, &v, 1 << 40, 0.25), "{name}: argument, {way:?}");

            let ints: Vec<i64> = (0..self.case.ints as i64).map(|i| 100 - i).collect();
            let doubles: Vec<f64> = (0..self.case.doubles).map(|i| 0.5 + i as f64).collect();
            let mut args: Vec<Value> = ints.iter().map(|int| Value::Int(*int)).collect();
            args.extend(doubles.iter().map(|double| Value::Double(*double)));
            args.extend([Value::Bytes(v.clone()), Value::Bytes(w.clone()), Value::Int(-1), Value::Double(0.75)]);
            let outcome = call(way, &self.crowd(), self.function("crowd"), &args);
            assert_eq!(outcome.u64(), self.crowded(&ints, &doubles, &v, &w, -1, 0.75), "{name}: in a crowd, {way:?}");

            let bytes = |value: &[u8]| Value::Bytes(value.to_vec());
            let (first, second, third) = (bytes(&w), bytes(&v), bytes(&w));
            let args = [Value::Int(3), first, Value::Double(1.5), second, Value::Int(-9), third, Value::Int(4)];
            let outcome = call(way, &self.vary(), self.function("vary"), &args);
            let sums = self.sum(&w).wrapping_mul(1002).wrapping_add(self.sum(&v).wrapping_mul(3));
            let expected = sums.wrapping_add((3 * 3 + 5 * 12 - 7 * 9 + 11 * 4) as u64);
            assert_eq!(outcome.u64(), expected, "{name}: variadic, {way:?}");

            let params = vec![Prim::Int.into(), Prim::Double.into(), Prim::LongLong.into(), self.case.ty.clone()];
            let give = signature(self.case.ty.clone(), params);
            let args = [Value::Int(2), Value::Double(1.0), Value::Int(SEED), Value::Bytes(v.clone())];
            let outcome = call(way, &give, self.function("give"), &args);
            let seed = SEED + 2 * 2 + 3 + (self.sum(&v) % 5) as i64;
            assert_eq!(self.sum(outcome.bytes()), self.sum(&self.value(seed)), "{name}: result, {way:?}");
            outcome.assert_exact(name);
        }
    }

    fn compare_callbacks(&self, into: Way) {
        let name = &self.case.name;
        let me = (&raw const *self).cast_mut().cast::<c_void>();
        let run = |kind: &str, signature: &Signature, handler: Handler| {
            let closure = closure(into, signature, handler, me);
            let params = vec![Prim::Pointer.into(), Prim::LongLong.into()];
            let args = [Value::Int(closure.code() as i64), Value::Int(SEED)];
            call(Way::Fastest, &support::signature(Prim::ULongLong, params), self.function(kind), &args).u64()
        };
        let (v, w) = (self.value(SEED), self.value(SEED + 9));
        assert_eq!(
            run("tell", &self.take(), on_take),
            self.taken(-4, 2.5, &v, 1 << 40, 0.25).wrapping_add(1),
            "{name}: callback argument, in by {into:?}"
        );
        let ints: Vec<i64> = (0..self.case.ints as i64).map(|i| SEED + i).collect();
        let doubles: Vec<f64> = (0..self.case.doubles).map(|i| SEED as f64 * 0.5 + i as f64).collect();
        let expected = self.crowded(&ints, &doubles, &v, &w, -1, 0.75).wrapping_add(1);
        assert_eq!(
            run("tell_crowd", &self.crowd(), on_crowd),
            expected,
            "{name}: callback argument in a crowd, in by {into:?}"
        );
        let give = signature(self.case.ty.clone(), vec![Prim::Int.into(), Prim::Double.into(), Prim::LongLong.into()]);
        let expected = self.sum(&self.value(SEED - 2 + 3));
        assert_eq!(run("ask", &give, on_give), expected, "{name}: callback result, in by {into:?}");
        // Without C in between nothing hides a byte written behind a result in memory.
        let closure = closure(into, &give, on_give, me);
        for way in WAYS {
            let outcome = call(way, &give, closure.code(), &[Value::Int(-2), Value::Double(1.5), Value::Int(SEED)]);
            assert_eq!(self.sum(outcome.bytes()), expected, "{name}: callback result, in by {into:?}, out by {way:?}");
            outcome.assert_exact(name);
        }
    }
}

/// Reads an argument's first bytes.
///
/// # Safety
/// `args` has an argument `index` of a type with the size of `T`.
unsafe fn argument<T: Copy>(args: *const *const u8, index: usize) -> T {
    // SAFETY: the caller's promise.
    unsafe { (*args.add(index)).cast::<T>().read_unaligned() }
}

/// Copies an argument.
///
/// # Safety
/// `args` has an argument `index` of that size.
unsafe fn argument_bytes(args: *const *const u8, index: usize, size: usize) -> Vec<u8> {
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(*args.add(index), size) }.to_vec()
}

unsafe extern "C" fn on_take(user: *mut c_void, args: *const *const u8, result: *mut u8) {
    // SAFETY: `user` is the bench that made the closure, the arguments are those of `take`.
    unsafe {
        let bench = &*user.cast::<Bench>();
        let v = argument_bytes(args, 2, bench.size());
        let (a, b) = (argument::<i32>(args, 0), argument::<f64>(args, 1));
        let sum = bench.taken(a.into(), b, &v, argument(args, 3), argument(args, 4));
        result.cast::<u64>().write_unaligned(sum);
    }
}

unsafe extern "C" fn on_crowd(user: *mut c_void, args: *const *const u8, result: *mut u8) {
    // SAFETY: `user` is the bench that made the closure, the arguments are those of `crowd`.
    unsafe {
        let bench = &*user.cast::<Bench>();
        let (ints, doubles) = (bench.case.ints, bench.case.doubles);
        let first: Vec<i64> = (0..ints).map(|i| argument(args, i)).collect();
        let second: Vec<f64> = (ints..ints + doubles).map(|i| argument(args, i)).collect();
        let v = argument_bytes(args, ints + doubles, bench.size());
        let w = argument_bytes(args, ints + doubles + 1, bench.size());
        let (y, z) = (argument::<i32>(args, ints + doubles + 2), argument(args, ints + doubles + 3));
        result.cast::<u64>().write_unaligned(bench.crowded(&first, &second, &v, &w, y.into(), z));
    }
}

unsafe extern "C" fn on_give(user: *mut c_void, args: *const *const u8, result: *mut u8) {
    // SAFETY: `user` is the bench that made the closure, the arguments are (int, double, long long), and the result has
    // room for the aggregate.
    unsafe {
        let bench = &*user.cast::<Bench>();
        let (a, b, seed) = (argument::<i32>(args, 0), argument::<f64>(args, 1), argument::<i64>(args, 2));
        let value = bench.value(seed + i64::from(a) + (b * 2.0) as i64);
        result.copy_from_nonoverlapping(value.as_ptr(), value.len());
    }
}

/// Every second aggregate, so that the two halves are compiled and run side by side.
fn compare_half(half: usize) {
    let aggregates: Vec<_> = shapes::all().into_iter().skip(half).step_by(2).collect();
    let (source, cases) = generate(&aggregates);
    assert!(cases.len() > 150);
    let c = Compiled::new(&source);
    for case in &cases {
        let bench = Bench::new(case, &c);
        bench.compare_layout();
        bench.compare_calls();
        for into in WAYS {
            bench.compare_callbacks(into);
        }
    }
}

#[test]
fn every_aggregate_travels_as_in_c_even() {
    compare_half(0);
}

#[test]
fn every_aggregate_travels_as_in_c_odd() {
    compare_half(1);
}
