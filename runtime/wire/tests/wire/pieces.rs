//! A transport that gives out bytes in pieces; the fuzzer has the same.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use moonglue_wire::channel::{ChannelError, Transport};

/// Bytes, and how many of them the next piece has at the most; 0: nothing has arrived. Closed at their end.
pub(crate) struct Pieces<F>(Mutex<(Vec<u8>, F)>);

impl<F: FnMut() -> usize + Send> Pieces<F> {
    pub(crate) fn new(bytes: Vec<u8>, next: F) -> Pieces<F> {
        Pieces(Mutex::new((bytes, next)))
    }
}

impl<F: FnMut() -> usize + Send> Transport for Pieces<F> {
    fn send(&self, _: &[u8], _: Option<Instant>) -> Result<(), ChannelError> {
        Ok(())
    }

    fn receive(&self, buffer: &mut [u8]) -> Result<Option<usize>, ChannelError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (bytes, next) = &mut *state;
        if bytes.is_empty() {
            return Err(ChannelError::Closed);
        }
        let len = next().min(bytes.len()).min(buffer.len());
        buffer[..len].copy_from_slice(&bytes[..len]);
        bytes.drain(..len);
        Ok((len > 0).then_some(len))
    }

    fn wait(&self, _: Option<Instant>) -> Result<(), ChannelError> {
        Ok(())
    }

    fn is_closed(&self) -> bool {
        false
    }
}
