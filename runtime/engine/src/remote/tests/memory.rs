//! The bridge's memory from here.

use super::*;

both_widths! {
    memory_is_read_and_written,
    what_is_not_mapped_is_a_fault,
    strings_end_at_their_zero,
    messages_do_the_same_where_the_system_does_not,
    spans_are_the_same_bytes_on_both_sides,
    spans_come_and_go,
    what_is_not_used_makes_room_for_more,
    the_memory_map_names_the_library,
}

fn memory_is_read_and_written(bits: Bits) {
    let bridge = start(bits);
    let address = bridge.allocate(10_000, 64).unwrap();
    assert!(address.is_multiple_of(64));
    let mut bytes = vec![1; 10_000];
    bridge.read(address, &mut bytes).unwrap();
    assert!(bytes.iter().all(|&byte| byte == 0));
    bridge.write(address + 5000, b"hello").unwrap();
    bridge.read(address, &mut bytes).unwrap();
    assert_eq!(&bytes[4999..5006], b"\0hello\0");
    bridge.free(address).unwrap();
    assert!(matches!(bridge.allocate(u64::MAX / 2, 16), Err(Error::NoMemory { .. })));
}

fn what_is_not_mapped_is_a_fault(bits: Bits) {
    let bridge = start(bits);
    for open in [true, false] {
        bridge.memory_is_open.set(open);
        let mut byte = [0];
        for address in [0, 8, u64::MAX, 1 << 62] {
            let read = bridge.read(address, &mut byte);
            assert!(matches!(read, Err(Error::Fault { write: false, .. })), "{address:#x}: {read:?}");
            let written = bridge.write(address, &byte);
            assert!(matches!(written, Err(Error::Fault { write: true, .. })), "{address:#x}: {written:?}");
        }
        // Code can be read, not written.
        let code = bridge.memory_map().unwrap().into_iter().find(|entry| entry.permissions.starts_with("r-x")).unwrap();
        bridge.read(code.start, &mut byte).unwrap();
        assert!(matches!(bridge.write(code.start, &byte), Err(Error::Fault { .. })));
        assert!(bridge.is_alive());
    }
}

fn strings_end_at_their_zero(bits: Bits) {
    let bridge = start(bits);
    let address = bridge.allocate(3 * 4096, 4096).unwrap();
    bridge.write(address + 4000, &[b'x'; 200]).unwrap();
    for open in [true, false] {
        bridge.memory_is_open.set(open);
        assert_eq!(bridge.read_string(address + 4000, 1, u64::MAX).unwrap(), vec![b'x'; 200]);
        assert_eq!(bridge.read_string(address + 4000, 1, 7).unwrap(), vec![b'x'; 7]);
        assert_eq!(bridge.read_string(address + 4000, 4, 1000).unwrap(), vec![b'x'; 200]);
        // Units that lie across a page, as those at odd addresses do.
        assert_eq!(bridge.read_string(address + 3999, 2, 1000).unwrap().len(), 202);
        assert_eq!(bridge.read_string(address, 1, 10).unwrap(), b"");
        assert!(matches!(bridge.read_string(1, 1, 10), Err(Error::Fault { .. })));
    }
}

fn messages_do_the_same_where_the_system_does_not(bits: Bits) {
    let bridge = start(bits);
    bridge.memory_is_open.set(false);
    let bytes: Vec<u8> = (0..3_000_000u32).map(|number| number as u8).collect();
    let address = bridge.allocate(bytes.len() as u64, 16).unwrap();
    bridge.write(address, &bytes).unwrap();
    let mut back = vec![0; bytes.len()];
    bridge.read(address, &mut back).unwrap();
    assert!(back == bytes);
}

fn spans_are_the_same_bytes_on_both_sides(bits: Bits) {
    let bridge = start(bits);
    for len in [0, 1, 16, 17, 4096, 5000, 1 << 20, 40 << 20] {
        let span = bridge.arena_alloc(len, 16).unwrap();
        let bytes: Vec<u8> = (0..len).map(|index| (index * 7 + len) as u8).collect();
        span.write(0, &bytes);
        let mut back = vec![0; len];
        bridge.read(span.remote(), &mut back).unwrap();
        assert!(back == bytes, "{len}");
        bridge.write(span.remote(), &vec![9; len]).unwrap();
        span.read(0, &mut back);
        assert!(back.iter().all(|&byte| byte == 9), "{len}");
    }
    assert!(matches!(bridge.arena_alloc(1, 8192), Err(Error::Refused(_))));
    assert!(matches!(bridge.arena_alloc(usize::MAX - 5, 16), Err(Error::NoMemory { .. })));
}

fn spans_come_and_go(bits: Bits) {
    let bridge = start(bits);
    let mut spans: Vec<(Span, usize)> = Vec::new();
    let mut random = 99u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (random >> 33) as usize % below
    };
    for round in 0..5000u32 {
        if spans.len() > 200 || (!spans.is_empty() && next(3) == 0) {
            spans.swap_remove(next(spans.len()));
            continue;
        }
        let len = if next(20) == 0 { next(300_000) } else { next(200) } + 8;
        let align = 1 << next(13);
        let span = bridge.arena_alloc(len, align).unwrap();
        assert!(span.remote().is_multiple_of(align as u64));
        assert!((span.local().as_ptr() as usize).is_multiple_of(align));
        span.write(0, &round.to_le_bytes());
        span.write(len - 4, &round.to_le_bytes());
        for (other, size) in &spans {
            let apart = span.remote() + len as u64 <= other.remote() || other.remote() + *size as u64 <= span.remote();
            assert!(apart);
        }
        spans.push((span, len));
    }
    drop(spans);
    let (used, mapped) = bridge.arena.usage();
    assert_eq!(used, 0);
    assert!(mapped < 64 << 20, "{mapped} bytes");
}

fn what_is_not_used_makes_room_for_more(bits: Bits) {
    let bridge = start(bits);
    // More than 32 bits can address, one after the other; each is only touched at its end. None is larger than the room below
    // the program, which nothing breaks up.
    for len in [1usize << 30, 1100 << 20, 1 << 30, 1100 << 20, 1 << 20] {
        let span = bridge.arena_alloc(len, 4096).unwrap_or_else(|error| panic!("{len}: {error}"));
        span.write(len - 5, b"ended");
        let mut end = [0; 5];
        bridge.read(span.remote() + len as u64 - 5, &mut end).unwrap();
        assert_eq!(&end, b"ended");
    }
    let statistics = bridge.statistics().unwrap();
    assert_eq!(statistics.shared_used, 0);
    assert!(statistics.shared_mapped <= 256 << 20, "{statistics:?}");
    assert_eq!(statistics.shared_mapped, statistics.remote.mapped);
    if bits == Bits::ThirtyTwo {
        assert!(matches!(bridge.arena_alloc(5 << 30, 16), Err(Error::NoMemory { .. })));
        assert!(bridge.is_alive());
    }
}

fn the_memory_map_names_the_library(bits: Bits) {
    let session = Session::new(bits, "crash");
    let code = session.code("crash_add");
    let map = session.bridge.memory_map().unwrap();
    let entry = map.iter().find(|entry| entry.start <= code && code < entry.end).unwrap();
    assert!(entry.path.ends_with("libcrash.so"), "{entry:?}");
    assert!(entry.permissions.contains('x'));
}
