//! The bridge's memory, from the host.

mod support;

use moonglue_wire::shared::{ARENA_START, WINDOW_ALIGN};
use moonglue_wire::{Allocation, Reply, Request, StringRead};
use support::Host;

fn fault(host: &mut Host, request: &Request<'_>) -> (u64, u64) {
    host.ask(request, |reply| match reply {
        Reply::Fault { address, len } => (*address, *len),
        other => panic!("{request:?}: {other:?}"),
    })
}

fn bytes(host: &mut Host, request: &Request<'_>) -> Vec<u8> {
    host.ask(request, |reply| match reply {
        Reply::Bytes(bytes) => bytes.to_vec(),
        other => panic!("{request:?}: {other:?}"),
    })
}

#[test]
fn blocks_are_written_and_read() {
    let mut host = Host::start();
    let at = host.address(&Request::Allocate(Allocation { len: 3 << 20, align: 4096 }));
    assert!(at.is_multiple_of(4096));
    assert_eq!(bytes(&mut host, &Request::Read { address: at, len: 8 }), [0; 8]);
    let pattern: Vec<u8> = (0..3 << 20).map(|i| (i % 253) as u8).collect();
    host.done(&Request::Write { address: at, bytes: &pattern });
    assert!(bytes(&mut host, &Request::Read { address: at, len: 3 << 20 }) == pattern);
    host.done(&Request::Free { address: at });
    host.ask(&Request::Allocate(Allocation { len: u64::MAX / 2, align: 8 }), |reply| {
        assert_eq!(reply, &Reply::NoMemory);
    });
}

#[test]
fn bad_addresses_are_answered_not_died_of() {
    let mut host = Host::start();
    assert_eq!(fault(&mut host, &Request::Read { address: 8, len: 4 }), (8, 4));
    assert_eq!(fault(&mut host, &Request::Write { address: 8, bytes: b"abc" }), (8, 3));
    let string = |address, width| Request::ReadString(StringRead { address, width, limit: u64::MAX });
    assert_eq!(fault(&mut host, &string(8, 1)).0, 8);
    assert_eq!(fault(&mut host, &Request::Read { address: u64::MAX - 3, len: 16 }).0, u64::MAX - 3);
    assert!(host.refused(&Request::Read { address: 8, len: 1 << 40 }).contains("more bytes"));
    assert!(host.refused(&string(8, 3)).contains("1, 2 or 4"));
    host.done(&Request::Ping);
}

#[test]
fn strings_are_read_to_their_end() {
    let mut host = Host::start();
    let at = host.address(&Request::Allocate(Allocation { len: 4096, align: 4 }));
    host.done(&Request::Write { address: at, bytes: b"a string\0and more" });
    let string = |width, limit| Request::ReadString(StringRead { address: at, width, limit });
    assert_eq!(bytes(&mut host, &string(1, u64::MAX)), b"a string");
    assert_eq!(bytes(&mut host, &string(1, 3)), b"a s");
    let wide: Vec<u8> = "größe\0".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    host.done(&Request::Write { address: at, bytes: &wide });
    assert_eq!(bytes(&mut host, &string(4, 100)), wide[..20]);
}

#[test]
fn windows_are_shared() {
    let mut host = Host::start();
    host.memory.grow(ARENA_START + 4 * WINDOW_ALIGN).unwrap();
    let map = Request::Map { offset: ARENA_START + WINDOW_ALIGN, len: 2 * WINDOW_ALIGN };
    let there = host.address(&map);
    host.done(&Request::Write { address: there, bytes: b"from the bridge" });
    let here = host.memory.map(ARENA_START + WINDOW_ALIGN, WINDOW_ALIGN).unwrap();
    let mut seen = [0; 15];
    // SAFETY: the window is mapped and larger; the bridge writes nothing to it now.
    unsafe { here.address().as_ptr().copy_to_nonoverlapping(seen.as_mut_ptr(), seen.len()) };
    assert_eq!(&seen, b"from the bridge");
    host.done(&Request::Unmap { address: there, len: 2 * WINDOW_ALIGN });
    assert!(host.refused(&Request::Unmap { address: there, len: WINDOW_ALIGN }).contains("no such window"));
    host.ask(&Request::Map { offset: 1 << 40, len: WINDOW_ALIGN }, |reply| assert_eq!(reply, &Reply::NoMemory));
}
