//! Aggregates that are aligned to more than their fields are, by value: in functions with random parameters, where some
//! share the stack with others, and at the limits. What gcc does is right.

mod support;

use std::ffi::c_void;
use std::fmt::Write;
use std::mem::transmute;

use moonglue_abi::{Abi, Prim, Type};
use moonglue_ffi::Signature;
use support::shapes::{self, Aggregate, Dice};
use support::source::{Case, generate};
use support::{Compiled, Room, Value, WAYS, Way, call, closure, signature};

/// A parameter of a random function.
#[derive(Clone, Copy, Debug)]
enum Param {
    Scalar(Prim),
    /// The aggregate with that index.
    Case(usize),
}

const SCALARS: [Prim; 5] = [Prim::Int, Prim::LongLong, Prim::Float, Prim::Double, Prim::LongDouble];

/// A function: it makes one number of its arguments, and fills its result from that.
#[derive(Debug)]
struct Function {
    name: String,
    params: Vec<Param>,
    result: usize,
}

impl Function {
    fn random(name: String, dice: &mut Dice, cases: usize) -> Function {
        let count = 1 + dice.below(12);
        let param = |dice: &mut Dice| match dice.below(2) {
            0 => Param::Case(dice.below(cases)),
            _ => Param::Scalar(SCALARS[dice.below(SCALARS.len())]),
        };
        let params = (0..count).map(|_| param(dice)).collect();
        Function { name, params, result: dice.below(cases) }
    }

    fn signature(&self, cases: &[Case]) -> Signature {
        let ty = |param: &Param| match *param {
            Param::Scalar(prim) => prim.into(),
            Param::Case(case) => cases[case].ty.clone(),
        };
        signature(cases[self.result].ty.clone(), self.params.iter().map(ty).collect())
    }

    /// In C: the function itself, and `tell_`, which calls one like it with arguments made from a seed and gives the
    /// checksum of the result.
    fn source(&self, cases: &[Case]) -> String {
        let name = &self.name;
        let (mut list, mut weigh, mut fill, mut given) = (String::new(), String::new(), String::new(), String::new());
        for (index, param) in self.params.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let written = match *param {
                Param::Scalar(prim) => {
                    let ty = prim.c_name();
                    write!(weigh, "h = h * 31 + (U)(I)(p{index} * 2); ")
                        .and_then(|()| write!(list, "{comma}{ty} p{index}"))
                        .and_then(|()| write!(given, "{comma}({ty})(s + {index})"))
                }
                Param::Case(case) => {
                    let ty = &cases[case].name;
                    write!(weigh, "h = h * 31 + sum_{ty}(&p{index}) + astray(&p{index}, _Alignof({ty})); ")
                        .and_then(|()| write!(list, "{comma}{ty} p{index}"))
                        .and_then(|()| write!(fill, "{ty} p{index}; fill_{ty}(&p{index}, s + {index}); "))
                        .and_then(|()| write!(given, "{comma}p{index}"))
                }
            };
            written.expect("writing to a string");
        }
        let result = &cases[self.result].name;
        format!(
            "{result} {name}({list}) {{ U h = 1; {weigh} {result} r; fill_{result}(&r, (I)(h % 1000)); return r; }}
U tell_{name}({result} (*f)({list}), I s) {{ {fill} {result} r = f({given}); return sum_{result}(&r); }}\n"
        )
    }
}

/// The functions that C has for each aggregate.
struct Known {
    size: usize,
    fill: unsafe extern "C" fn(*mut u8, i64),
    sum: unsafe extern "C" fn(*const u8) -> u64,
}

impl Known {
    fn of(case: &Case, c: &Compiled) -> Known {
        let (fill, sum) = (c.address(&format!("fill_{}", case.name)), c.address(&format!("sum_{}", case.name)));
        // SAFETY: the generator gives these two functions these types.
        unsafe {
            Known {
                size: case.ty.size(Abi::HOST),
                fill: transmute::<*const c_void, unsafe extern "C" fn(*mut u8, i64)>(fill),
                sum: transmute::<*const c_void, unsafe extern "C" fn(*const u8) -> u64>(sum),
            }
        }
    }

    fn filled(&self, seed: i64) -> Vec<u8> {
        let mut room = Room::filled(0, self.size);
        // SAFETY: the room is as large and aligned as the type.
        unsafe { (self.fill)(room.as_mut_ptr(), seed) };
        room.bytes().to_vec()
    }

    fn sum(&self, bytes: &[u8]) -> u64 {
        let mut room = Room::filled(0, self.size);
        // SAFETY: the room is as large and aligned as the type, and the bytes are those of a value.
        unsafe {
            room.as_mut_ptr().copy_from_nonoverlapping(bytes.as_ptr(), self.size);
            (self.sum)(room.as_mut_ptr())
        }
    }
}

/// What a callback needs.
struct Bench<'a> {
    function: &'a Function,
    known: &'a [Known],
}

impl Bench<'_> {
    fn args(&self, seed: i64) -> Vec<Value> {
        let arg = |(param, seed): (&Param, i64)| match *param {
            Param::Scalar(Prim::Float) => Value::Float(seed as f32),
            Param::Scalar(Prim::Double) => Value::Double(seed as f64),
            Param::Scalar(Prim::LongDouble) => Value::LongDouble(seed as f64),
            Param::Scalar(_) => Value::Int(seed),
            Param::Case(case) => Value::Bytes(self.known[case].filled(seed)),
        };
        self.function.params.iter().zip(seed..).map(arg).collect()
    }

    /// The checksum of the result for these numbers, one for each argument.
    fn outcome(&self, weights: impl Iterator<Item = u64>) -> i64 {
        (weights.fold(1u64, |h, weight| h.wrapping_mul(31).wrapping_add(weight)) % 1000) as i64
    }

    fn expected(&self, seed: i64) -> u64 {
        let weights = self.function.params.iter().zip(seed..).map(|(param, seed)| match *param {
            Param::Scalar(_) => (seed * 2) as u64,
            Param::Case(case) => self.known[case].sum(&self.known[case].filled(seed)),
        });
        let result = &self.known[self.function.result];
        result.sum(&result.filled(self.outcome(weights)))
    }
}

/// Does what the C function does.
unsafe extern "C" fn on_call(user: *mut c_void, args: *const *const u8, result: *mut u8) {
    // SAFETY: `user` is the bench that made the closure; there is an argument of its type for each parameter, and room for
    // the result.
    unsafe {
        let bench = &*user.cast::<Bench>();
        let weights = bench.function.params.iter().enumerate().map(|(index, param)| {
            let at = *args.add(index);
            match *param {
                Param::Scalar(Prim::Int) => i64::from(at.cast::<i32>().read_unaligned() * 2) as u64,
                Param::Scalar(Prim::Float) => (at.cast::<f32>().read_unaligned() * 2.0) as i64 as u64,
                Param::Scalar(Prim::Double) => (at.cast::<f64>().read_unaligned() * 2.0) as i64 as u64,
                Param::Scalar(Prim::LongDouble) => (moonglue_ffi::long_double::load_f80(at) * 2.0) as i64 as u64,
                Param::Scalar(_) => (at.cast::<i64>().read_unaligned() * 2) as u64,
                Param::Case(case) => {
                    let known = &bench.known[case];
                    known.sum(std::slice::from_raw_parts(at, known.size))
                }
            }
        });
        let bytes = bench.known[bench.function.result].filled(bench.outcome(weights));
        result.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
    }
}

#[test]
fn random_functions_take_and_give_them_as_in_c() {
    let (mut source, cases) = generate(&shapes::aligned(40, 7));
    let mut dice = Dice::new(3);
    let functions: Vec<_> =
        (0..150).map(|index| Function::random(format!("f{index}"), &mut dice, cases.len())).collect();
    source.extend(functions.iter().map(|function| function.source(&cases)));
    let c = Compiled::new(&source);
    let known: Vec<_> = cases.iter().map(|case| Known::of(case, &c)).collect();
    let mut beyond = 0;
    for (function, seed) in functions.iter().zip(100..) {
        let (name, signature) = (&function.name, function.signature(&cases));
        beyond += usize::from(signature.params.iter().filter(|ty| ty.align(Abi::HOST) > 16).count() > 1);
        let bench = Bench { function, known: &known };
        let (args, expected) = (bench.args(seed), bench.expected(seed));
        let result = &known[function.result];
        let tell = support::signature(Prim::ULongLong, vec![Prim::Pointer.into(), Prim::LongLong.into()]);
        for way in WAYS {
            let outcome = call(way, &signature, c.address(name), &args);
            assert_eq!(result.sum(outcome.bytes()), expected, "{name}, {way:?}: {function:?}");
            outcome.assert_exact(name);
            let closure = closure(way, &signature, on_call, (&raw const bench).cast_mut().cast());
            let told = [Value::Int(closure.code() as i64), Value::Int(seed)];
            let outcome = call(Way::Fastest, &tell, c.address(&format!("tell_{name}")), &told);
            assert_eq!(outcome.u64(), expected, "{name}, in by {way:?}: {function:?}");
            // Ours on both sides.
            let outcome = call(way, &signature, closure.code(), &args);
            assert_eq!(result.sum(outcome.bytes()), expected, "{name}, in and out by {way:?}: {function:?}");
        }
    }
    assert!(beyond > 30, "{beyond} functions have more than one");
}

fn aligned_to(align: u32, field: Prim) -> Aggregate {
    Aggregate { align: Some(align), ..shapes::structure([field.into()]) }
}

#[test]
fn padding_behind_the_last_register_touches_no_neighbour() {
    let (mut source, cases) = generate(&[aligned_to(16, Prim::Int), aligned_to(16, Prim::Double)]);
    source += "double last(double d, I a, I b, I c, I e, I f, A0 v) { return d * 1000 + a + b + c + e + f + v.m0; }
        double end(double a, double b, double c, double d, double e, double f, double g, A1 v)
        { return a + b + c + d + e + f + g + v.m0; }";
    let c = Compiled::new(&source);
    let padded = |value: &[u8]| {
        let mut bytes = vec![0x77; 16];
        bytes[..value.len()].copy_from_slice(value);
        Value::Bytes(bytes)
    };
    for way in WAYS {
        let mut params = vec![Prim::Double.into()];
        params.extend(vec![Type::Prim(Prim::LongLong); 5]);
        params.push(cases[0].ty.clone());
        let mut args = vec![Value::Double(0.5)];
        args.extend((1..6).map(Value::Int));
        args.push(padded(&9i32.to_le_bytes()));
        let outcome = call(way, &signature(Prim::Double, params), c.address("last"), &args);
        assert_eq!(outcome.double(), 524.0, "{way:?}");

        let mut params = vec![Type::Prim(Prim::Double); 7];
        params.push(cases[1].ty.clone());
        let mut args: Vec<_> = (1..8).map(|i| Value::Double(i.into())).collect();
        args.push(padded(&9f64.to_le_bytes()));
        let outcome = call(way, &signature(Prim::Double, params), c.address("end"), &args);
        assert_eq!(outcome.double(), 37.0, "{way:?}");
    }
}

#[test]
fn without_bytes_alignment_moves_nothing() {
    let (mut source, cases) =
        generate(&[Aggregate { align: Some(32), ..shapes::structure([]) }, aligned_to(32, Prim::Int)]);
    source += "I skip(I a, I b, I c, I d, I e, I f, I x, A0 v, I y, A1 w, A0 u, I z) { return x + 10 * y + 100 * w.m0 + 1000 * z; }";
    let c = Compiled::new(&source);
    let (empty, wide) = (cases[0].ty.clone(), cases[1].ty.clone());
    let mut params = vec![Type::Prim(Prim::LongLong); 7];
    params.extend([empty.clone(), Prim::LongLong.into(), wide, empty, Prim::LongLong.into()]);
    for way in WAYS {
        let mut args = vec![Value::Int(0); 6];
        let mut bytes = vec![0x77; 32];
        bytes[..4].copy_from_slice(&3i32.to_le_bytes());
        let nothing = || Value::Bytes(vec![]);
        args.extend([Value::Int(1), nothing(), Value::Int(2), Value::Bytes(bytes), nothing(), Value::Int(4)]);
        let outcome = call(way, &signature(Prim::LongLong, params.clone()), c.address("skip"), &args);
        assert_eq!(outcome.int(), 4321, "{way:?}");
    }
}

#[test]
fn alignments_beyond_a_page() {
    const ALIGNS: [u32; 4] = [128, 4096, 8192, 32768];
    let (mut source, cases) = generate(&ALIGNS.map(|align| aligned_to(align, Prim::Int)));
    for case in &cases {
        let name = &case.name;
        writeln!(source, "I at_{name}(I a, {name} v, I b, {name} w) {{ return a + 10 * v.m0 + 100 * b + 1000 * w.m0 + astray(&v, _Alignof({name})) + astray(&w, _Alignof({name})); }}").expect("writing to a string");
    }
    let c = Compiled::new(&source);
    for case in &cases {
        let params = vec![Prim::LongLong.into(), case.ty.clone(), Prim::LongLong.into(), case.ty.clone()];
        let value = |value: i32| {
            let mut bytes = vec![0x77; case.ty.size(Abi::HOST)];
            bytes[..4].copy_from_slice(&value.to_le_bytes());
            Value::Bytes(bytes)
        };
        for way in WAYS {
            let args = [Value::Int(1), value(2), Value::Int(3), value(4)];
            let code = c.address(&format!("at_{}", case.name));
            let outcome = call(way, &signature(Prim::LongLong, params.clone()), code, &args);
            assert_eq!(outcome.int(), 4321, "{}, {way:?}", case.ty.align(Abi::HOST));
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(windows)))]
mod system_v {
    use moonglue_ffi::{Closure, Error, Place, PreparedCall};

    use super::*;

    unsafe extern "C" fn look_back(user: *mut c_void, _: *const *const u8, _: *mut u8) {
        // SAFETY: made with a string.
        let trace = unsafe { &mut *user.cast::<String>() };
        *trace = std::backtrace::Backtrace::force_capture().to_string();
    }

    #[test]
    fn a_backtrace_goes_on_through_a_call_that_aligns_the_stack() {
        let (mut source, cases) = generate(&[aligned_to(256, Prim::Int)]);
        source += "I through_c(I a, A0 v, I (*f)(void)) { return f() + a + v.m0; }";
        let c = Compiled::new(&source);
        let mut trace = String::new();
        let kind = signature(Prim::LongLong, vec![]);
        let closure = closure(Way::Fastest, &kind, look_back, (&raw mut trace).cast());
        let mut bytes = vec![0x77; 256];
        bytes[..4].copy_from_slice(&5i32.to_le_bytes());
        let args = [Value::Int(2), Value::Bytes(bytes), Value::Int(closure.code() as i64)];
        let outer = signature(Prim::LongLong, vec![Prim::LongLong.into(), cases[0].ty.clone(), Prim::Pointer.into()]);
        assert_eq!(call(Way::Fastest, &outer, c.address("through_c"), &args).int(), 7);
        let names = ["look_back", "through_c", "a_backtrace_goes_on"];
        let found = names.map(|name| trace.find(name).unwrap_or_else(|| panic!("{name}: {trace}")));
        assert!(found.is_sorted(), "{trace}");
    }

    #[test]
    fn more_than_libffi_can_describe_is_refused() {
        unsafe extern "C" fn never(_: *mut c_void, _: *const *const u8, _: *mut u8) {}

        let (_, cases) = generate(&[aligned_to(1 << 16, Prim::Int)]);
        let kind = signature(Prim::Int, vec![Prim::Int.into(), cases[0].ty.clone()]);
        let errors = [
            PreparedCall::new(&kind).map(drop).expect_err("too much"),
            PreparedCall::with_libffi(&kind).map(drop).expect_err("too much"),
            Closure::new(&kind, never, std::ptr::null_mut()).map(drop).expect_err("too much"),
        ];
        for error in errors {
            assert!(matches!(error, Error::Unsupported { place: Place::Parameter(1), .. }));
            assert_eq!(
                error.to_string(),
                "argument 2: passing an aggregate aligned to 65536 bytes by value is not supported on this platform"
            );
        }
    }
}
