//! Which parameters a Lua function merely indexes.
//!
//! A pointer that C passes to a callback becomes an object, which costs more than the call. When the function does nothing
//! with the parameter but index it (`a[0]`, `a.contents.key`), nobody can tell the object of one call from that of the
//! next, and one object serves all calls. When it begins by reading `a[0]`, and reads it nowhere else, the item can be read
//! for it beforehand. The function's bytecode tells, in the form that `lua_dump` gives it.

use std::ffi::{c_int, c_void};

use crate::lua::state::{State, ffi};

/// Parameters that are looked at: the first ones.
const MOST: usize = 8;

/// What a function does with a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Use {
    /// Anything.
    Any,
    /// It indexes the parameter, and asks whether it is nil or false.
    Indexed,
    /// That, and item 0 is read on every call, before anything that could change it, and not after that.
    FirstItem,
}

/// What the function at `i` does with each of its first `count` parameters; anything when nothing is known about it.
pub(super) fn uses(state: State, i: c_int, count: usize) -> [Use; MOST] {
    let none = [Use::Any; MOST];
    if count > MOST || !state.is_function(i) {
        return none;
    }
    let mut dump = Vec::new();
    state.push_value(i);
    // SAFETY: a function is on the top; `collect` gets the vector, which outlives the call.
    let refused = unsafe { ffi::lua_dump(state.raw(), collect, (&raw mut dump).cast(), 1) };
    state.pop(1);
    if refused != 0 {
        return none;
    }
    let mut reader = Reader { rest: &dump };
    reader.header().and_then(|()| reader.function(&mut Vec::new())).map_or(none, |function| function.uses())
}

/// Takes a piece of the dump.
unsafe extern "C-unwind" fn collect(
    _: *mut ffi::lua_State,
    piece: *const c_void,
    size: usize,
    dump: *mut c_void,
) -> c_int {
    // SAFETY: Lua passes `size` readable bytes, and what `indexed_only` gave it.
    let (piece, dump) = unsafe { (std::slice::from_raw_parts(piece.cast::<u8>(), size), &mut *dump.cast::<Vec<u8>>()) };
    dump.extend_from_slice(piece);
    0
}

/// What matters of a function.
struct Function {
    params: u8,
    is_vararg: bool,
    code: Vec<Instruction>,
    /// Registers that functions made inside it capture.
    captured: Vec<u8>,
}

/// One instruction of Lua 5.4.
#[derive(Clone, Copy)]
struct Instruction(u32);

impl Instruction {
    fn opcode(self) -> u32 {
        self.0 & 0x7f
    }

    fn a(self) -> usize {
        (self.0 >> 7 & 0xff) as usize
    }

    /// The third operand is a constant.
    fn k(self) -> bool {
        self.0 >> 15 & 1 != 0
    }

    fn b(self) -> usize {
        (self.0 >> 16 & 0xff) as usize
    }

    fn c(self) -> usize {
        (self.0 >> 24) as usize
    }

    /// Whether it uses the value in register `r` otherwise than by indexing it or asking whether it is nil or false.
    fn lets_go(self, r: usize) -> bool {
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
}

impl Function {
    fn uses(&self) -> [Use; MOST] {
        let start = self.straight_start();
        std::array::from_fn(|r| {
            let lets_go = self.is_vararg
                // What is passed beyond the parameters is dropped.
                || r < usize::from(self.params)
                    && (self.captured.iter().any(|c| usize::from(*c) == r) || self.code.iter().any(|i| i.lets_go(r)));
            let reads_first = |i: &Instruction| i.opcode() == 13 && i.b() == r && i.c() == 0;
            match lets_go {
                true => Use::Any,
                false if self.code[..start].iter().any(reads_first) && !self.code[start..].iter().any(reads_first) => {
                    Use::FirstItem
                }
                false => Use::Indexed,
            }
        })
    }

    /// How many instructions at the start run once in each call, one after the other, and change nothing: copies, loads,
    /// and items of parameters.
    fn straight_start(&self) -> usize {
        let jumps_back = |i: &Instruction| matches!(i.opcode(), 73 | 77) || i.opcode() == 56 && i.0 >> 31 == 0;
        if self.code.iter().any(jumps_back) {
            return 0;
        }
        let is_plain = |i: &Instruction| match i.opcode() {
            0..=4 | 7..=9 => true,
            // Whether the parameter still is what was passed is asked by `writes`.
            13 => i.b() < usize::from(self.params),
            _ => false,
        };
        let writes_parameter = |i: &Instruction| i.a() < usize::from(self.params);
        self.code.iter().position(|i| !is_plain(i) || writes_parameter(i)).unwrap_or(self.code.len())
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

    /// A function; the registers that it captures of the one around it go into `captures`.
    fn function(&mut self, captures: &mut Vec<u8>) -> Option<Function> {
        self.text()?;
        self.size()?;
        self.size()?;
        let (params, is_vararg) = (self.byte()?, self.byte()? != 0);
        self.byte()?;
        let count = self.size()?;
        let code = self.bytes(count.checked_mul(4)?)?;
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
