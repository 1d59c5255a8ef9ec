//! Bytes as a stream of frames.
#![no_main]

use std::sync::{Arc, Mutex};
use std::time::Instant;

use moonglue_wire::channel::{ChannelError, Receiver, Transport};

#[path = "../../tests/wire/take.rs"]
mod take;

/// Gives out some bytes, a hundred at a time, and is closed then.
struct Bytes(Mutex<Vec<u8>>);

impl Transport for Bytes {
    fn send(&self, _: &[u8], _: Option<Instant>) -> Result<(), ChannelError> {
        Ok(())
    }

    fn receive(&self, buffer: &mut [u8]) -> Result<Option<usize>, ChannelError> {
        let mut bytes = self.0.lock().expect("nobody panics with it");
        let len = bytes.len().min(buffer.len()).min(100);
        if len == 0 {
            return Err(ChannelError::Closed);
        }
        buffer[..len].copy_from_slice(&bytes[..len]);
        bytes.drain(..len);
        Ok(Some(len))
    }

    fn wait(&self, _: Option<Instant>) -> Result<(), ChannelError> {
        Ok(())
    }

    fn is_closed(&self) -> bool {
        false
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut receiver = Receiver::new(Arc::new(Bytes(Mutex::new(bytes.to_vec()))));
    let mut message = Vec::new();
    while receiver.receive(&mut message, None).is_ok() {
        take::take(&message);
    }
});
