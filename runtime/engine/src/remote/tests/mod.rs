//! Real bridges of both widths, with real libraries in them.

mod calls;
mod deaths;
mod hostile;
mod memory;
mod orphans;
mod start;

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use moonglue_abi::{Prim, Type};
use moonglue_ffi::Signature;
use moonglue_tests::{binary, fixtures};

use super::death::End;
use super::*;

/// Runs a test with a bridge of each width.
macro_rules! both_widths {
    ($($test:ident),* $(,)?) => {
        mod with_32_bits {
            $(#[test] fn $test() { super::$test(crate::remote::Bits::ThirtyTwo) })*
        }
        mod with_our_own {
            $(#[test] fn $test() { super::$test(crate::remote::Bits::Same) })*
        }
    };
}
pub(super) use both_widths;

fn options(bits: Bits) -> StartOptions {
    let program = match bits {
        Bits::Same => binary::bridge(),
        Bits::ThirtyTwo => binary::bridge32(),
    };
    StartOptions { bits, executable: Some(program.to_owned()), ..StartOptions::default() }
}

/// What the bridge prints is nobody's business.
fn unheard() -> Output {
    Output::Capture { keep: 0, sink: None }
}

fn start(bits: Bits) -> Bridge {
    Bridge::start(&options(bits)).unwrap_or_else(|error| panic!("{error}"))
}

fn fixture(bits: Bits, name: &str) -> String {
    let folder: &Path = match bits {
        Bits::Same => fixtures::fixtures(),
        Bits::ThirtyTwo => fixtures::fixtures32(),
    };
    folder.join(format!("lib{name}.so")).to_str().expect("a path in UTF-8").to_owned()
}

/// A bridge with a library in it.
struct Session {
    bridge: Bridge,
    library: u32,
    name: &'static str,
}

impl Session {
    fn new(bits: Bits, name: &'static str) -> Session {
        Session::of(start(bits), bits, name)
    }

    fn of(bridge: Bridge, bits: Bits, name: &'static str) -> Session {
        let library = bridge.load(Some(&fixture(bits, name)), false).unwrap_or_else(|error| panic!("{error}")).library;
        Session { bridge, library, name }
    }

    fn label(&self, function: &str) -> Rc<Label> {
        Rc::new(Label { function: function.to_owned(), module: format!("lib{}.so", self.name) })
    }

    fn code(&self, function: &str) -> u64 {
        self.bridge.symbol(self.library, function).unwrap().unwrap_or_else(|| panic!("no {function}"))
    }

    /// Calls a function whose result and parameters are integers or pointers.
    fn call(&self, function: &str, params: &[(Prim, i64)]) -> Result<i64, Error> {
        self.call_with(function, params, None, &mut NoCallbacks)
    }

    fn call_with(
        &self,
        function: &str,
        params: &[(Prim, i64)],
        limit: Option<Duration>,
        handler: &mut dyn CallbackHandler,
    ) -> Result<i64, Error> {
        let types = params.iter().map(|(prim, _)| Type::Prim(*prim)).collect();
        let prepared = self.bridge.prepare(&Signature::new(Prim::Int.into(), types))?;
        let mut frame = vec![0; prepared.frame_size()];
        for (index, (_, value)) in params.iter().enumerate() {
            frame[prepared.slot(index)..][..8].copy_from_slice(&value.to_le_bytes());
        }
        let label = self.label(function);
        let call = Call { prepared: &prepared, code: self.code(function), errno: None, frame: &frame, label: &label };
        let mut result = vec![0; prepared.result_size()];
        self.bridge.call(&call, &mut result, limit, handler)?;
        Ok(i32::from_le_bytes(result[..4].try_into().unwrap()).into())
    }
}

/// For calls from which none comes.
struct NoCallbacks;

impl CallbackHandler for NoCallbacks {
    fn handle(&mut self, incoming: &Incoming<'_>, _: &mut Vec<u8>) -> Option<i32> {
        panic!("callback {} was not expected", incoming.id)
    }
}

/// A callback from int to int.
struct Ints<F>(F);

impl<F: FnMut(i32) -> i32> CallbackHandler for Ints<F> {
    fn handle(&mut self, incoming: &Incoming<'_>, result: &mut Vec<u8>) -> Option<i32> {
        let value = i32::from_le_bytes(incoming.argument(0).try_into().unwrap());
        let answer = (self.0)(value);
        result.extend_from_slice(&i64::from(answer).to_le_bytes());
        None
    }
}
