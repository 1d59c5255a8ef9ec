//! The first page: tokens, and how the bridge died.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{ARENA_START, Crash, CrashRecord, Mapping, SharedMemory};
use crate::{TOKEN_LEN, Token};

/// Where things are, in bytes from the start of the shared memory.
const HOST_TOKEN: usize = 512;
const BRIDGE_TOKEN: usize = HOST_TOKEN + TOKEN_LEN;
const CRASH: usize = 2048;

/// Whether the crash record is whole.
const CRASH_WRITTEN: u32 = 1;

/// The part of the shared memory in front of the arena.
#[derive(Debug)]
pub struct Control {
    mapping: Arc<Mapping>,
}

impl Control {
    /// Maps it.
    ///
    /// # Errors
    /// The system's refusal, or memory that is too small to be ours.
    pub fn map(memory: &SharedMemory) -> std::io::Result<Control> {
        Ok(Control { mapping: Arc::new(memory.map(0, ARENA_START)?) })
    }

    /// The mapped bytes.
    pub(crate) fn mapping(&self) -> Arc<Mapping> {
        self.mapping.clone()
    }

    /// Lays down what the two sides are to know each other by: the host's token and the bridge's.
    pub fn put_tokens(&self, tokens: (&Token, &Token)) {
        self.mapping.write(HOST_TOKEN, tokens.0);
        self.mapping.write(BRIDGE_TOKEN, tokens.1);
    }

    /// Takes the tokens out: what is left are zeros.
    pub fn take_tokens(&self) -> (Token, Token) {
        let mut tokens = ([0; TOKEN_LEN], [0; TOKEN_LEN]);
        self.mapping.read(HOST_TOKEN, &mut tokens.0);
        self.mapping.read(BRIDGE_TOKEN, &mut tokens.1);
        self.put_tokens((&[0; TOKEN_LEN], &[0; TOKEN_LEN]));
        tokens
    }

    /// Writes down how this process is dying. It may be called in a signal handler: it takes no lock and no memory. Only the
    /// first one counts, a crash inside the handler of another being of no interest.
    pub fn record_crash(&self, crash: &Crash<&[u8]>) {
        let state = self.mapping.word(CRASH);
        if state.load(Ordering::Acquire) == CRASH_WRITTEN {
            return;
        }
        crash.write(|at, value| self.crash_word(at).store(value, Ordering::Relaxed));
        state.store(CRASH_WRITTEN, Ordering::Release);
    }

    /// What the bridge wrote down, if anything.
    pub fn crash(&self) -> Option<CrashRecord> {
        if self.mapping.word(CRASH).load(Ordering::Acquire) != CRASH_WRITTEN {
            return None;
        }
        CrashRecord::read(|at| self.crash_word(at).load(Ordering::Relaxed))
    }

    /// Word number `at` of the record.
    fn crash_word(&self, at: usize) -> &AtomicU32 {
        self.mapping.word(CRASH + 4 + 4 * at)
    }
}
