//! Calls with scalar arguments, on the register path and through libffi.

mod support;

use std::ffi::c_void;

use moonglue_abi::{Abi, Prim, Type};
use moonglue_ffi::long_double::{load_f80, store_f80};
use moonglue_ffi::{Error, Place, PreparedCall, Signature};
use support::{Compiled, Value, WAYS, Way, call, invoke, prepare, signature};

fn prims(prims: &[Prim]) -> Vec<Type> {
    prims.iter().map(|prim| Type::Prim(*prim)).collect()
}

#[test]
fn integers_keep_their_sign_and_width() {
    let c = Compiled::new(
        "#include <stdbool.h>
         long long sum(signed char a, unsigned char b, short c, unsigned short d, int e, unsigned f) { return a + 1000LL*b + c + d + e + (long long)f; }
         signed char schar(long long x) { return x; }
         unsigned char uchar(long long x) { return x; }
         short sshort(long long x) { return x; }
         unsigned uint_(long long x) { return x; }
         bool not(bool x) { return !x; }
         void *next(long long p) { return (char *)p + 1; }
         void set(int *p) { *p = 17; }
         int nothing(void) { return 42; }",
    );
    use Prim::*;
    for way in WAYS {
        let sum = signature(LongLong, prims(&[SChar, UChar, Short, UShort, Int, UInt]));
        let args = [-1, 255, -300, 65_535, -70_000, 4_000_000_000].map(Value::Int);
        assert_eq!(
            call(way, &sum, c.address("sum"), &args).int(),
            -1 + 255_000 - 300 + 65_535 - 70_000 + 4_000_000_000
        );
        let narrow = |result: Prim, name: &str, value: i64| {
            call(way, &signature(result, prims(&[LongLong])), c.address(name), &[Value::Int(value)]).int()
        };
        assert_eq!(narrow(SChar, "schar", 0x1_80) as i8, -128);
        assert_eq!(narrow(UChar, "uchar", 0x1_80) as u8, 128);
        assert_eq!(narrow(Short, "sshort", 0x1_8000) as i16, i16::MIN);
        assert_eq!(narrow(UInt, "uint_", -1) as u32, u32::MAX);
        assert_eq!(narrow(Pointer, "next", 0x7ffe_0001) as u32, 0x7ffe_0002);
        let not = signature(Bool, prims(&[Bool]));
        assert_eq!(call(way, &not, c.address("not"), &[Value::Int(1)]).int() as u8, 0);
        assert_eq!(call(way, &not, c.address("not"), &[Value::Int(0)]).int() as u8, 1);
        assert_eq!(call(way, &signature(Int, vec![]), c.address("nothing"), &[]).int() as i32, 42);
        let mut target = 0i32;
        let set = signature(Type::Void, prims(&[Pointer]));
        let outcome = call(way, &set, c.address("set"), &[Value::Int((&raw mut target) as i64)]);
        assert_eq!(target, 17);
        outcome.assert_exact("void");
    }
}

#[test]
fn floating_point() {
    let c = Compiled::new(
        "float half(float x) { return x / 2; }
         double sub(double a, float b) { return a - b; }
         long double third(long double x) { return x / 3; }
         double of_long(long double x, int y) { return x * y; }
         double five(double a, double b, double c, double d, double e) { return a + 10*b + 100*c + 1000*d + 10000*e; }
         double mixed(int a, double b, long c, float d) { return a + b * c + d; }",
    );
    use Prim::*;
    for way in WAYS {
        let half = call(way, &signature(Float, prims(&[Float])), c.address("half"), &[Value::Float(5.0)]);
        assert_eq!(half.float(), 2.5);
        let args = [Value::Double(1.5), Value::Float(0.25)];
        assert_eq!(call(way, &signature(Double, prims(&[Double, Float])), c.address("sub"), &args).double(), 1.25);
        let third =
            call(way, &signature(LongDouble, prims(&[LongDouble])), c.address("third"), &[Value::LongDouble(1.0)]);
        // SAFETY: a long double has at least ten bytes.
        assert_eq!(unsafe { load_f80(third.bytes().as_ptr()) }, 1.0 / 3.0);
        let args = [Value::LongDouble(1.5), Value::Int(-4)];
        assert_eq!(
            call(way, &signature(Double, prims(&[LongDouble, Int])), c.address("of_long"), &args).double(),
            -6.0
        );
        let args = [1.0, 2.0, 3.0, 4.0, 5.0].map(Value::Double);
        assert_eq!(call(way, &signature(Double, prims(&[Double; 5])), c.address("five"), &args).double(), 54321.0);
        let args = [Value::Int(-3), Value::Double(0.5), Value::Int(8), Value::Float(0.125)];
        let mixed = signature(Double, prims(&[Int, Double, Long, Float]));
        assert_eq!(call(way, &mixed, c.address("mixed"), &args).double(), 1.125);
    }
}

/// A C function of many parameters that weighs each by its position.
fn weighing(name: &str, params: &[Prim]) -> String {
    let list: Vec<String> = params.iter().enumerate().map(|(i, prim)| format!("{} a{i}", prim.c_name())).collect();
    let sum: Vec<String> = (0..params.len()).map(|i| format!("(double)a{i} * {}", i + 1)).collect();
    format!("double {name}({}) {{ return {}; }}\n", list.join(", "), sum.join(" + "))
}

#[test]
fn many_arguments() {
    use Prim::*;
    let kinds = [Int, Double, SChar, Float, LongLong, UShort, LongDouble, Double];
    let mixed: Vec<Prim> = kinds.into_iter().cycle().take(30).collect();
    let lists: Vec<Vec<Prim>> = vec![
        vec![Int; 6],
        vec![Int; 7],
        vec![Int; 20],
        vec![Double; 8],
        vec![Double; 9],
        vec![Double; 20],
        [Int, Double].repeat(6),
        mixed,
        vec![Long; 33],
        [Int, Double].repeat(512),
    ];
    let source: String = lists.iter().enumerate().map(|(i, list)| weighing(&format!("f{i}"), list)).collect();
    let c = Compiled::new(&source);
    for (index, list) in lists.iter().enumerate() {
        let mut expected = 0.0;
        let mut args = Vec::new();
        for (position, prim) in list.iter().enumerate() {
            let value = (position * 7 % 50) as i64 - if *prim == UShort { 0 } else { 25 };
            expected += value as f64 * (position + 1) as f64;
            args.push(match prim {
                Float => Value::Float(value as f32),
                Double => Value::Double(value as f64),
                LongDouble => Value::LongDouble(value as f64),
                _ => Value::Int(value),
            });
        }
        for way in WAYS {
            let outcome = call(way, &signature(Double, prims(list)), c.address(&format!("f{index}")), &args);
            assert_eq!(outcome.double(), expected, "{} arguments, {way:?}", list.len());
        }
    }
}

#[test]
fn which_calls_need_no_libffi() {
    use Prim::*;
    let direct =
        |result: Type, params: &[Prim]| prepare(&signature(result, prims(params)), Way::Fastest).in_registers();
    let here = Abi::HOST == Abi::X86_64Linux;
    assert_eq!(direct(Int.into(), &[Int; 6]), here);
    assert_eq!(direct(Type::Void, &[Double; 8]), here);
    assert_eq!(direct(DoubleComplex.into(), &[Int, Float, Pointer]), here);
    assert!(!direct(Int.into(), &[Int; 7]));
    assert!(!direct(Int.into(), &[Double; 9]));
    assert!(!direct(LongDouble.into(), &[Int]));
    assert!(!direct(Int.into(), &[LongDouble]));
    assert!(!prepare(&signature(Int, prims(&[Int])), Way::Libffi).in_registers());
}

#[test]
fn one_prepared_call_serves_many_threads() {
    let c = Compiled::new("long long add(long long a, long long b) { return a + b; }");
    let sum = signature(Prim::LongLong, prims(&[Prim::LongLong; 2]));
    for way in WAYS {
        let call = prepare(&sum, way);
        let add = c.address("add") as usize;
        std::thread::scope(|scope| {
            for thread in 0..4i64 {
                let (call, sum) = (&call, &sum);
                scope.spawn(move || {
                    for i in 0..1000 {
                        let outcome = invoke(call, sum, add as *const c_void, &[Value::Int(thread), Value::Int(i)]);
                        assert_eq!(outcome.int(), thread + i);
                    }
                });
            }
        });
    }
}

#[test]
fn complex_numbers() {
    let c = Compiled::new(
        "#include <complex.h>
         float _Complex cf(float _Complex x, float y) { return x * y; }
         double _Complex cd(double _Complex x, double _Complex y) { return x * y; }
         long double _Complex cl(long double _Complex x, int y) { return x * y; }",
    );
    let pair = |re: f64, im: f64| Value::Bytes([re.to_le_bytes(), im.to_le_bytes()].concat());
    use Prim::*;
    for way in WAYS {
        let x = Value::Bytes([1.5f32.to_le_bytes(), (-2.0f32).to_le_bytes()].concat());
        let cf = call(
            way,
            &signature(FloatComplex, prims(&[FloatComplex, Float])),
            c.address("cf"),
            &[x, Value::Float(2.0)],
        );
        assert_eq!(cf.bytes(), [3.0f32.to_le_bytes(), (-4.0f32).to_le_bytes()].concat());
        cf.assert_exact("float complex");
        let cd = signature(DoubleComplex, prims(&[DoubleComplex, DoubleComplex]));
        let cd = call(way, &cd, c.address("cd"), &[pair(1.0, 2.0), pair(3.0, -1.0)]);
        assert_eq!(cd.bytes(), [5.0f64.to_le_bytes(), 5.0f64.to_le_bytes()].concat());
        cd.assert_exact("double complex");
        let half = LongDouble.size(Abi::HOST);
        let mut x = vec![0u8; 2 * half];
        // SAFETY: two long doubles.
        unsafe {
            store_f80(x.as_mut_ptr(), 0.5);
            store_f80(x.as_mut_ptr().add(half), -3.0);
        }
        let cl = signature(LongDoubleComplex, prims(&[LongDoubleComplex, Int]));
        let cl = call(way, &cl, c.address("cl"), &[Value::Bytes(x), Value::Int(4)]);
        // SAFETY: two long doubles.
        let parts = unsafe { (load_f80(cl.bytes().as_ptr()), load_f80(cl.bytes().as_ptr().add(half))) };
        assert_eq!(parts, (2.0, -12.0));
    }
}

#[test]
fn variadic_calls() {
    use Prim::*;
    let mut text = [0u8; 64];
    let format = c"%d|%.2f|%s|%lld|%.1Lf|%d %d %d|%.1f";
    let mut params = vec![Pointer, ULong, Pointer];
    params.extend([Int, Double, Pointer, LongLong, LongDouble, Int, Int, Int, Double]);
    let signature = Signature { fixed: 3, ..Signature::new(Int.into(), prims(&params)) };
    let args = [
        Value::Int(text.as_mut_ptr() as i64),
        Value::Int(text.len() as i64),
        Value::Int(format.as_ptr() as i64),
        Value::Int(-5),
        Value::Double(2.5),
        Value::Int(c"text".as_ptr() as i64),
        Value::Int(1 << 40),
        Value::LongDouble(0.5),
        Value::Int(1),
        Value::Int(2),
        Value::Int(-3),
        Value::Double(-0.5),
    ];
    let call = prepare(&signature, Way::Fastest);
    assert!(!call.in_registers(), "the callee wants to know the number of vector registers");
    let length = invoke(&call, &signature, libc::snprintf as *const c_void, &args).int() as i32;
    assert_eq!(&text[..length as usize], b"-5|2.50|text|1099511627776|0.5|1 2 -3|-0.5");
}

#[test]
fn refusals_name_the_place() {
    use Prim::*;
    let variadic = |last: Prim| Signature { fixed: 1, ..Signature::new(Int.into(), prims(&[Pointer, Int, last])) };
    for (prim, message) in [
        (Float, "argument 3 is variadic: float must be promoted to double"),
        (Bool, "argument 3 is variadic: _Bool must be promoted to int"),
        (UShort, "argument 3 is variadic: unsigned short must be promoted to int"),
    ] {
        let error = PreparedCall::new(&variadic(prim)).expect_err("unpromoted");
        assert!(matches!(error, Error::Unpromoted { place: Place::Parameter(2), .. }));
        assert_eq!(error.to_string(), message);
    }
    assert!(PreparedCall::new(&variadic(Double)).is_ok());
    let array = Type::array(Int.into(), 3).expect("an array");
    let error = PreparedCall::new(&signature(Int, vec![array.clone()])).expect_err("an array argument");
    assert_eq!(error.to_string(), "argument 1: an array cannot be passed by value");
    let error = PreparedCall::new(&signature(array, vec![])).expect_err("an array result");
    assert_eq!(error.to_string(), "the result: an array cannot be passed by value");
    let error = PreparedCall::new(&signature(Int, vec![Type::Void])).expect_err("a void argument");
    assert_eq!(error.to_string(), "argument 1: void cannot be passed by value");
    let counts = Signature { fixed: 2, ..Signature::new(Int.into(), prims(&[Int])) };
    assert!(matches!(PreparedCall::new(&counts), Err(Error::ParameterCount { params: 1, fixed: 2 })));
}
