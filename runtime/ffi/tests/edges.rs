//! The odd corners of by-value passing: aggregates without bytes, very large; other conventions.

mod support;

use std::ffi::c_void;
use std::sync::Arc;

use moonglue_abi::{FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type};
use moonglue_ffi::PreparedCall;
use support::{Compiled, Room, Value, WAYS, Way, call, closure, signature};

fn record(fields: Vec<Type>, align: Option<u32>) -> Type {
    let named = |(index, ty)| FieldDef { name: format!("f{index}"), ty, bits: None };
    let fields = fields.into_iter().enumerate().map(named).collect();
    let options = RecordOptions { align, ..RecordOptions::default() };
    let def = RecordDef { kind: RecordKind::Struct, name: "S".into(), base: None, fields, options };
    Type::Record(Arc::new(Record::new(def).expect("a sound struct")))
}

unsafe extern "C" fn difference(_: *mut c_void, args: *const *const u8, result: *mut u8) {
    // SAFETY: made with the signature int (int, struct {}, int); the middle one has an address, and no bytes.
    unsafe {
        assert!(!(*args.add(1)).is_null());
        let (a, b) = ((*args).cast::<i32>().read_unaligned(), (*args.add(2)).cast::<i32>().read_unaligned());
        result.cast::<i64>().write_unaligned((a - b).into());
    }
}

#[test]
fn empty_structs_travel_as_in_c() {
    let c = Compiled::new(
        "typedef struct {} E;
         int sub(int a, E e, int b) { return a - b; }
         E give(int *a) { *a = 5; E e; return e; }
         int tell(int (*f)(int, E, int)) { E e; return f(50, e, 8); }",
    );
    let empty = record(vec![], None);
    let sub = signature(Prim::Int, vec![Prim::Int.into(), empty.clone(), Prim::Int.into()]);
    for way in WAYS {
        let args = [Value::Int(7), Value::Bytes(vec![]), Value::Int(3)];
        assert_eq!(call(way, &sub, c.address("sub"), &args).int() as i32, 4);
        let mut written = 0i32;
        let give = signature(empty.clone(), vec![Prim::Pointer.into()]);
        let target = (&raw mut written) as usize;
        let outcome = call(way, &give, c.address("give"), &[Value::Int(target as i64)]);
        assert_eq!(written, 5);
        outcome.assert_exact("an empty struct");
    }
    let tell = signature(Prim::Int, vec![Prim::Pointer.into()]);
    for into in WAYS {
        let closure = closure(into, &sub, difference, std::ptr::null_mut());
        let args = [Value::Int(closure.code() as i64)];
        let outcome = call(Way::Fastest, &tell, c.address("tell"), &args);
        assert_eq!(outcome.int() as i32, 42, "{into:?}");
    }
}

#[test]
fn large_structs_by_value() {
    let c = Compiled::new(
        "typedef struct { int item[100000]; } Big;
         long long sum(Big b, int last) { long long s = 0; for (int i = 0; i < 100000; i++) s += b.item[i]; return s + last; }
         Big make(int first) { static Big b; for (int i = 0; i < 100000; i++) b.item[i] = first + i; return b; }",
    );
    let big = record(vec![Type::array(Prim::Int.into(), 100_000).expect("an array")], None);
    for way in WAYS {
        let made = call(way, &signature(big.clone(), vec![Prim::Int.into()]), c.address("make"), &[Value::Int(3)]);
        made.assert_exact("a large struct");
        let sum = signature(Prim::LongLong, vec![big.clone(), Prim::Int.into()]);
        let outcome = call(way, &sum, c.address("sum"), &[Value::Bytes(made.bytes().to_vec()), Value::Int(-1)]);
        let count = 100_000i64;
        assert_eq!(outcome.int(), 3 * count + count * (count - 1) / 2 - 1);
    }
    let error = PreparedCall::new(&signature(Prim::Int, vec![big.clone(), big])).expect_err("too much for a stack");
    assert_eq!(
        error.to_string(),
        "argument 2: passing more than 512 KiB of arguments by value is not supported on this platform"
    );
}

#[test]
fn an_over_aligned_result_lies_where_the_caller_says() {
    let wide = record(vec![Prim::Int.into()], Some(32));
    let c = Compiled::new(
        "typedef struct { int f0; } __attribute__((aligned(32))) W; W make(int x) { W w = {x}; return w; }",
    );
    for way in WAYS {
        let call = support::prepare(&signature(wide.clone(), vec![Prim::Int.into()]), way);
        assert_eq!(call.result_align(), 32);
        let mut room = Room::filled(0, call.result_size());
        let mut frame = vec![0u128; call.frame_size() / 16];
        assert_eq!(call.slot(0) % 16, if call.in_registers() { 8 } else { 0 });
        let base = frame.as_mut_ptr().cast::<u8>();
        // SAFETY: the slot lies in the frame; the room has the size and alignment of the result.
        unsafe {
            base.add(call.slot(0)).cast::<u64>().write(9);
            call.invoke(c.address("make"), base, room.as_mut_ptr());
        }
        assert_eq!(room.bytes()[..4], 9i32.to_le_bytes());
    }
}

#[cfg(target_arch = "x86")]
mod stdcall {
    use super::*;
    use moonglue_ffi::{Convention, Signature};

    unsafe extern "C" fn weigh(_: *mut c_void, args: *const *const u8, result: *mut u8) {
        // SAFETY: made with the signature int (int, int).
        unsafe {
            let (a, b) = ((*args).cast::<i32>().read_unaligned(), (*args.add(1)).cast::<i32>().read_unaligned());
            result.cast::<i64>().write_unaligned((a + 10 * b).into());
        }
    }

    #[test]
    fn the_callee_cleans_the_stack() {
        let c = Compiled::new(
            "__attribute__((stdcall)) double mix(int a, double b, char c) { return a + b * c; }
             int loop(__attribute__((stdcall)) int (*f)(int, int)) { int s = 0; for (int i = 0; i < 1000; i++) s += f(i, 1); return s; }",
        );
        let mix = signature(Prim::Double, vec![Prim::Int.into(), Prim::Double.into(), Prim::Char.into()]);
        let mix = Signature { convention: Convention::Stdcall, ..mix };
        for _ in 0..1000 {
            let args = [Value::Int(2), Value::Double(0.5), Value::Int(8)];
            assert_eq!(call(Way::Fastest, &mix, c.address("mix"), &args).double(), 6.0);
        }
        let kind = Signature { convention: Convention::Stdcall, ..signature(Prim::Int, vec![Prim::Int.into(); 2]) };
        let closure = closure(Way::Fastest, &kind, weigh, std::ptr::null_mut());
        let args = [Value::Int(closure.code() as i64)];
        let outcome = call(Way::Fastest, &signature(Prim::Int, vec![Prim::Pointer.into()]), c.address("loop"), &args);
        assert_eq!(outcome.int() as i32, 499_500 + 10_000);
    }
}
