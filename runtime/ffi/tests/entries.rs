//! The store of precompiled entries: what happens when it is empty, and to entries given back.
//!
//! It is one for the whole program, so that these tests wait for each other.

mod support;

use std::ffi::c_void;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use moonglue_abi::{Prim, Type};
use moonglue_ffi::{Closure, PreparedCall, Signature};
use support::{Value, Way, call, signature};

/// More than there are entries.
const MANY: i64 = 3000;

fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

unsafe extern "C" fn count(user: *mut c_void, args: *const *const u8, _: *mut u8) {
    // SAFETY: made with a counter as user data and one long long parameter.
    unsafe {
        let more = (*args).cast::<i64>().read_unaligned();
        (*user.cast::<AtomicI64>()).fetch_add(more, Ordering::Relaxed);
    }
}

fn kind() -> Signature {
    signature(Type::Void, vec![Prim::LongLong.into()])
}

fn counting(total: &AtomicI64) -> Closure {
    let user = (&raw const *total).cast_mut().cast();
    Closure::new(&kind(), count, user).expect("a callback")
}

/// Whether this platform has entries at all.
fn has_entries() -> bool {
    PreparedCall::new(&kind()).expect("a sound signature").in_registers()
}

#[test]
fn more_closures_than_entries() {
    let _alone = alone();
    let totals: Vec<AtomicI64> = (0..MANY).map(|_| AtomicI64::new(0)).collect();
    let closures: Vec<Closure> = totals.iter().map(counting).collect();
    let precompiled = closures.iter().filter(|it| it.is_precompiled()).count();
    assert_eq!(precompiled > 0, has_entries());
    assert!(precompiled < closures.len());
    for (index, closure) in closures.iter().enumerate() {
        let args = [Value::Int(index as i64 + 1)];
        call(Way::Fastest, &kind(), closure.code(), &args);
    }
    for (index, total) in totals.iter().enumerate() {
        assert_eq!(total.load(Ordering::Relaxed), index as i64 + 1, "{index}");
    }
    let codes: std::collections::HashSet<_> = closures.iter().map(Closure::code).collect();
    assert_eq!(codes.len(), closures.len());
}

#[test]
fn entries_come_back() {
    let _alone = alone();
    let (first, second) = (AtomicI64::new(0), AtomicI64::new(0));
    for _ in 0..MANY {
        let closure = counting(&first);
        assert_eq!(closure.is_precompiled(), has_entries());
    }
    let mut all: Vec<Closure> = (0..MANY).map(|_| counting(&first)).collect();
    let given_back = all.remove(7);
    let (code, precompiled) = (given_back.code(), given_back.is_precompiled());
    assert_eq!(precompiled, has_entries());
    drop(given_back);
    let taker = counting(&second);
    if precompiled {
        assert_eq!(taker.code(), code, "the only free entry");
    }
    for closure in &all {
        call(Way::Fastest, &kind(), closure.code(), &[Value::Int(1)]);
    }
    call(Way::Fastest, &kind(), taker.code(), &[Value::Int(5)]);
    assert_eq!((first.into_inner(), second.into_inner()), (MANY - 1, 5));
}

#[test]
fn threads_take_and_give_back_at_once() {
    let _alone = alone();
    std::thread::scope(|scope| {
        for seed in 0..4 {
            scope.spawn(move || {
                for round in 0..200 {
                    let count = 1 + (round * 7 + seed) % 13;
                    let totals: Vec<AtomicI64> = (0..count).map(|_| AtomicI64::new(0)).collect();
                    let closures: Vec<Closure> = totals.iter().map(counting).collect();
                    for (value, closure) in (1..).zip(&closures) {
                        // SAFETY: the closure has this type, and lives.
                        let function =
                            unsafe { std::mem::transmute::<*const c_void, unsafe extern "C" fn(i64)>(closure.code()) };
                        // SAFETY: as above.
                        unsafe { function(value) };
                    }
                    for (value, total) in (1..).zip(&totals) {
                        assert_eq!(total.load(Ordering::Relaxed), value);
                    }
                }
            });
        }
    });
}

/// Set in the process that is to die.
const VICTIM: &str = "MOONGLUE_TEST_CALLS_EMPTY_ENTRY";

#[test]
#[cfg(unix)]
fn an_empty_entry_says_so_and_aborts() {
    use std::os::unix::process::ExitStatusExt;

    if !has_entries() {
        eprintln!("not tested: this platform has no precompiled entries");
        return;
    }
    if std::env::var_os(VICTIM).is_some() {
        let total = AtomicI64::new(0);
        let closure = counting(&total);
        let code = closure.code();
        drop(closure);
        call(Way::Fastest, &kind(), code, &[Value::Int(1)]);
        return;
    }
    let program = std::env::current_exe().expect("this program");
    let output = std::process::Command::new(program)
        .args(["--exact", "an_empty_entry_says_so_and_aborts", "--nocapture"])
        .env(VICTIM, "1")
        .output()
        .expect("this program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{said}");
    assert!(said.contains("C called a callback that no longer exists"), "{said}");
}
