//! A bridge that lies: whatever it says, it is killed and the host goes on.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use moonglue_abi::{Abi, Prim};
use moonglue_ffi::Signature;
use moonglue_wire::channel::{Receiver, Sender, SocketTransport};
use moonglue_wire::{
    Callback, Hello, PROTOCOL_VERSION, Prepared as WirePrepared, Reply, Request, Returned, Token, Welcome, decode,
};

use super::super::introduction::{Ends, NoBridge};
use super::super::locate::locate;
use super::super::number::Number;
use super::super::process::Process;
use super::*;

/// A liar's end: it has what a bridge has, and the socket to write anything to.
struct Liar {
    sender: Sender,
    receiver: Receiver,
    raw: UnixStream,
    pid: u32,
    token: Token,
}

impl Liar {
    /// Waits for a request.
    fn hear(&mut self) -> u32 {
        let mut message = Vec::new();
        self.receiver.receive(&mut message, None).unwrap_or(0)
    }

    fn say(&mut self, thread: u32, reply: &Reply<'_>) {
        // The host may have had enough already.
        let _ = self.sender.send(thread, reply, None);
    }

    fn welcome(&self) -> Welcome<'static> {
        Welcome { version: PROTOCOL_VERSION, token: self.token, build: "liar", abi: "i386-linux", pid: self.pid }
    }
}

/// A process that does nothing, and a thread that plays its part.
fn with_liar(play: impl FnOnce(Liar) + Send + 'static) -> (Result<Bridge, NoBridge>, JoinHandle<()>) {
    let options = StartOptions {
        bits: Bits::ThirtyTwo,
        executable: Some(PathBuf::from("/bin/cat")),
        transport: Transport::Socket,
        output: unheard(),
        timeout: std::time::Duration::from_secs(20),
        ..StartOptions::default()
    };
    let (ours, theirs) = Ends::new().unwrap();
    let mut program = locate(options.bits, options.executable.as_deref()).unwrap();
    program.arguments = vec!["/dev/ptmx".into()];
    let process = Process::start(&program, &options, &theirs, ours.memory.file()).unwrap();
    let transport = Arc::new(SocketTransport::new(theirs.try_clone().unwrap(), None).unwrap());
    let liar = Liar {
        sender: Sender::new(transport.clone()),
        receiver: Receiver::new(transport),
        raw: theirs.into(),
        pid: process.pid(),
        token: ours.tokens.1,
    };
    let player = thread::spawn(move || play(liar));
    let bridge = Bridge::introduce(ours, process, &options, Instant::now(), Number::new().unwrap());
    (bridge, player)
}

/// A liar that says hello as it should.
fn liar(play: impl FnOnce(&mut Liar) + Send + 'static) -> (Bridge, JoinHandle<()>) {
    let (bridge, player) = with_liar(|mut liar| {
        liar.hear();
        let welcome = liar.welcome();
        liar.say(0, &Reply::Welcome(welcome));
        play(&mut liar);
        // It stays to the end.
        while liar.receiver.receive(&mut Vec::new(), None).is_ok() {}
    });
    (bridge.expect("a proper hello"), player)
}

/// The host has seen through it: it is dead, its process gone.
fn assert_caught<R: std::fmt::Debug>(bridge: Bridge, answered: Result<R, Error>) {
    assert!(matches!(answered, Err(Error::Protocol(_))), "{answered:?}");
    assert!(!bridge.is_alive());
    let death = bridge.death().unwrap();
    assert!(death.to_string().contains("broke the protocol"), "{death}");
    assert!(!std::path::Path::new(&format!("/proc/{}", bridge.pid())).exists());
}

/// What the host says of a lie in place of an answer to a ping.
fn answer_to_ping(lie: impl FnOnce(&mut Liar) + Send + 'static) {
    let (bridge, player) = liar(|liar| {
        liar.hear();
        lie(liar);
    });
    let answered = bridge.ping();
    assert_caught(bridge, answered);
    player.join().unwrap();
}

#[test]
fn rubbish_is_no_answer() {
    answer_to_ping(|liar| liar.raw.write_all(&[4, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]).unwrap());
    answer_to_ping(|liar| liar.raw.write_all(&[0; 8]).unwrap());
    // The beginning of an answer, and more behind it than there should be.
    answer_to_ping(|liar| liar.raw.write_all(&[3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0]).unwrap());
}

#[test]
fn a_length_beyond_the_limit_is_not_believed() {
    answer_to_ping(|liar| liar.raw.write_all(&[0xff; 8]).unwrap());
    answer_to_ping(|liar| liar.raw.write_all(&[1, 0, 0, 0x40, 0, 0, 0, 0]).unwrap());
}

#[test]
fn an_answer_to_something_else_is_none() {
    answer_to_ping(|liar| liar.say(0, &Reply::Address(5)));
    answer_to_ping(|liar| liar.say(0, &Reply::Returned(Returned { result: &[0; 16], errno: 0 })));
    let welcome = |liar: &mut Liar| {
        let welcome = liar.welcome();
        liar.say(0, &Reply::Welcome(welcome));
    };
    answer_to_ping(welcome);
}

#[test]
fn a_thread_that_was_not_asked_does_not_answer() {
    answer_to_ping(|liar| liar.say(7, &Reply::Done));
}

#[test]
fn callbacks_without_end_are_not_kept() {
    answer_to_ping(|liar| {
        for thread in 1..10_000 {
            liar.say(thread, &Reply::Callback(Callback { id: 1, arguments: &[], errno: None }));
        }
    });
}

/// Polls until there is something.
fn poll(bridge: &Bridge) -> Result<usize, Error> {
    loop {
        match bridge.poll(&mut NoCallbacks) {
            Ok(0) => thread::yield_now(),
            polled => return polled,
        }
    }
}

#[test]
fn an_unexpected_word_while_nothing_was_asked_is_found_by_the_poll() {
    let (bridge, _player) = liar(|liar| liar.say(0, &Reply::Done));
    let polled = poll(&bridge);
    assert_caught(bridge, polled);
}

#[test]
fn a_word_cut_short_is_a_death() {
    let (bridge, _player) = with_liar(|mut liar| {
        liar.hear();
        let welcome = liar.welcome();
        liar.say(0, &Reply::Welcome(welcome));
        liar.hear();
        liar.raw.write_all(&[100, 0, 0, 0, 0, 0, 0, 0, 1]).unwrap();
        liar.raw.shutdown(std::net::Shutdown::Both).unwrap();
    });
    let bridge = bridge.expect("a proper hello");
    let answered = bridge.ping();
    let Err(Error::Dead(death)) = answered else { panic!("{answered:?}") };
    assert!(death.to_string().contains("it closed the channel and went on"), "{death}");
    assert!(!bridge.is_alive());
}

fn int_signature() -> Signature {
    Signature::new(Prim::Int.into(), vec![Prim::Int.into()])
}

#[test]
fn arguments_stay_in_their_frame() {
    let proper = WirePrepared { id: 0, frame_size: 16, result_size: 16, slots: vec![0] };
    let lies = [
        WirePrepared { slots: vec![], ..proper.clone() },
        WirePrepared { slots: vec![0, 8], ..proper.clone() },
        WirePrepared { slots: vec![9], ..proper.clone() },
        WirePrepared { slots: vec![u32::MAX], ..proper.clone() },
        WirePrepared { frame_size: u32::MAX, ..proper.clone() },
        WirePrepared { frame_size: 0, ..proper.clone() },
        WirePrepared { result_size: 0, ..proper.clone() },
        WirePrepared { result_size: u32::MAX, ..proper.clone() },
    ];
    for lie in lies {
        let (bridge, _player) = liar(move |liar| {
            liar.hear();
            liar.say(0, &Reply::Prepared(lie));
        });
        let prepared = bridge.prepare(&int_signature());
        assert_caught(bridge, prepared);
    }
}

/// Calls a function of a liar that prepares as it should.
fn answer_to_call(lie: impl FnOnce(&mut Liar) + Send + 'static) {
    let (bridge, _player) = liar(|liar| {
        liar.hear();
        liar.say(0, &Reply::Prepared(WirePrepared { id: 0, frame_size: 16, result_size: 16, slots: vec![0] }));
        liar.hear();
        lie(liar);
    });
    let prepared = bridge.prepare(&int_signature()).unwrap();
    let label = Rc::new(Label { function: "f".to_owned(), module: "lib.so".to_owned() });
    let call = Call { prepared: &prepared, code: 1, errno: None, frame: &[0; 16], label: &label };
    let answered = bridge.call(&call, &mut [0; 16], None, &mut NoCallbacks);
    assert_caught(bridge, answered);
}

#[test]
fn results_stay_in_their_buffer() {
    answer_to_call(|liar| liar.say(0, &Reply::Returned(Returned { result: &[1; 17], errno: 0 })));
    answer_to_call(|liar| liar.say(0, &Reply::Batched(vec![Returned { result: &[1; 16], errno: 0 }])));
}

#[test]
fn callbacks_that_nobody_made_are_not_served() {
    answer_to_call(|liar| liar.say(0, &Reply::Callback(Callback { id: 1, arguments: &[0; 4], errno: None })));
}

#[test]
fn callbacks_without_their_arguments_are_not_served() {
    for len in [0, 3, 5, 1000] {
        let (bridge, _player) = liar(move |liar| {
            liar.hear();
            liar.say(0, &Reply::Address(0x1000));
            let arguments = vec![0; len];
            liar.say(1, &Reply::Callback(Callback { id: 1, arguments: &arguments, errno: None }));
        });
        bridge.new_callback(&int_signature(), false).unwrap();
        let polled = poll(&bridge);
        assert_caught(bridge, polled);
    }
}

#[test]
fn addresses_are_those_of_its_width() {
    let (bridge, _player) = liar(|liar| {
        liar.hear();
        liar.say(0, &Reply::Address(1 << 32));
    });
    let found = bridge.symbol(0, "f");
    assert_caught(bridge, found);
}

#[test]
fn shared_memory_is_mapped_where_it_can_be() {
    for address in [0, 0x1001, 0xffff_f000] {
        let (bridge, _player) = liar(move |liar| {
            liar.hear();
            liar.say(0, &Reply::Address(address));
        });
        let span = bridge.arena_alloc(100, 16);
        assert_caught(bridge, span);
    }
}

#[test]
fn bytes_are_as_many_as_were_asked_for() {
    for len in [0, 7, 9] {
        let (bridge, _player) = liar(move |liar| {
            liar.hear();
            liar.say(0, &Reply::Bytes(&[1; 9][..len]));
        });
        bridge.memory_is_open.set(false);
        let read = bridge.read(0x1000, &mut [0; 8]);
        assert_caught(bridge, read);
    }
}

/// What is said of a bridge that greets like this.
fn greeting(lie: impl FnOnce(&mut Welcome<'static>) + Send + 'static) -> String {
    let (bridge, _player) = with_liar(|mut liar| {
        liar.hear();
        let mut welcome = liar.welcome();
        lie(&mut welcome);
        liar.say(0, &Reply::Welcome(welcome));
        liar.hear();
    });
    format!("{:?}", bridge.expect_err("it lied"))
}

#[test]
fn only_the_right_greeting_makes_a_bridge() {
    assert!(greeting(|welcome| welcome.token[31] ^= 1).contains("does not know the token"));
    assert!(greeting(|welcome| welcome.version += 1).contains("version 2"));
    assert!(greeting(|welcome| welcome.abi = "vax").contains("vax"));
    assert!(greeting(|welcome| welcome.abi = Abi::HOST.name()).contains("runs x86_64-linux libraries"));
    assert!(greeting(|welcome| welcome.pid = 1).contains("it is process 1, not"));
}

/// A real bridge that hears rubbish ends by itself: nobody can say anything sensible to it any more.
#[test]
fn a_bridge_ends_when_its_host_talks_nonsense() {
    let hello = |tokens: (Token, Token)| Hello { version: PROTOCOL_VERSION, token: tokens.0, rings: false };
    let rubbish: &[&[u8]] = &[&[4, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], &[0xff; 8], &[0; 8]];
    for bits in [Bits::ThirtyTwo, Bits::Same] {
        for introduce in [true, false] {
            for bytes in rubbish {
                let options = StartOptions { output: unheard(), ..options(bits) };
                let program = locate(bits, options.executable.as_deref()).unwrap();
                let (ours, theirs) = Ends::new().unwrap();
                let process = Process::start(&program, &options, &theirs, ours.memory.file()).unwrap();
                drop(theirs);
                let transport = Arc::new(SocketTransport::new(ours.socket.try_clone().unwrap(), None).unwrap());
                let (mut sender, mut receiver) = (Sender::new(transport.clone()), Receiver::new(transport));
                if introduce {
                    sender.send(0, &Request::Hello(hello(ours.tokens)), None).unwrap();
                    let mut message = Vec::new();
                    receiver.receive(&mut message, None).unwrap();
                    assert!(matches!(decode(&message), Ok(Reply::Welcome(_))));
                }
                let mut raw = UnixStream::from(ours.socket.try_clone().unwrap());
                raw.write_all(bytes).unwrap();
                assert!(process.has_ended(Duration::from_secs(10)), "{bits:?} {introduce} {bytes:?}");
                assert!(matches!(process.end(), End::Exit(_)), "{bits:?} {introduce} {bytes:?}");
            }
        }
    }
}
