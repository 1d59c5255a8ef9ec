//! Loading, looking up, calling and being called, message by message.

mod support;

use std::sync::Arc;

use moonglue_abi::{FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type};
use moonglue_wire::{Batch, Call, Load, LoadProblem, Reply, Request, argument_places};
use support::{Host, Workshop, frame};

const SOURCE: &str = r#"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
int add(int a, int b) { return a + b; }
double scale(double x, float by) { return x * by; }
long long negate(long long x) { return -x; }
int take_errno(int next) { int found = errno; errno = next; return found; }
struct mixed { char c; double d; int i; };
struct mixed turn(struct mixed m, struct mixed const *by) { m.c++; m.d *= by->d; m.i = -m.i; return m; }
int apply(int (*f)(int, double), int n) { int sum = 0; for (int i = 0; i < n; i++) sum += f(i, i * 0.5); return sum; }
struct mixed ask(struct mixed (*f)(struct mixed)) { struct mixed m = {'a', 1.5, 40}; return f(m); }
int down(int (*f)(int), int n) { return n == 0 ? 0 : n + f(n - 1); }
static void *runner(void *f) { return (void *)(long)((int (*)(int))f)(20); }
int on_thread(int (*f)(int)) { pthread_t t; void *r; pthread_create(&t, 0, runner, (void *)f); pthread_join(t, &r); return (int)(long)r; }
static pthread_t later;
void begin(int (*f)(int)) { pthread_create(&later, 0, runner, (void *)f); }
int finish(void) { void *r; pthread_join(later, &r); return (int)(long)r; }
struct work { int (*f)(int); int start, sum; };
static void *many_run(void *p) { struct work *w = p; for (int i = 0; i < 500; i++) w->sum += w->f(w->start + i); return 0; }
int many(int (*f)(int)) {
    struct work work[8]; pthread_t threads[8]; int sum = 0;
    for (int i = 0; i < 8; i++) { work[i] = (struct work){f, i * 500, 0}; pthread_create(&threads[i], 0, many_run, &work[i]); }
    for (int i = 0; i < 500; i++) sum += f(4000 + i);
    for (int i = 0; i < 8; i++) { pthread_join(threads[i], 0); sum += work[i].sum; }
    return sum;
}
int see_errno(int (*f)(void)) { errno = 33; int r = f(); return r * 1000 + errno; }
"#;

struct Fixture {
    host: Host,
    library: u32,
    _workshop: Workshop,
}

fn fixture() -> Fixture {
    let workshop = Workshop::new();
    let mut host = Host::start();
    let library = host.load(&workshop.library("calls", SOURCE));
    Fixture { host, library, _workshop: workshop }
}

fn prim(prim: Prim) -> Type {
    Type::Prim(prim)
}

fn mixed() -> Type {
    let field = |name: &str, of: Prim| FieldDef { name: name.to_owned(), ty: of.into(), bits: None };
    Type::Record(Arc::new(
        Record::new(RecordDef {
            kind: RecordKind::Struct,
            name: "mixed".to_owned(),
            base: None,
            fields: vec![field("c", Prim::Char), field("d", Prim::Double), field("i", Prim::Int)],
            options: RecordOptions::default(),
        })
        .unwrap(),
    ))
}

/// The bytes of a `struct mixed` here.
fn mixed_bytes(c: u8, d: f64, i: i32) -> Vec<u8> {
    let align = if cfg!(target_arch = "x86") { 4 } else { 8 };
    let mut bytes = vec![c];
    bytes.resize(align, 0);
    bytes.extend(d.to_le_bytes());
    bytes.extend(i.to_le_bytes());
    bytes.resize(bytes.len().next_multiple_of(align), 0);
    bytes
}

fn int(result: &(Vec<u8>, i32)) -> i32 {
    i32::from_le_bytes(result.0[..4].try_into().unwrap())
}

#[test]
fn scalars_go_and_come() {
    let Fixture { mut host, library, _workshop } = fixture();
    let add = host.function(library, "add", Prim::Int, &[prim(Prim::Int), prim(Prim::Int)]);
    assert_eq!(int(&host.call(&add, &[2, 40])), 42);
    assert_eq!(int(&host.call(&add, &[-5i64 as u64, 3])), -2);
    let scale = host.function(library, "scale", Prim::Double, &[prim(Prim::Double), prim(Prim::Float)]);
    let result = host.call(&scale, &[3.0f64.to_bits(), 0.5f32.to_bits().into()]).0;
    assert_eq!(f64::from_le_bytes(result[..8].try_into().unwrap()), 1.5);
    let negate = host.function(library, "negate", Prim::LongLong, &[prim(Prim::LongLong)]);
    let result = host.call(&negate, &[0x1234_5678_9abc]).0;
    assert_eq!(i64::from_le_bytes(result[..8].try_into().unwrap()), -0x1234_5678_9abc);
}

#[test]
fn frames_go_through_rings_too() {
    let workshop = Workshop::new();
    let mut host = Host::start_with(true);
    let library = host.load(&workshop.library("calls", SOURCE));
    let add = host.function(library, "add", Prim::Int, &[prim(Prim::Int), prim(Prim::Int)]);
    for i in 0..5000u64 {
        assert_eq!(int(&host.call(&add, &[i, 1])), i as i32 + 1);
    }
    let f = host.callback(3, Prim::Int, &[prim(Prim::Int), prim(Prim::Double)], false);
    host.on_callback = Some(Box::new(|_, _, arguments, _| (arguments[..4].to_vec(), None)));
    let apply = host.function(library, "apply", Prim::Int, &[prim(Prim::Pointer), prim(Prim::Int)]);
    assert_eq!(int(&host.call(&apply, &[f, 1000])), 499_500);
    assert!(host.shut_down().status.success());
}

#[test]
fn structs_travel_by_value_and_by_address() {
    let Fixture { mut host, library, _workshop } = fixture();
    let by = mixed_bytes(0, 4.0, 0);
    let at = host.address(&Request::Allocate(moonglue_wire::Allocation { len: by.len() as u64, align: 8 }));
    host.done(&Request::Write { address: at, bytes: &by });
    let turn = host.function(library, "turn", mixed(), &[mixed(), prim(Prim::Pointer)]);
    let args = [mixed_bytes(b'x', 2.5, 7), at.to_le_bytes().to_vec()];
    let (result, _) = host.call_with(&turn, &args, None);
    let expected = mixed_bytes(b'y', 10.0, -7);
    // What lies between the fields is nobody's business.
    let (d, i) = if cfg!(target_arch = "x86") { (4, 12) } else { (8, 16) };
    assert_eq!(result[0], expected[0]);
    assert_eq!(result[d..i + 4], expected[d..i + 4]);
    host.done(&Request::Free { address: at });
    assert!(host.refused(&Request::Free { address: at }).contains("nothing was allocated"));
}

#[test]
fn errno_goes_in_and_out_and_stays_between_calls() {
    let Fixture { mut host, library, _workshop } = fixture();
    let take = host.function(library, "take_errno", Prim::Int, &[prim(Prim::Int)]);
    let next = |value: i64| [value.to_le_bytes().to_vec()];
    let first = host.call_with(&take, &next(5), Some(17));
    assert_eq!((int(&first), first.1), (17, 5));
    host.done(&Request::Ping);
    let second = host.call_with(&take, &next(6), None);
    assert_eq!((int(&second), second.1), (5, 6), "what the call before left");
}

#[test]
fn a_batch_is_many_calls_in_order() {
    let Fixture { mut host, library, _workshop } = fixture();
    let add = host.function(library, "add", Prim::Int, &[prim(Prim::Int), prim(Prim::Int)]);
    let take = host.function(library, "take_errno", Prim::Int, &[prim(Prim::Int)]);
    let frames: Vec<_> =
        (0..1000u64).map(|i| frame(&add.prepared, &[i.to_le_bytes().to_vec(), 7u64.to_le_bytes().to_vec()])).collect();
    let mut calls: Vec<_> = frames
        .iter()
        .map(|frame| Call { signature: add.prepared.id, code: add.code, function: 1, errno: None, frame })
        .collect();
    let last = frame(&take.prepared, &[9u64.to_le_bytes().to_vec()]);
    calls.push(Call { signature: take.prepared.id, code: take.code, function: 2, errno: Some(8), frame: &last });
    host.ask(&Request::Batch(Batch { calls: calls.clone() }), |reply| {
        let Reply::Batched(results) = reply else { panic!("{reply:?}") };
        let sums: Vec<_> = results.iter().map(|one| int(&(one.result.to_vec(), one.errno))).collect();
        assert_eq!(sums[..1000], (7..1007).collect::<Vec<_>>());
        assert_eq!((sums[1000], results[1000].errno), (8, 9));
    });
    calls[500].signature = 99;
    assert!(host.refused(&Request::Batch(Batch { calls })).contains("no prepared signature 99"));
}

#[test]
fn c_calls_back() {
    let Fixture { mut host, library, _workshop } = fixture();
    let f = host.callback(3, Prim::Int, &[prim(Prim::Int), prim(Prim::Double)], false);
    let places: Vec<_> = argument_places([4, 8]).collect();
    host.on_callback = Some(Box::new(move |_, id, arguments, errno| {
        assert_eq!((id, errno), (3, None));
        let i = i32::from_le_bytes(arguments[places[0].clone()].try_into().unwrap());
        let half = f64::from_le_bytes(arguments[places[1].clone()].try_into().unwrap());
        assert_eq!(half, f64::from(i) * 0.5);
        (i64::from(i * 2).to_le_bytes().to_vec(), None)
    }));
    let apply = host.function(library, "apply", Prim::Int, &[prim(Prim::Pointer), prim(Prim::Int)]);
    assert_eq!(int(&host.call(&apply, &[f, 100])), 9900);
}

#[test]
fn callbacks_come_and_go_without_end() {
    let Fixture { mut host, library, _workshop } = fixture();
    let down = host.function(library, "down", Prim::Int, &[prim(Prim::Pointer), prim(Prim::Int)]);
    let resident = |host: &Host| {
        let status = std::fs::read_to_string(format!("/proc/{}/status", host.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let mut after_some = 0;
    for id in 0..30_000 {
        let f = host.callback(id, Prim::Int, &[prim(Prim::Int)], false);
        if id % 1000 == 0 {
            // One that is freed while it is being called, too.
            host.on_callback = Some(Box::new(move |host, id, _, _| {
                host.done(&Request::FreeCallback { id });
                (5i64.to_le_bytes().to_vec(), None)
            }));
            assert_eq!(int(&host.call(&down, &[f, 1])), 6);
        } else {
            host.done(&Request::FreeCallback { id });
        }
        if id == 10_000 {
            after_some = resident(&host);
        }
    }
    let grown = resident(&host).saturating_sub(after_some);
    assert!(grown < 1000, "{grown} KiB more");
}

#[test]
fn structs_go_through_callbacks() {
    let Fixture { mut host, library, _workshop } = fixture();
    let f = host.callback(0, mixed(), &[mixed()], false);
    host.on_callback = Some(Box::new(|_, _, arguments, _| {
        let (d, i) = if cfg!(target_arch = "x86") { (4, 12) } else { (8, 16) };
        assert_eq!(arguments[0], b'a');
        assert_eq!(arguments[d..d + 8], 1.5f64.to_le_bytes());
        assert_eq!(arguments[i..i + 4], 40i32.to_le_bytes());
        (mixed_bytes(b'z', -2.5, 41), None)
    }));
    let ask = host.function(library, "ask", mixed(), &[prim(Prim::Pointer)]);
    let (result, _) = host.call(&ask, &[f]);
    let expected = mixed_bytes(b'z', -2.5, 41);
    assert_eq!(result[..expected.len()], expected);
}

#[test]
fn calls_nest_in_both_directions() {
    let Fixture { mut host, library, _workshop } = fixture();
    let f = host.callback(0, Prim::Int, &[prim(Prim::Int)], false);
    fn descend(host: &mut Host, down: &Arc<support::Function>, f: u64, n: i32) -> i32 {
        let again = down.clone();
        host.on_callback = Some(Box::new(move |host, _, arguments, _| {
            let n = i32::from_le_bytes(arguments[..4].try_into().unwrap());
            let below = descend(host, &again, f, n);
            (i64::from(below).to_le_bytes().to_vec(), None)
        }));
        int(&host.call(down, &[f, n as u64]))
    }
    let down = Arc::new(host.function(library, "down", Prim::Int, &[prim(Prim::Pointer), prim(Prim::Int)]));
    assert_eq!(descend(&mut host, &down, f, 200), 20_100);
}

#[test]
fn other_threads_call_back_and_serve_meanwhile() {
    let Fixture { mut host, library, _workshop } = fixture();
    let f = host.callback(0, Prim::Int, &[prim(Prim::Int)], false);
    let add = host.function(library, "add", Prim::Int, &[prim(Prim::Int), prim(Prim::Int)]);
    host.on_callback = Some(Box::new(move |host, _, arguments, _| {
        assert_ne!(host.thread, 0, "a thread of the library's");
        let n = i32::from_le_bytes(arguments[..4].try_into().unwrap());
        // The calling thread is busy waiting for this one: only this one can make the call.
        let sum = int(&host.call(&add, &[n as u64, 3]));
        (i64::from(sum).to_le_bytes().to_vec(), None)
    }));
    let on_thread = host.function(library, "on_thread", Prim::Int, &[prim(Prim::Pointer)]);
    assert_eq!(int(&host.call(&on_thread, &[f])), 23);
    // And while nothing is being called: it is answered when the host next looks.
    let begin = host.function(library, "begin", Type::Void, &[prim(Prim::Pointer)]);
    let finish = host.function(library, "finish", Prim::Int, &[]);
    host.call(&begin, &[f]);
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(int(&host.call(&finish, &[])), 23);
}

#[test]
fn many_threads_call_back_at_once() {
    for rings in [false, true] {
        let workshop = Workshop::new();
        let mut host = Host::start_with(rings);
        let library = host.load(&workshop.library("calls", SOURCE));
        let f = host.callback(0, Prim::Int, &[prim(Prim::Int)], false);
        let add = host.function(library, "add", Prim::Int, &[prim(Prim::Int), prim(Prim::Int)]);
        let mut seen = std::collections::BTreeSet::new();
        host.on_callback = Some(Box::new(move |host, _, arguments, _| {
            let n = i32::from_le_bytes(arguments[..4].try_into().unwrap());
            assert!(seen.insert(n), "{n} twice");
            // Now and then the thread is asked for something first.
            let answer = if n % 7 == 0 { int(&host.call(&add, &[n as u64, n as u64])) } else { 2 * n };
            (i64::from(answer).to_le_bytes().to_vec(), None)
        }));
        let many = host.function(library, "many", Prim::Int, &[prim(Prim::Pointer)]);
        assert_eq!(int(&host.call(&many, &[f])), (0..4500).sum::<i32>() * 2);
    }
}

#[test]
fn errno_goes_through_callbacks() {
    let Fixture { mut host, library, _workshop } = fixture();
    let see = host.function(library, "see_errno", Prim::Int, &[prim(Prim::Pointer)]);
    let plain = host.callback(0, Prim::Int, &[], false);
    host.on_callback = Some(Box::new(|_, _, _, errno| {
        assert_eq!(errno, None);
        (1i64.to_le_bytes().to_vec(), None)
    }));
    assert_eq!(int(&host.call(&see, &[plain])), 1033, "C's own is not disturbed");
    let with = host.callback(1, Prim::Int, &[], true);
    host.on_callback = Some(Box::new(|_, _, _, errno| {
        assert_eq!(errno, Some(33));
        (2i64.to_le_bytes().to_vec(), Some(44))
    }));
    assert_eq!(int(&host.call(&see, &[with])), 2044);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let Fixture { mut host, library, _workshop } = fixture();
    assert_eq!(host.address(&Request::Symbol { library, name: "no_such" }), 0);
    assert_eq!(host.address(&Request::Symbol { library, name: "a\0b" }), 0);
    assert!(host.refused(&Request::Symbol { library: 9, name: "add" }).contains("no library 9"));
    let add = host.function(library, "add", Prim::Int, &[prim(Prim::Int), prim(Prim::Int)]);
    let frame = vec![0; add.prepared.frame_size as usize + 1];
    let call = Call { signature: add.prepared.id, code: add.code, function: 0, errno: None, frame: &frame };
    assert!(host.refused(&Request::Call(call)).contains("a frame of"));
    assert!(host.refused(&Request::FreeCallback { id: 5 }).contains("no such callback"));
    host.done(&Request::Close { library });
    assert!(host.refused(&Request::Close { library }).contains("no library"));
    host.ask(&Request::Usage, |reply| {
        let Reply::Usage(usage) = reply else { panic!("{reply:?}") };
        assert_eq!((usage.libraries, usage.calls, usage.signatures), (0, 0, 1));
    });
}

#[test]
fn failures_to_load_are_explained() {
    let workshop = Workshop::new();
    let mut host = Host::start();
    let missing = std::path::Path::new("/nowhere/libmissing.so");
    let mut fails = |path: &std::path::Path, then: &dyn Fn(&moonglue_wire::LoadFailure<'_>)| {
        host.ask(&Request::Load(Load { name: path.to_str(), global: false }), |reply| match reply {
            Reply::LoadFailed(failure) => then(failure),
            other => panic!("{other:?}"),
        });
    };
    fails(missing, &|failure| {
        assert_eq!((failure.problem, failure.errno), (LoadProblem::NotFound, Some(libc::ENOENT)));
        assert!(failure.message.contains("/nowhere/libmissing.so"), "{failure:?}");
        assert!(!failure.searched.is_empty(), "{failure:?}");
    });
    let machine = workshop.library("other", "int f;");
    let mut bytes = std::fs::read(&machine).unwrap();
    bytes[18] = 40; // the same file, said to be for another processor
    std::fs::write(&machine, bytes).unwrap();
    fails(&machine, &|failure| {
        assert_eq!(failure.problem, LoadProblem::WrongMachine, "{failure:?}");
        assert!(failure.machine.is_some_and(|machine| machine.contains("ARM")), "{failure:?}");
    });
}
