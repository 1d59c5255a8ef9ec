//! Bytes as a stream of frames.
#![no_main]

use std::sync::Arc;

use moonglue_wire::channel::Receiver;

#[path = "../../tests/wire/pieces.rs"]
mod pieces;
#[path = "../../tests/wire/take.rs"]
mod take;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut receiver = Receiver::new(Arc::new(pieces::Pieces::new(bytes.to_vec(), || 100)));
    let mut message = Vec::new();
    while receiver.receive(&mut message, None).is_ok() {
        take::take(&message);
    }
});
