//! Bytes that nobody would send: they are refused, or they make sense. A fixed seed makes each run the same.
use std::sync::Arc;

use moonglue_wire::channel::{ChannelError, Receiver};
use moonglue_wire::{Reply, encode};

use super::ends::{HostEnd, Way, connect, soon};
use super::pieces::Pieces;
use super::random::Random;
use super::samples::{replies, requests};
use super::take::take;

/// One of each kind, as bytes.
fn messages() -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    for request in requests() {
        messages.push(Vec::new());
        encode(&request, messages.last_mut().unwrap()).unwrap();
    }
    for reply in replies() {
        messages.push(Vec::new());
        encode(&reply, messages.last_mut().unwrap()).unwrap();
    }
    messages
}

/// Changes some of a message.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        if bytes.is_empty() {
            bytes.push(random.byte());
        }
        let place = random.below(bytes.len());
        match random.below(7) {
            0 => bytes[place] ^= 1 << random.below(8),
            1 => bytes[place] = random.byte(),
            2 => bytes.truncate(place),
            3 => bytes.insert(place, random.byte()),
            // What lengths and counts are made of.
            4 => bytes[place] = 0xff,
            5 => {
                let end = (place + 5).min(bytes.len());
                bytes[place..end].fill(0xff);
            }
            _ => {
                let piece = bytes[place..].to_vec();
                bytes.extend(piece);
            }
        }
    }
}

#[test]
fn mutated_messages_are_refused_or_make_sense() {
    let seeds = messages();
    let mut random = Random::new(1);
    let mut made_sense = 0;
    for round in 0..300_000 {
        let mut bytes = seeds[round % seeds.len()].clone();
        mutate(&mut bytes, &mut random);
        made_sense += u32::from(take(&bytes));
    }
    // Were it none, the mutations would not get past the first byte.
    assert!(made_sense > 10_000, "{made_sense}");
}

#[test]
fn random_bytes_are_refused_or_make_sense() {
    let mut random = Random::new(2);
    for _ in 0..200_000 {
        let len = random.below(64);
        let bytes: Vec<u8> = (0..len).map(|_| random.byte()).collect();
        take(&bytes);
    }
}

/// A receiver of bytes that arrive in pieces of random sizes, now and then after a while.
fn receiver(bytes: Vec<u8>, seed: u64) -> Receiver {
    let mut random = Random::new(seed);
    let next = move || if random.below(4) == 0 { 0 } else { 1 + random.below(40) };
    Receiver::new(Arc::new(Pieces::new(bytes, next)))
}

fn framed(message: &[u8], thread: u32) -> Vec<u8> {
    let mut frame = (message.len() as u32).to_le_bytes().to_vec();
    frame.extend(thread.to_le_bytes());
    frame.extend(message);
    frame
}

#[test]
fn frames_come_out_whole_however_they_arrive() {
    let seeds = messages();
    for seed in 0..50 {
        let stream: Vec<u8> =
            seeds.iter().enumerate().flat_map(|(thread, message)| framed(message, thread as u32)).collect();
        let mut receiver = receiver(stream, seed);
        let mut message = Vec::new();
        for (thread, expected) in seeds.iter().enumerate() {
            assert_eq!(receiver.receive(&mut message, None).unwrap(), thread as u32);
            assert_eq!(&message, expected);
        }
        assert!(matches!(receiver.receive(&mut message, None), Err(ChannelError::Closed)));
    }
}

#[test]
fn spoilt_streams_end_in_an_error() {
    let seeds = messages();
    let mut random = Random::new(3);
    for seed in 0..3000 {
        let mut stream: Vec<u8> = seeds.iter().flat_map(|message| framed(message, 0)).collect();
        mutate(&mut stream, &mut random);
        let mut receiver = receiver(stream, seed);
        let mut message = Vec::new();
        while receiver.receive(&mut message, None).is_ok() {
            assert!(message.capacity() < 1 << 20);
            take(&message);
        }
    }
}

/// Where the ring from the bridge to the host has its words and its frames, in bytes.
const TAIL: usize = 64;
const HEAD: usize = 192;
const DATA: usize = 128 << 10;

#[test]
fn a_spoilt_ring_ends_in_an_error() {
    for round in 0..300 {
        let (mut host, _, bridge) = connect(Way::Rings, move |accepted| {
            let mut random = Random::new(1000 + round);
            let header = accepted.memory.map(0, 192 << 10).unwrap();
            // Something proper first, so that the positions are not all 0.
            accepted.switchboard.send(0, &Reply::Done).unwrap();
            let len = 1 + random.below(200);
            let rubbish: Vec<u8> = (0..len).map(|_| if random.below(3) == 0 { random.byte() } else { 0 }).collect();
            header.write(DATA + 16, &rubbish);
            if random.below(2) == 0 {
                header.write(HEAD, &random.word().to_le_bytes());
            }
            let tail = if random.below(2) == 0 { random.word() } else { 8 * random.below(64) as u32 };
            header.write(TAIL, &tail.to_le_bytes());
        });
        let HostEnd { receiver, .. } = &mut host;
        let mut message = Vec::new();
        let deadline = soon();
        while receiver.receive(&mut message, deadline).is_ok() {
            take(&message);
        }
        bridge.join().unwrap();
    }
}
