//! A host and a bridge in one process: the channel between them.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use moonglue_wire::channel::{ChannelError, Receiver, Sender, SocketTransport, greet, random_token, socket_pair};
use moonglue_wire::{Callback, CallbackReturn, Reply, Request, Returned, decode};

use super::ends::{HostEnd, Way, bridge, connect, host, soon};

/// Each test once for each way of carrying frames.
macro_rules! both_ways {
    ($($test:ident),* $(,)?) => {
        mod over_the_socket {
            $(#[test] fn $test() { super::$test(super::Way::Socket) })*
        }
        mod through_rings {
            $(#[test] fn $test() { super::$test(super::Way::Rings) })*
        }
    };
}

both_ways! {
    the_two_find_each_other,
    large_messages_pass_both_ways,
    messages_reach_the_thread_they_are_for,
    waiting_ends_with_the_deadline_and_with_the_other_side,
    a_bridge_notices_that_its_host_is_gone,
    many_small_and_some_large_ones_keep_their_order,
}

fn the_two_find_each_other(way: Way) {
    let (mut host, greeting, _bridge) = connect(way, |accepted| {
        let mut message = Vec::new();
        accepted.switchboard.receive(0, &mut message).unwrap();
        assert_eq!(decode::<Request<'_>>(&message).unwrap(), Request::Ping);
        accepted.switchboard.send(0, &Reply::Done).unwrap();
    });
    assert_eq!(greeting.pid, std::process::id());
    assert_eq!(greeting.build, "test");
    assert_eq!(host.ask(0, &Request::Ping, |reply| *reply == Reply::Done), (0, true));
}

fn large_messages_pass_both_ways(way: Way) {
    let big = vec![7u8; 5 << 20];
    let (mut host, _, _bridge) = connect(way, |accepted| {
        let mut message = Vec::new();
        accepted.switchboard.receive(0, &mut message).unwrap();
        let Request::Write { bytes, .. } = decode(&message).unwrap() else { panic!("a write") };
        accepted.switchboard.send(0, &Reply::Bytes(bytes)).unwrap();
    });
    let request = Request::Write { address: 0, bytes: &big };
    assert_eq!(host.ask(0, &request, |reply| *reply == Reply::Bytes(&big)), (0, true));
}

fn messages_reach_the_thread_they_are_for(way: Way) {
    const THREADS: u32 = 8;
    const ROUNDS: u32 = 200;
    let (mut host, _, bridge) = connect(way, |accepted| {
        let switchboard = &accepted.switchboard;
        thread::scope(|scope| {
            for number in 1..=THREADS {
                scope.spawn(move || {
                    let mut message = Vec::new();
                    for round in 0..ROUNDS {
                        let arguments = &round.to_le_bytes()[..];
                        let callback = Callback { id: number, arguments, errno: None };
                        switchboard.send(number, &Reply::Callback(callback)).unwrap();
                        switchboard.receive(number, &mut message).unwrap();
                        let answer = (number * 1000 + round).to_le_bytes();
                        let expected = Request::CallbackReturn(CallbackReturn { result: &answer, errno: None });
                        assert_eq!(decode::<Request<'_>>(&message).unwrap(), expected);
                    }
                });
            }
        });
        switchboard.send(0, &Reply::Returned(Returned { result: &[], errno: 0 })).unwrap();
    });
    let mut message = Vec::new();
    for _ in 0..THREADS * ROUNDS {
        let thread = host.receiver.receive(&mut message, soon()).unwrap();
        let Reply::Callback(callback) = decode(&message).unwrap() else { panic!("a callback") };
        assert_eq!(callback.id, thread);
        let round = u32::from_le_bytes(callback.arguments.try_into().unwrap());
        let answer = (thread * 1000 + round).to_le_bytes();
        let answer = Request::CallbackReturn(CallbackReturn { result: &answer, errno: None });
        host.sender.send(thread, &answer, soon()).unwrap();
    }
    assert_eq!(host.receiver.receive(&mut message, soon()).unwrap(), 0);
    bridge.join().unwrap();
}

fn waiting_ends_with_the_deadline_and_with_the_other_side(way: Way) {
    let (mut host, _, bridge) = connect(way, |accepted| {
        let mut message = Vec::new();
        accepted.switchboard.receive(0, &mut message).unwrap();
    });
    let mut message = Vec::new();
    let begun = Instant::now();
    let deadline = Some(begun + Duration::from_millis(30));
    assert!(matches!(host.receiver.receive(&mut message, deadline), Err(ChannelError::Timeout)));
    assert!(begun.elapsed() >= Duration::from_millis(30));
    host.sender.send(0, &Request::Ping, soon()).unwrap();
    bridge.join().unwrap();
    assert!(matches!(host.receiver.receive(&mut message, soon()), Err(ChannelError::Closed)));
}

fn a_bridge_notices_that_its_host_is_gone(way: Way) {
    let (host, _, bridge) = connect(way, |accepted| {
        let watch = &accepted.hangup;
        thread::scope(|scope| {
            scope.spawn(|| watch.wait());
            let mut message = Vec::new();
            accepted.switchboard.receive(0, &mut message).unwrap();
            assert!(matches!(accepted.switchboard.receive(0, &mut message), Err(ChannelError::Closed)));
        });
    });
    let HostEnd { mut sender, receiver, control } = host;
    sender.send(0, &Request::Ping, soon()).unwrap();
    drop((sender, receiver, control));
    bridge.join().unwrap();
}

#[test]
fn a_wait_that_is_to_stop_gives_the_answer_some_time() {
    let (ours, theirs) = socket_pair().unwrap();
    let mut transport = SocketTransport::new(ours, None).unwrap();
    transport.stop_when(|| true);
    let mut receiver = Receiver::new(Arc::new(transport));
    let mut message = Vec::new();
    let begun = Instant::now();
    assert!(matches!(receiver.receive(&mut message, soon()), Err(ChannelError::Stopped)));
    assert!(begun.elapsed() >= Duration::from_millis(400) && begun.elapsed() < Duration::from_secs(5));
    // An earlier deadline counts as ever.
    let deadline = Some(Instant::now() + Duration::from_millis(10));
    assert!(matches!(receiver.receive(&mut message, deadline), Err(ChannelError::Timeout)));
    let late = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        let transport = SocketTransport::new(theirs, None).unwrap();
        Sender::new(Arc::new(transport)).send(3, &Reply::Done, None).unwrap();
    });
    assert_eq!(receiver.receive(&mut message, soon()).unwrap(), 3);
    late.join().unwrap();
}

#[test]
fn wrong_tokens_are_refused_by_both_sides() {
    let (mut end, child) = host();
    let tokens = (random_token().unwrap(), random_token().unwrap());
    end.control.put_tokens((&tokens.0, &tokens.1));
    let peer = bridge(child, |_| panic!("accepted"));
    let wrong = (random_token().unwrap(), tokens.1);
    let deadline = Instant::now() + Duration::from_secs(10);
    let greeted = greet((&mut end.sender, &mut end.receiver), wrong, None, deadline);
    assert!(matches!(greeted, Err(ChannelError::Closed)), "{greeted:?}");
    assert!(peer.join().is_ok());

    let (mut end, child) = host();
    end.control.put_tokens((&tokens.0, &tokens.1));
    let _peer = bridge(child, |_| ());
    let wrong = (tokens.0, random_token().unwrap());
    let greeted = greet((&mut end.sender, &mut end.receiver), wrong, None, deadline);
    assert!(matches!(greeted, Err(ChannelError::Broken(_))), "{greeted:?}");
}

fn many_small_and_some_large_ones_keep_their_order(way: Way) {
    const ROUNDS: usize = 3000;
    let size = |round: usize| if round.is_multiple_of(97) { 200_000 } else { round * 37 % 5000 };
    let (mut host, _, bridge) = connect(way, move |accepted| {
        for round in 0..ROUNDS {
            let bytes = vec![round as u8; size(round)];
            accepted.switchboard.send(round as u32, &Reply::Bytes(&bytes)).unwrap();
        }
    });
    let mut message = Vec::new();
    for round in 0..ROUNDS {
        assert_eq!(host.receiver.receive(&mut message, soon()).unwrap(), round as u32);
        let Reply::Bytes(bytes) = decode(&message).unwrap() else { panic!("bytes") };
        assert_eq!(bytes, vec![round as u8; size(round)]);
        if round % 500 == 0 {
            thread::sleep(Duration::from_millis(5));
        }
    }
    bridge.join().unwrap();
    assert!(matches!(host.receiver.receive(&mut message, soon()), Err(ChannelError::Closed)));
}
