//! Calls and callbacks.

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use moonglue_abi::{Prim, Type};
use moonglue_ffi::Signature;

use super::*;

both_widths! {
    a_call_returns,
    errno_travels_with_calls,
    a_batch_returns_in_order,
    callbacks_nest_to_any_depth,
    a_thread_of_the_library_calls_back_while_its_maker_waits,
    many_threads_call_back_at_once,
    poll_serves_threads_that_call_while_nobody_calls,
    a_request_inside_a_callback_of_another_thread_is_served_by_it,
    a_freed_callback_ends_the_bridge_that_calls_it,
    bridges_of_several_threads_do_not_meet,
    what_is_not_there_is_refused,
    the_socket_alone_does_all_this,
}

fn int_callback(session: &Session) -> (u32, u64) {
    let signature = Signature::new(Prim::Int.into(), vec![Prim::Int.into()]);
    session.bridge.new_callback(&signature, false).unwrap()
}

fn pointer(address: u64) -> (Prim, i64) {
    (Prim::Pointer, address.cast_signed())
}

fn int(value: i64) -> (Prim, i64) {
    (Prim::Int, value)
}

fn a_call_returns(bits: Bits) {
    let session = Session::new(bits, "crash");
    assert_eq!(session.call("crash_add", &[int(40), int(2)]).unwrap(), 42);
    assert_eq!(session.call("crash_add", &[int(-40), int(-2)]).unwrap(), -42);
    let statistics = session.bridge.statistics().unwrap();
    assert_eq!((statistics.calls, statistics.remote.calls), (2, 2));
    assert_eq!(statistics.remote.libraries, 1);
    assert_eq!(statistics.remote.signatures, 1);
}

fn errno_travels_with_calls(bits: Bits) {
    let session = Session::new(bits, "callbacks");
    let signature = Signature::new(Prim::Int.into(), Vec::new());
    let (_, code) = session.bridge.new_callback(&signature, true).unwrap();
    struct Sets(Option<i32>);
    impl CallbackHandler for Sets {
        fn handle(&mut self, incoming: &Incoming<'_>, _: &mut Vec<u8>) -> Option<i32> {
            self.0 = incoming.errno;
            Some(7)
        }
    }
    let mut handler = Sets(None);
    assert_eq!(session.call_with("errno_after", &[pointer(code)], None, &mut handler).unwrap(), 7);
    assert_eq!(handler.0, Some(0));
}

fn a_batch_returns_in_order(bits: Bits) {
    let session = Session::new(bits, "crash");
    let prepared = session.bridge.prepare(&Signature::new(Prim::Int.into(), vec![Type::Prim(Prim::Int); 2])).unwrap();
    let (code, label) = (session.code("crash_add"), session.label("crash_add"));
    let frames: Vec<Vec<u8>> = (0..3000i64)
        .map(|number| {
            let mut frame = vec![0; prepared.frame_size()];
            frame[prepared.slot(0)..][..8].copy_from_slice(&number.to_le_bytes());
            frame[prepared.slot(1)..][..8].copy_from_slice(&1i64.to_le_bytes());
            frame
        })
        .collect();
    let calls: Vec<Call<'_>> =
        frames.iter().map(|frame| Call { prepared: &prepared, code, errno: None, frame, label: &label }).collect();
    let mut next = 0;
    let each = |index: usize, result: &[u8], _| {
        assert_eq!(index, next);
        assert_eq!(i32::from_le_bytes(result[..4].try_into().unwrap()), index as i32 + 1);
        next += 1;
    };
    session.bridge.batch(&calls, None, &mut NoCallbacks, each).unwrap();
    assert_eq!(next, calls.len());
}

/// `call_twice` of a callback that, down to 0, calls `call_twice` of itself.
struct Descend<'a> {
    session: &'a Session,
    code: u64,
    served: &'a Cell<u32>,
}

impl CallbackHandler for Descend<'_> {
    fn handle(&mut self, incoming: &Incoming<'_>, result: &mut Vec<u8>) -> Option<i32> {
        self.served.set(self.served.get() + 1);
        let depth = i32::from_le_bytes(incoming.argument(0).try_into().unwrap());
        if depth > 0 {
            let mut inner = Descend { session: self.session, code: self.code, served: self.served };
            let params = [pointer(self.code), int(i64::from(depth) - 1)];
            let answer = self.session.call_with("call_twice", &params, None, &mut inner).unwrap();
            assert_eq!(answer, 0);
        }
        result.extend_from_slice(&0i64.to_le_bytes());
        None
    }
}

fn callbacks_nest_to_any_depth(bits: Bits) {
    let session = Session::new(bits, "callbacks");
    let (_, code) = int_callback(&session);
    let served = Cell::new(0);
    let mut handler = Descend { session: &session, code, served: &served };
    assert_eq!(session.call_with("call_twice", &[pointer(code), int(100)], None, &mut handler).unwrap(), 0);
    // Each level calls with its depth and then with the 0 that came out.
    assert_eq!(served.get(), 202);
}

fn a_thread_of_the_library_calls_back_while_its_maker_waits(bits: Bits) {
    let session = Session::new(bits, "callbacks");
    let (_, code) = int_callback(&session);
    let mut handler = Ints(|value| value * 2);
    assert_eq!(session.call_with("call_on_thread", &[pointer(code), int(21)], None, &mut handler).unwrap(), 42);
}

fn many_threads_call_back_at_once(bits: Bits) {
    let session = Session::new(bits, "callbacks");
    let (_, code) = int_callback(&session);
    for _ in 0..5 {
        let mut handler = Ints(|value| value + 1);
        let sum = session.call_with("call_on_threads", &[pointer(code), int(50)], None, &mut handler).unwrap();
        assert_eq!(sum, 50 * 51 / 2);
    }
}

fn poll_serves_threads_that_call_while_nobody_calls(bits: Bits) {
    let session = Session::new(bits, "callbacks");
    let (_, code) = int_callback(&session);
    assert_eq!(session.call("start_background", &[pointer(code), int(5)]).unwrap(), 0);
    let mut handler = Ints(|value| value * 3);
    let mut served = 0;
    while served == 0 {
        served = session.bridge.poll(&mut handler).unwrap();
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(served, 1);
    assert_eq!(session.call("join_background", &[]).unwrap(), 15);
}

fn a_request_inside_a_callback_of_another_thread_is_served_by_it(bits: Bits) {
    let session = Session::new(bits, "callbacks");
    let (_, code) = int_callback(&session);
    // The calling thread waits for the thread that calls back, so it cannot serve anything meanwhile.
    let mut handler = Ints(|value: i32| {
        session.bridge.ping().unwrap();
        let mut inner = Ints(|value| value + 1);
        session.call_with("call_twice", &[pointer(code), int(value.into())], None, &mut inner).unwrap() as i32
    });
    assert_eq!(session.call_with("call_on_thread", &[pointer(code), int(1)], None, &mut handler).unwrap(), 3);
}

fn a_freed_callback_ends_the_bridge_that_calls_it(bits: Bits) {
    let options = StartOptions { output: Output::Capture { keep: 1000, sink: None }, ..options(bits) };
    let session = Session::of(Bridge::start(&options).unwrap(), bits, "callbacks");
    let (id, code) = int_callback(&session);
    let mut handler = Ints(|value| value);
    assert_eq!(session.call_with("call_twice", &[pointer(code), int(3)], None, &mut handler).unwrap(), 3);
    session.bridge.free_callback(id).unwrap();
    let called = session.call("call_twice", &[pointer(code), int(3)]);
    let Err(Error::Dead(death)) = called else { panic!("{called:?}") };
    assert!(death.output.contains("which no longer exists"), "{death}");
}

fn bridges_of_several_threads_do_not_meet(bits: Bits) {
    let work = move |number: i64| {
        let mut numbers = Vec::new();
        for round in 0..3 {
            let session = Session::new(bits, "crash");
            numbers.push(session.bridge.number());
            for value in 0..500 {
                let sum = session.call("crash_add", &[int(number * 1000), int(value)]).unwrap();
                assert_eq!(sum, number * 1000 + value);
            }
            if round == 1 {
                assert!(matches!(session.call("crash_abort", &[]), Err(Error::Dead(_))));
            }
        }
        numbers
    };
    let workers: Vec<_> = (0..4).map(|number| thread::spawn(move || work(number))).collect();
    let mut numbers: Vec<u16> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 12);
}

fn what_is_not_there_is_refused(bits: Bits) {
    let session = Session::new(bits, "crash");
    let bridge = &session.bridge;
    assert_eq!(bridge.symbol(session.library, "no_such_function").unwrap(), None);
    assert!(matches!(bridge.symbol(99, "x"), Err(Error::Refused(_))));
    assert!(matches!(bridge.close(99), Err(Error::Refused(_))));
    assert!(matches!(bridge.free(0x1234), Err(Error::Refused(_))));
    let missing = bridge.load(Some("libno_such_library.so"), false);
    let Err(Error::Load(failure)) = missing else { panic!("{missing:?}") };
    assert_eq!(failure.problem, moonglue_wire::LoadProblem::NotFound);
    assert!(!failure.searched.is_empty());
    let other = match bits {
        Bits::Same => Bits::ThirtyTwo,
        Bits::ThirtyTwo => Bits::Same,
    };
    let wrong = bridge.load(Some(&fixture(other, "crash")), false);
    let Err(Error::Load(failure)) = wrong else { panic!("{wrong:?}") };
    assert_eq!(failure.problem, moonglue_wire::LoadProblem::WrongMachine);
    assert_eq!(session.call("crash_add", &[int(1), int(2)]).unwrap(), 3);
}

fn the_socket_alone_does_all_this(bits: Bits) {
    let options = StartOptions { transport: Transport::Socket, ..options(bits) };
    let session = Session::of(Bridge::start(&options).unwrap(), bits, "callbacks");
    let (_, code) = int_callback(&session);
    let mut handler = Ints(|value| value + 1);
    let sum = session.call_with("call_on_threads", &[pointer(code), int(10)], None, &mut handler).unwrap();
    assert_eq!(sum, 55);
}
