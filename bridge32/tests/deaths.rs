//! How a bridge ends, and what it leaves behind for the host to say.

mod support;

use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use moonglue_abi::{Prim, Type};
use moonglue_wire::shared::CrashKind;
use moonglue_wire::{NewCallback, Request, Signature};
use support::{Death, Function, Host, Workshop};

struct Fixture {
    host: Host,
    library: u32,
    workshop: Workshop,
}

fn fixture(file: &str) -> Fixture {
    let workshop = Workshop::new();
    let mut host = Host::start();
    let library = host.load(&workshop.fixture(file));
    Fixture { host, library, workshop }
}

impl Fixture {
    fn function(&mut self, name: &str, params: &[Prim]) -> Function {
        let params: Vec<Type> = params.iter().map(|prim| Type::Prim(*prim)).collect();
        self.host.function(self.library, name, Type::Void, &params)
    }

    /// The end after calling this function.
    fn after(mut self, name: &str, params: &[Prim], args: &[u64]) -> Death {
        let function = self.function(name, params);
        let death = self.host.dies(&function, args);
        drop(self.workshop);
        death
    }

    /// A string in the bridge.
    fn string(&mut self, text: &str) -> u64 {
        let len = text.len() as u64 + 1;
        let at = self.host.address(&Request::Allocate(moonglue_wire::Allocation { len, align: 1 }));
        self.host.done(&Request::Write { address: at, bytes: text.as_bytes() });
        at
    }
}

/// The number of the function in every call of these tests.
const FUNCTION: u32 = 7;

fn assert_signal(death: &Death, signal: i32, symbol: &str) {
    assert_eq!(death.signal(), Some(signal), "{death:?}");
    let record = death.record.as_ref().unwrap_or_else(|| panic!("no record: {death:?}"));
    assert_eq!((record.kind, record.number), (CrashKind::Signal, signal), "{record:?}");
    assert_eq!(record.symbol.as_deref(), Some(symbol), "{record:?}");
    assert!(record.object.as_ref().is_some_and(|object| object.ends_with(".so")), "{record:?}");
}

#[test]
fn a_wild_pointer() {
    let death = fixture("crash.c").after("crash_segv", &[Prim::Pointer], &[0x24]);
    assert_signal(&death, libc::SIGSEGV, "crash_segv");
    let record = death.record.unwrap();
    assert_eq!((record.address, record.function, record.thread), (0x24, FUNCTION, 0));
}

#[test]
fn a_division_by_zero() {
    let death = fixture("crash.c").after("crash_divide", &[Prim::Int; 2], &[1, 0]);
    assert_signal(&death, libc::SIGFPE, "crash_divide");
}

#[test]
fn an_abort_names_who_called_it() {
    let mut fixture = fixture("crash.c");
    let text = fixture.string("so it goes\n");
    let death = fixture.after("crash_abort_saying", &[Prim::Pointer], &[text]);
    assert_signal(&death, libc::SIGABRT, "crash_abort_saying");
    assert!(death.output.contains("so it goes"), "{death:?}");
}

#[test]
fn an_uncaught_exception_is_an_abort_with_its_message() {
    for name in ["throw_uncaught", "throw_through_noexcept"] {
        let mut fixture = fixture("throws.cpp");
        let text = fixture.string("the reason");
        let death = fixture.after(name, &[Prim::Pointer], &[text]);
        assert_eq!(death.signal(), Some(libc::SIGABRT), "{death:?}");
        assert!(death.output.contains("the reason"), "{death:?}");
        assert!(death.record.is_some_and(|record| record.object.unwrap().ends_with("throws.so")));
    }
}

#[test]
fn the_end_of_the_stack() {
    let death = fixture("crash.c").after("crash_overflow", &[Prim::Int], &[0]);
    assert_signal(&death, libc::SIGSEGV, "crash_overflow");
}

#[test]
fn threads_of_the_library() {
    for (how, signal) in [("fault", libc::SIGSEGV), ("abort", libc::SIGABRT)] {
        let mut fixture = fixture("crash.c");
        let how_there = fixture.string(how);
        let death = fixture.after("crash_in_thread", &[Prim::Pointer], &[how_there]);
        assert_eq!(death.signal(), Some(signal), "{how}: {death:?}");
        let record = death.record.unwrap_or_else(|| panic!("{how}: no record"));
        assert_eq!((record.number, record.thread), (signal, u32::MAX), "{how}");
    }
}

#[test]
fn the_end_of_the_stack_of_a_thread_has_the_signal_alone() {
    let mut fixture = fixture("crash.c");
    let how = fixture.string("overflow");
    let death = fixture.after("crash_in_thread", &[Prim::Pointer], &[how]);
    assert_eq!((death.signal(), death.record), (Some(libc::SIGSEGV), None));
}

#[test]
fn a_crash_while_the_loader_is_at_work_is_told_without_names() {
    let workshop = Workshop::new();
    let slow = "#include <unistd.h>\nextern int begun; __attribute__((constructor)) static void start(void) { begun = 1; sleep(60); }";
    let slow = workshop.library("slow", slow);
    let source = r#"
        #include <dlfcn.h>
        #include <pthread.h>
        #include <unistd.h>
        int begun;
        static void *load(void *name) { return dlopen(name, RTLD_NOW); }
        void crash(char *name) {
            pthread_t thread;
            pthread_create(&thread, 0, load, name);
            while (!*(volatile int *)&begun) usleep(1000);
            *(volatile int *)32 = 0;
        }"#;
    let mut host = Host::start();
    let name = workshop.library("loads", source);
    let load = moonglue_wire::Load { name: name.to_str(), global: true };
    let library = host.ask(&Request::Load(load), |reply| match reply {
        moonglue_wire::Reply::Loaded(loaded) => loaded.library,
        other => panic!("{other:?}"),
    });
    let mut fixture = Fixture { host, library, workshop };
    let name = fixture.string(slow.to_str().unwrap());
    let death = fixture.after("crash", &[Prim::Pointer], &[name]);
    assert_eq!(death.signal(), Some(libc::SIGSEGV), "{death:?}");
    let record = death.record.unwrap();
    assert_eq!((record.number, record.address, record.function), (libc::SIGSEGV, 32, FUNCTION));
    assert_eq!(record.symbol, None);
}

#[test]
fn two_crashes_at_once_leave_one_whole_record() {
    let source = r#"
        #include <pthread.h>
        static pthread_barrier_t together;
        __attribute__((noinline)) void *fault(void *unused) { pthread_barrier_wait(&together); *(volatile int *)32 = 0; return unused; }
        void crash(void) {
            pthread_t threads[3];
            pthread_barrier_init(&together, 0, 4);
            for (int i = 0; i < 3; i++) pthread_create(&threads[i], 0, fault, 0);
            fault(0);
        }"#;
    for _ in 0..20 {
        let workshop = Workshop::new();
        let mut host = Host::start();
        let library = host.load(&workshop.library("together", source));
        let death = Fixture { host, library, workshop }.after("crash", &[], &[]);
        assert_signal(&death, libc::SIGSEGV, "fault");
    }
}

#[test]
fn exit_is_told_from_a_crash() {
    let death = fixture("crash.c").after("crash_exit", &[Prim::Int], &[3]);
    assert_eq!(death.status.code(), Some(3));
    let record = death.record.unwrap();
    assert_eq!((record.kind, record.number, record.function), (CrashKind::Exit, 3, FUNCTION));
    // This one runs nothing of ours; the status is the host's to find.
    let death = fixture("crash.c").after("crash_exit_at_once", &[Prim::Int], &[4]);
    assert_eq!((death.status.code(), death.record), (Some(4), None));
}

#[test]
fn the_end_of_a_copy_is_not_the_end() {
    let mut fixture = fixture("crash.c");
    let fork = fixture.host.function(fixture.library, "crash_fork", Prim::Int, &[Prim::Int.into()]);
    assert_eq!(fixture.host.call(&fork, &[9]).0[..4], [9, 0, 0, 0]);
    let add = fixture.host.function(fixture.library, "crash_add", Prim::Int, &[Prim::Int.into(), Prim::Int.into()]);
    assert_eq!(fixture.host.call(&add, &[2, 3]).0[..4], [5, 0, 0, 0]);
    assert!(fixture.host.control.crash().is_none());
}

#[test]
fn a_signal_from_somebody() {
    let death = fixture("crash.c").after("crash_kill", &[Prim::Int], &[libc::SIGKILL as u64]);
    assert_eq!((death.signal(), death.record), (Some(libc::SIGKILL), None));
}

#[test]
fn a_freed_callback_is_named() {
    let mut fixture = fixture("crash.c");
    let signature = Signature::new(&Prim::Int.into(), &[Prim::Int.into()], 1, moonglue_wire::Convention::C);
    let code = fixture.host.address(&Request::NewCallback(NewCallback { id: 12, signature, errno: false }));
    let keep = fixture.function("crash_keep", &[Prim::Pointer]);
    fixture.host.call(&keep, &[code]);
    fixture.host.done(&Request::FreeCallback { id: 12 });
    let death = fixture.after("crash_call_kept", &[Prim::Int], &[1]);
    assert_signal(&death, libc::SIGABRT, "crash_call_kept");
    assert!(death.output.contains("callback 12, which no longer exists"), "{death:?}");
}

#[test]
fn in_good_order_finalisers_run() {
    let workshop = Workshop::new();
    let source = "#include <stdio.h>\n__attribute__((destructor)) static void end(void) { puts(\"finalised\"); }";
    let mut host = Host::start();
    host.load(&workshop.library("finaliser", source));
    let death = host.shut_down();
    assert!(death.status.success() && death.record.is_none(), "{death:?}");
    assert!(death.output.contains("finalised"), "{death:?}");
}

#[test]
fn a_bridge_goes_with_its_host_whatever_it_does() {
    for busy in ["crash_spin", "crash_sleep", "nothing"] {
        let mut fixture = fixture("crash.c");
        if busy != "nothing" {
            let function = fixture.function(busy, &[Prim::Int]);
            let frame = support::frame(&function.prepared, &[100u64.to_le_bytes().to_vec()]);
            let call = moonglue_wire::Call {
                signature: function.prepared.id,
                code: function.code,
                function: FUNCTION,
                errno: None,
                frame: &frame,
            };
            fixture.host.sender.send(0, &Request::Call(call), None).unwrap();
        }
        std::thread::sleep(Duration::from_millis(50));
        let Fixture { host, .. } = fixture;
        let pid = host.child.id();
        let start = Instant::now();
        let mut host = std::mem::ManuallyDrop::new(host);
        // All that the end of the host's process does: its end of the channel closes.
        host.close_channel();
        let status = loop {
            match host.child.try_wait().unwrap() {
                Some(status) => break status,
                None if start.elapsed() > Duration::from_secs(5) => panic!("{busy}: still there (process {pid})"),
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        assert!(status.success(), "{busy}: {status:?}");
    }
}

#[test]
fn its_descriptors_are_not_inherited_further() {
    let workshop = Workshop::new();
    let source =
        "#include <stdlib.h>\nint look(void) { return system(\"test -e /proc/self/fd/3 -o -e /proc/self/fd/4\"); }";
    let mut host = Host::start();
    let library = host.load(&workshop.library("look", source));
    let look = host.function(library, "look", Prim::Int, &[]);
    assert_ne!(host.call(&look, &[]).0[..4], [0; 4]);
    assert!(host.memory.file().as_raw_fd() > 0);
}

#[test]
fn much_output_passes() {
    let mut fixture = fixture("crash.c");
    let mut stdout = fixture.host.child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()).unwrap());
    let print = fixture.function("crash_print", &[Prim::Int, Prim::Int]);
    fixture.host.call(&print, &[1, 10_000_000]);
    fixture.host.done(&Request::Shutdown);
    assert_eq!(reader.join().unwrap(), 10_000_000);
}
