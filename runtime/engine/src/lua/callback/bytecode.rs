//! Lua 5.4's bytecode, as far as callbacks look into it: in the form that `lua_dump` gives.

use std::ffi::{c_int, c_void};
use std::ops::Range;

use crate::lua::state::{State, ffi};

/// The dump of the function at `i`, with or without what it says about its source; none of a C function.
pub(super) fn dump(state: State, i: c_int, stripped: bool) -> Option<Vec<u8>> {
    let mut dump = Vec::new();
    state.push_value(i);
    // SAFETY: a value is on the top; `collect` gets the vector, which outlives the call.
    let refused = unsafe { ffi::lua_dump(state.raw(), collect, (&raw mut dump).cast(), stripped.into()) };
    state.pop(1);
    if refused == 0 { Some(dump) } else { None }
}

/// Takes a piece of the dump.
unsafe extern "C-unwind" fn collect(
    _: *mut ffi::lua_State,
    piece: *const c_void,
    size: usize,
    dump: *mut c_void,
) -> c_int {
    // SAFETY: Lua passes `size` readable bytes, and what `dump` gave it.
    let (piece, dump) = unsafe { (std::slice::from_raw_parts(piece.cast::<u8>(), size), &mut *dump.cast::<Vec<u8>>()) };
    dump.extend_from_slice(piece);
    0
}

/// What matters of a function.
pub(super) struct Function {
    pub(super) params: u8,
    pub(super) is_vararg: bool,
    pub(super) code: Vec<Instruction>,
    /// Registers that functions made inside it capture.
    pub(super) captured: Vec<u8>,
}

impl Function {
    /// The function that was dumped without anything about its source; none where the dump is not what is expected.
    pub(super) fn read(stripped: &[u8]) -> Option<Function> {
        let mut reader = Reader { rest: stripped };
        reader.header()?;
        reader.function(&mut Vec::new())
    }
}

/// Where the instructions of the dumped function are in the dump.
pub(super) fn code_in(dump: &[u8]) -> Option<Range<usize>> {
    let mut reader = Reader { rest: dump };
    reader.header()?;
    let size = reader.head()?.1;
    let start = dump.len() - reader.rest.len();
    reader.bytes(size)?;
    Some(start..start + size)
}

/// One instruction of Lua 5.4.
#[derive(Clone, Copy)]
pub(super) struct Instruction(pub(super) u32);

impl Instruction {
    pub(super) fn opcode(self) -> u32 {
        self.0 & 0x7f
    }

    pub(super) fn a(self) -> usize {
        (self.0 >> 7 & 0xff) as usize
    }

    /// The third operand is a constant.
    fn k(self) -> bool {
        self.0 >> 15 & 1 != 0
    }

    pub(super) fn b(self) -> usize {
        (self.0 >> 16 & 0xff) as usize
    }

    pub(super) fn c(self) -> usize {
        (self.0 >> 24) as usize
    }

    /// Whether it uses the value in register `r` otherwise than by indexing it or asking whether it is nil or false.
    pub(super) fn lets_go(self, r: usize) -> bool {
        let (a, b, c) = (self.a(), self.b(), self.c());
        match self.opcode() {
            // Loads, upvalues as such, new tables, jumps, closures (see `captured`), and what follows another.
            1..=9 | 11 | 19 | 54 | 56 | 71 | 79 | 82 => false,
            // Indexing: the key may go anywhere.
            12 => c == r,
            13 | 14 => false,
            // Stores: what is stored goes; so, to be safe, does what is stored into.
            15 => !self.k() && c == r,
            16 => a == r || b == r || !self.k() && c == r,
            17 | 18 => a == r || !self.k() && c == r,
            // A method's object becomes an argument.
            20 => b == r || !self.k() && c == r,
            // Copies and arithmetic.
            0 | 21..=33 | 49 | 50 | 52 | 67 => b == r,
            34..=45 => b == r || c == r,
            46 => a == r || b == r,
            // `not`, tests, and comparisons with constants look at the value alone.
            51 | 60 | 61 | 66 => false,
            57..=59 => a == r || b == r,
            10 | 47 | 48 | 55 | 62..=65 | 72 => a == r,
            // A return without values.
            70 if b == 1 => false,
            // Everything else uses registers from `a` on: calls, returns, concatenation, loops, lists, varargs.
            _ => r >= a,
        }
    }

    /// Whether it looks at the value in register `r` at all.
    pub(super) fn reads(self, r: usize) -> bool {
        let looks = match self.opcode() {
            12..=14 | 51 => self.b() == r,
            15 | 60 | 61 | 66 => self.a() == r,
            _ => false,
        };
        looks || self.lets_go(r)
    }

    /// Whether it reads item 0 of what is in register `r`.
    pub(super) fn reads_first_item(self, r: usize) -> bool {
        self.opcode() == 13 && self.b() == r && self.c() == 0
    }

    /// What takes the value itself from the register where this takes an item of it.
    pub(super) fn as_move(self) -> Instruction {
        const OPERANDS: u32 = 0xff << 7 | 0xff << 16;
        Instruction(self.0 & OPERANDS)
    }
}

/// Reads a dump; every step is none at its end, or where it is not what is expected.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes(1).map(|b| b[0])
    }

    /// Seven bits a byte, the highest first; the last byte is marked.
    fn size(&mut self) -> Option<usize> {
        let mut size = 0usize;
        loop {
            let byte = self.byte()?;
            size = size.checked_mul(128)? | usize::from(byte & 0x7f);
            if byte & 0x80 != 0 {
                return Some(size);
            }
        }
    }

    fn text(&mut self) -> Option<()> {
        let size = self.size()?;
        self.bytes(size.saturating_sub(1)).map(drop)
    }

    fn header(&mut self) -> Option<()> {
        const LUA_5_4: &[u8] = b"\x1bLua\x54\x00\x19\x93\r\n\x1a\n\x04\x08\x08";
        if self.bytes(LUA_5_4.len())? != LUA_5_4 {
            return None;
        }
        // A number of each kind, and the count of upvalues.
        self.bytes(17).map(drop)
    }

    /// What comes before a function's instructions: how many parameters it has, whether it takes more; and the size of the
    /// instructions.
    fn head(&mut self) -> Option<((u8, bool), usize)> {
        self.text()?;
        self.size()?;
        self.size()?;
        let params = (self.byte()?, self.byte()? != 0);
        self.byte()?;
        Some((params, self.size()?.checked_mul(4)?))
    }

    /// A function; the registers that it captures of the one around it go into `captures`.
    fn function(&mut self, captures: &mut Vec<u8>) -> Option<Function> {
        let ((params, is_vararg), size) = self.head()?;
        let code = self.bytes(size)?;
        let code = code.as_chunks::<4>().0.iter().map(|c| Instruction(u32::from_ne_bytes(*c))).collect();
        for _ in 0..self.size()? {
            match self.byte()? {
                // Nil, false, true.
                0 | 1 | 17 => {}
                // Integers and floats.
                3 | 19 => drop(self.bytes(8)?),
                // Short and long strings.
                4 | 20 => self.text()?,
                _ => return None,
            }
        }
        for _ in 0..self.size()? {
            let upvalue = self.bytes(3)?;
            if upvalue[0] != 0 {
                captures.push(upvalue[1]);
            }
        }
        let mut captured = Vec::new();
        for _ in 0..self.size()? {
            self.function(&mut captured)?;
        }
        self.nothing_about_source()?;
        Some(Function { params, is_vararg, code, captured })
    }

    /// A stripped function has none of its four lists about its source.
    fn nothing_about_source(&mut self) -> Option<()> {
        for _ in 0..4 {
            if self.size()? != 0 {
                return None;
            }
        }
        Some(())
    }
}
