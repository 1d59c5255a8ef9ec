//! What the tests of calls share: a C compiler, and calls with plain values on every path.
#![allow(dead_code, reason = "each test program uses its own part")]

pub(crate) mod shapes;
pub(crate) mod source;

use std::ffi::c_void;
use std::path::Path;
use std::process::Command;

use libloading::Library;
use moonglue_abi::{Abi, Type};
use moonglue_ffi::long_double::store_f80;
use moonglue_ffi::{Closure, Handler, PreparedCall, Signature};

/// A C source compiled to a library, with its scratch folder.
pub(crate) struct Compiled {
    library: Library,
    _folder: tempfile::TempDir,
}

impl Compiled {
    /// Compiles with gcc, whose idea of the ABI the tests compare with.
    pub(crate) fn new(source: &str) -> Compiled {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let (text, library) = (folder.path().join("lib.c"), folder.path().join("lib.so"));
        std::fs::write(&text, source).expect("the scratch folder is writable");
        gcc(&text, &library);
        // SAFETY: the library was just made from our own source, which has no initialisers.
        let library = unsafe { Library::new(&library) }.expect("a library that was just linked");
        Compiled { library, _folder: folder }
    }

    /// The address of a function.
    pub(crate) fn address(&self, name: &str) -> *const c_void {
        // SAFETY: only the address is taken; whoever calls it knows its type.
        let symbol = unsafe { self.library.get::<unsafe extern "C" fn()>(name.as_bytes()) };
        *symbol.unwrap_or_else(|error| panic!("{name}: {error}")) as *const c_void
    }
}

fn gcc(source: &Path, library: &Path) {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "gcc".to_owned());
    let width = if cfg!(target_arch = "x86") { "-m32" } else { "-O1" };
    let output = Command::new(&compiler)
        .args([width, "-O1", "-w", "-shared", "-fPIC", "-o"])
        .args([library, source])
        .output()
        .unwrap_or_else(|error| panic!("these tests need a C compiler; `{compiler}`: {error}"));
    assert!(output.status.success(), "{compiler}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Memory for any type of the tests: aligned to 128 bytes.
pub(crate) struct Room {
    lines: Vec<Line>,
    len: usize,
}

#[derive(Clone)]
#[repr(align(128))]
struct Line([u8; 128]);

impl Room {
    pub(crate) fn filled(byte: u8, len: usize) -> Room {
        Room { lines: vec![Line([byte; 128]); len.div_ceil(128)], len }
    }

    pub(crate) fn as_mut_ptr(&mut self) -> *mut u8 {
        self.lines.as_mut_ptr().cast()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the lines are nothing but bytes, and have at least that many.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

/// An argument.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Any integer or pointer, extended to 8 bytes.
    Int(i64),
    Float(f32),
    Double(f64),
    LongDouble(f64),
    /// Anything else.
    Bytes(Vec<u8>),
}

/// Which way a call goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    Fastest,
    Libffi,
}

pub(crate) const WAYS: [Way; 2] = [Way::Fastest, Way::Libffi];

const UNWRITTEN: u8 = 0xa5;
const BEHIND: usize = 48;

/// The bytes a call left in its result buffer, and how large the result is.
pub(crate) struct Outcome {
    buffer: Room,
    size: usize,
}

impl Outcome {
    pub(crate) fn int(&self) -> i64 {
        i64::from_le_bytes(self.buffer.bytes()[..8].try_into().expect("eight bytes"))
    }
    pub(crate) fn u64(&self) -> u64 {
        self.int() as u64
    }
    pub(crate) fn float(&self) -> f32 {
        f32::from_le_bytes(self.buffer.bytes()[..4].try_into().expect("four bytes"))
    }
    pub(crate) fn double(&self) -> f64 {
        f64::from_bits(self.u64())
    }
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer.bytes()[..self.size]
    }
    /// That nothing was written behind an aggregate's last byte.
    pub(crate) fn assert_exact(&self, what: &str) {
        assert!(
            self.buffer.bytes()[self.size..].iter().all(|byte| *byte == UNWRITTEN),
            "{what}: wrote past its {} bytes",
            self.size
        );
    }
}

pub(crate) fn prepare(signature: &Signature, way: Way) -> PreparedCall {
    let call = match way {
        Way::Fastest => PreparedCall::new(signature),
        Way::Libffi => PreparedCall::with_libffi(signature),
    };
    call.unwrap_or_else(|error| panic!("{signature:?}: {error}"))
}

/// A callback; which way C comes in is the same choice as for calls.
pub(crate) fn closure(way: Way, signature: &Signature, handler: Handler, user: *mut c_void) -> Closure {
    let closure = match way {
        Way::Fastest => Closure::new(signature, handler, user),
        Way::Libffi => Closure::with_libffi(signature, handler, user),
    };
    let closure = closure.unwrap_or_else(|error| panic!("{signature:?}: {error}"));
    // The same signatures are fast in both directions, so that no test passes by testing one way twice.
    assert_eq!(closure.is_precompiled(), prepare(signature, way).in_registers(), "{signature:?}");
    closure
}

/// Calls a function with these arguments.
pub(crate) fn call(way: Way, signature: &Signature, code: *const c_void, args: &[Value]) -> Outcome {
    invoke(&prepare(signature, way), signature, code, args)
}

/// Calls with a prepared call; argument memory nobody wrote to holds rubbish.
pub(crate) fn invoke(call: &PreparedCall, signature: &Signature, code: *const c_void, args: &[Value]) -> Outcome {
    assert_eq!(args.len(), signature.params.len());
    let rubbish = u128::from_le_bytes([UNWRITTEN; 16]);
    assert_eq!(call.frame_size() % 16, 0);
    let mut frame = vec![rubbish; call.frame_size() / 16];
    let base = frame.as_mut_ptr().cast::<u8>();
    for (index, arg) in args.iter().enumerate() {
        let slot = call.slot(index);
        let mut bytes = match arg {
            Value::Int(value) => value.to_le_bytes().to_vec(),
            Value::Float(value) => u64::from(value.to_bits()).to_le_bytes().to_vec(),
            Value::Double(value) => value.to_le_bytes().to_vec(),
            Value::LongDouble(value) => {
                let mut bytes = vec![UNWRITTEN; 16];
                // SAFETY: sixteen bytes.
                unsafe { store_f80(bytes.as_mut_ptr(), *value) };
                bytes
            }
            Value::Bytes(bytes) => bytes.clone(),
        };
        assert!(bytes.is_empty() || slot + bytes.len() <= call.frame_size());
        if bytes.is_empty() {
            continue;
        }
        // SAFETY: checked to lie in the frame.
        unsafe { base.add(slot).copy_from_nonoverlapping(bytes.as_mut_ptr(), bytes.len()) };
    }
    let size = signature.result.size(Abi::HOST);
    assert_eq!(call.result_size(), size.max(16));
    let mut buffer = Room::filled(UNWRITTEN, call.result_size() + BEHIND);
    // SAFETY: the tests pair each address with its own signature; the frame is 16-aligned and filled; the result
    // buffer is larger than asked for.
    unsafe { call.invoke(code, base, buffer.as_mut_ptr()) };
    Outcome { buffer, size }
}

pub(crate) fn signature(result: impl Into<Type>, params: Vec<Type>) -> Signature {
    Signature::new(result.into(), params)
}
