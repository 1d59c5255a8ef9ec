//! How bridges end, and what is said of it.

use std::time::{Duration, Instant};

use moonglue_abi::Prim;

use super::*;

both_widths! {
    a_fault_names_its_address_function_and_library,
    other_ends_are_told_apart,
    a_crash_on_another_thread_is_told_too,
    what_takes_too_long_is_killed,
    a_bridge_that_was_killed_says_so,
    the_last_output_is_in_the_message,
    a_flood_of_output_stops_nobody,
    another_bridge_lives_on,
    dropping_ends_the_process,
}

fn captured(bits: Bits) -> Session {
    let options = StartOptions { output: Output::Capture { keep: 4096, sink: None }, ..options(bits) };
    Session::of(Bridge::start(&options).unwrap(), bits, "crash")
}

fn death_of(session: &Session, function: &str, params: &[(Prim, i64)]) -> Rc<Death> {
    match session.call(function, params) {
        Err(Error::Dead(death)) => death,
        other => panic!("{other:?}"),
    }
}

fn pid_of(session: &Session) -> u32 {
    session.bridge.pid()
}

fn a_fault_names_its_address_function_and_library(bits: Bits) {
    let session = captured(bits);
    let begun = Instant::now();
    let death = death_of(&session, "crash_segv", &[(Prim::Pointer, 0x10)]);
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(death.signal(), Some(libc::SIGSEGV));
    assert_eq!(death.address(), Some(0x10));
    assert_eq!(death.function(), Some("crash_segv"));
    assert_eq!(death.module(), Some("libcrash.so"));
    let expected =
        format!("the bridge (pid {}) died of SIGSEGV at address 0x10 in crash_segv of libcrash.so", pid_of(&session));
    assert_eq!(death.to_string(), expected);
    assert!(!session.bridge.is_alive());
    // From now on everything says the same.
    assert!(matches!(session.bridge.ping(), Err(Error::Dead(_))));
    assert!(matches!(session.bridge.read(0, &mut [0]), Err(Error::Dead(_))));
    assert!(matches!(session.bridge.poll(&mut NoCallbacks), Err(Error::Dead(_))));
    assert!(matches!(session.bridge.memory_map(), Err(Error::Dead(_))));
    assert!(matches!(session.bridge.arena_alloc(1 << 20, 16), Err(Error::Dead(_))));
}

fn other_ends_are_told_apart(bits: Bits) {
    let text = |function: &str, params: &[(Prim, i64)]| {
        let session = captured(bits);
        let text = death_of(&session, function, params).to_string();
        text.replace(&pid_of(&session).to_string(), "PID").lines().next().unwrap().to_owned()
    };
    let abort = text("crash_abort", &[]);
    assert!(abort.starts_with("the bridge (pid PID) died of SIGABRT in "), "{abort}");
    assert!(abort.contains("crash_abort of libcrash.so"), "{abort}");
    let divide = text("crash_divide", &[(Prim::Int, 1), (Prim::Int, 0)]);
    assert_eq!(divide, "the bridge (pid PID) died of SIGFPE in crash_divide of libcrash.so");
    let overflow = text("crash_overflow", &[(Prim::Int, 0)]);
    assert!(overflow.contains("SIGSEGV at address"), "{overflow}");
    assert!(overflow.contains("crash_overflow of libcrash.so"), "{overflow}");
    let exit = text("crash_exit", &[(Prim::Int, 3)]);
    assert!(exit.starts_with("the bridge (pid PID) ended because exit(3) was called"), "{exit}");
    assert!(exit.contains("crash_exit of libcrash.so"), "{exit}");
    let at_once = text("crash_exit_at_once", &[(Prim::Int, 4)]);
    assert_eq!(at_once, "the bridge (pid PID) ended with exit code 4 in crash_exit_at_once of libcrash.so");
    let kill = text("crash_kill", &[(Prim::Int, libc::SIGKILL.into())]);
    assert_eq!(kill, "the bridge (pid PID) died of SIGKILL in crash_kill of libcrash.so");
}

fn a_crash_on_another_thread_is_told_too(bits: Bits) {
    let session = captured(bits);
    let how = session.bridge.arena_alloc(16, 16).unwrap();
    how.write(0, b"fault\0");
    let death = death_of(&session, "crash_in_thread", &[(Prim::Pointer, how.remote().cast_signed())]);
    let text = death.to_string();
    assert!(text.contains("died of SIGSEGV at address 0x10"), "{text}");
}

fn what_takes_too_long_is_killed(bits: Bits) {
    for function in ["crash_spin", "crash_sleep"] {
        let session = captured(bits);
        let params: &[_] = if function == "crash_sleep" { &[(Prim::Int, 100)] } else { &[] };
        let begun = Instant::now();
        let limit = Duration::from_millis(100);
        let ended = session.call_with(function, params, Some(limit), &mut NoCallbacks);
        let Err(Error::Timeout { what, limit: said, .. }) = &ended else { panic!("{ended:?}") };
        assert_eq!((what.as_str(), *said), (&*format!("{function} of libcrash.so"), limit));
        assert!(begun.elapsed() >= limit && begun.elapsed() < Duration::from_secs(10));
        let after = session.call("crash_add", &[(Prim::Int, 1), (Prim::Int, 2)]);
        let Err(Error::Dead(death)) = after else { panic!("{after:?}") };
        assert!(death.to_string().ends_with("took longer than 0.1 s"), "{death}");
        assert_eq!(death.signal(), None);
    }
}

fn a_bridge_that_was_killed_says_so(bits: Bits) {
    let session = captured(bits);
    session.bridge.kill();
    let text = session.bridge.ping().unwrap_err().to_string();
    assert_eq!(text, format!("the bridge (pid {}) was killed", pid_of(&session)));

    let session = captured(bits);
    session.bridge.shutdown(Duration::from_secs(5));
    let death = session.bridge.death().unwrap();
    assert_eq!(death.end, End::Exit(0));
    assert!(death.to_string().ends_with("was shut down"), "{death}");
}

fn the_last_output_is_in_the_message(bits: Bits) {
    let session = captured(bits);
    let text = session.bridge.arena_alloc(64, 16).unwrap();
    text.write(0, b"the device is on fire\n\0");
    let death = death_of(&session, "crash_abort_saying", &[(Prim::Pointer, text.remote().cast_signed())]);
    assert!(death.to_string().ends_with("\n  its last output:\n    the device is on fire"), "{death}");
}

fn a_flood_of_output_stops_nobody(bits: Bits) {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(0));
    let counter = seen.clone();
    let sink = Sink(std::sync::Arc::new(move |_, bytes: &[u8]| *counter.lock().unwrap() += bytes.len()));
    let options = StartOptions { output: Output::Capture { keep: 1000, sink: Some(sink) }, ..options(bits) };
    let session = Session::of(Bridge::start(&options).unwrap(), bits, "crash");
    // C writes standard error byte by byte.
    const BYTES: [i64; 2] = [20_000_000, 300_000];
    for (stream, bytes) in [1, 2].into_iter().zip(BYTES) {
        session.call("crash_print", &[(Prim::Int, stream), (Prim::Int, bytes)]).unwrap();
    }
    session.bridge.shutdown(Duration::from_secs(5));
    let tail = session.bridge.output(Stream::Stderr).unwrap();
    assert_eq!(tail.len(), 1000);
    assert_eq!(*seen.lock().unwrap() as i64, BYTES.iter().sum());
}

fn another_bridge_lives_on(bits: Bits) {
    let (one, other) = (captured(bits), captured(bits));
    assert_ne!(one.bridge.number(), other.bridge.number());
    death_of(&one, "crash_abort", &[]);
    assert_eq!(other.call("crash_add", &[(Prim::Int, 1), (Prim::Int, 2)]).unwrap(), 3);
}

fn dropping_ends_the_process(bits: Bits) {
    let session = captured(bits);
    let pid = pid_of(&session);
    drop(session);
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
}
