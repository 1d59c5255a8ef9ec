//! Reading arguments: from a value on Lua's stack into the registers of the convention.

#![allow(clippy::useless_conversion, reason = "dynasm converts register numbers to what they are already")]

use std::mem::offset_of;

use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};
use moonglue_abi::{Abi, Class, Passing, passing};

use super::super::plan::{Param, Pass, Plan};
use super::code::Maker;
use super::helpers;
use crate::lua::ctype::{CType, Conv, Kind};
use crate::lua::object::{CData, MAGIC};
use crate::lua::stack::layout;

/// The numbers of rdi, rsi, rdx, rcx, r8, r9.
const INTS: [u8; 6] = [7, 6, 2, 1, 8, 9];

/// Bytes for the private copy of a short string: as many as it can have, up to a multiple of sixteen.
pub(super) const ROOM: i32 = 48;

/// Bytes of the strings that are copied at once, without their NUL.
const LEN: i32 = 15;

/// From byte `LEN - n` on: which bytes of sixteen that end with a NUL are the last `n + 1`, and zeros.
#[repr(align(32))]
struct Slide([u8; 32]);

static SLIDE: Slide = {
    const ZERO: u8 = 0x80;
    let mut bytes = [ZERO; 32];
    let mut k = 0;
    while k <= LEN as usize {
        bytes[k] = k as u8;
        k += 1;
    }
    Slide(bytes)
};

/// How an argument is read.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Argument {
    /// Of these bytes; unsigned ones are extended with zeros.
    Integer {
        size: usize,
        signed: bool,
    },
    Double,
    Float,
    /// A short string, of which C gets a private copy (needs AVX).
    Text,
    Boolean,
    /// An address: in a pointer object of the very type, or wherever the parameter's word finds one.
    Pointer,
    /// An address, wherever the parameter's word finds one.
    AnyPointer,
    /// A struct or union of the very type, whose words go to registers of these classes.
    Record(Vec<Class>),
}

impl Argument {
    /// Whether nothing but the number itself is needed to tell what was passed.
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Argument::Integer { .. } | Argument::Double | Argument::Float | Argument::Boolean)
    }

    fn is_pointer(&self) -> bool {
        matches!(self, Argument::Pointer | Argument::AnyPointer)
    }
}

/// A way out of the straight code and back into it.
pub(super) struct Detour {
    from: DynamicLabel,
    to: DynamicLabel,
    what: Seldom,
}

/// What is done on a detour, for the argument at `value` or in a register.
enum Seldom {
    HighHalf { value: i32 },
    IntegerAsFloat { value: i32, register: u8 },
    LongerText { register: u8, room: i32 },
}

/// How the argument of this parameter is read; `None` when there is no code for it.
pub(super) fn of(param: &Param) -> Option<Argument> {
    let integer = |conv| {
        let signed = matches!(conv, Conv::I8 | Conv::I16 | Conv::I32 | Conv::I64 | Conv::HResult);
        Argument::Integer { size: param.ty.size(), signed }
    };
    Some(match param.pass {
        Pass::Int32 => integer(Conv::I32),
        Pass::Integer(conv) => integer(conv),
        Pass::Double => Argument::Double,
        Pass::Float => Argument::Float,
        Pass::CharP if is_x86_feature_detected!("avx") => Argument::Text,
        Pass::Address if matches!(param.ty.kind, Kind::Pointer(_)) => Argument::Pointer,
        Pass::Address if param.ty.conv() == Some(Conv::VoidP) || param.ty.function().is_some() => Argument::AnyPointer,
        Pass::Scalar if param.ty.conv() == Some(Conv::Bool) => Argument::Boolean,
        Pass::Record => match passing(param.ty.as_abi(), Abi::HOST) {
            // A last word that is not whole cannot be read as one.
            Passing::Registers(classes) if classes.len() * 8 == param.ty.size() => Argument::Record(classes),
            _ => return None,
        },
        _ => return None,
    })
}

impl Maker<'_> {
    /// Reads all arguments into registers; with `image`, also where a crash report looks for them.
    pub(super) fn read_arguments(&mut self, plan: &Plan, given: &[Argument], image: Option<i32>, scratch: i32) {
        self.find_addresses(plan, given, image);
        let (mut ints, mut vectors, mut room) = (0, 0, scratch);
        for (k, (argument, param)) in given.iter().zip(&plan.params).enumerate() {
            let value = (k as i32 + 1) * layout::VALUE;
            let slot = image.map(|image| image + param.slot as i32);
            match argument {
                Argument::Integer { size, signed } => {
                    self.integer(value, INTS[ints], *size, *signed);
                    self.note_int(slot, INTS[ints]);
                    ints += 1;
                }
                Argument::Text => {
                    self.text(value, INTS[ints], room);
                    self.note_int(slot, INTS[ints]);
                    room += ROOM;
                    ints += 1;
                }
                Argument::Boolean => {
                    self.boolean(value, INTS[ints]);
                    self.note_int(slot, INTS[ints]);
                    ints += 1;
                }
                Argument::Pointer | Argument::AnyPointer => {
                    if let Some(slot) = slot {
                        dynasm!(self.ops ; .arch x64 ; mov Rq(INTS[ints]), [rsp + slot]);
                    }
                    ints += 1;
                }
                Argument::Double | Argument::Float => {
                    self.number(value, vectors, *argument == Argument::Float);
                    self.note_vector(slot, vectors);
                    vectors += 1;
                }
                Argument::Record(classes) => {
                    self.object(value, param.ty, self.slow);
                    let ops = &mut *self.ops;
                    dynasm!(ops ; .arch x64 ; mov rax, [rax + layout::MEMORY + offset_of!(CData, addr) as i32]);
                    for (word, class) in classes.iter().enumerate() {
                        let offset = word as i32 * 8;
                        let slot = slot.map(|slot| slot + offset);
                        match class {
                            Class::Integer => {
                                dynasm!(self.ops ; .arch x64 ; mov Rq(INTS[ints]), [rax + offset]);
                                self.note_int(slot, INTS[ints]);
                                ints += 1;
                            }
                            Class::Sse => {
                                dynasm!(self.ops ; .arch x64 ; movsd Rx(vectors), [rax + offset]);
                                self.note_vector(slot, vectors);
                                vectors += 1;
                            }
                        }
                    }
                }
            }
        }
    }

    /// Writes the addresses of pointer parameters into the image. It may call a helper for each, so that it comes first.
    fn find_addresses(&mut self, plan: &Plan, given: &[Argument], image: Option<i32>) {
        let Some(image) = image else { return };
        for (k, (argument, param)) in given.iter().zip(&plan.params).enumerate().filter(|(_, (a, _))| a.is_pointer()) {
            let value = (k as i32 + 1) * layout::VALUE;
            let (other, done) = (self.ops.new_dynamic_label(), self.ops.new_dynamic_label());
            let slow = self.slow;
            if *argument == Argument::Pointer {
                self.object(value, param.ty, other);
                let ops = &mut *self.ops;
                dynasm!(ops ; .arch x64
                    ; mov rax, [rax + layout::MEMORY + offset_of!(CData, addr) as i32]
                    ; mov rax, [rax]
                    // An address of another process.
                    ; test rax, rax
                    ; js =>slow
                    ; jmp =>done
                );
            }
            let ops = &mut *self.ops;
            dynasm!(ops ; .arch x64
                ; =>other
                ; lea rdi, [r10 + value]
                ; mov rsi, QWORD std::ptr::from_ref(&param.word) as i64
                ; mov rax, QWORD helpers::address_of as *const () as i64
                ; call rax
                ; cmp rax, -1
                ; je =>slow
                ; mov r10, [rbx + layout::CALL]
                ; mov r10, [r10]
                ; =>done
                ; mov [rsp + image + param.slot as i32], rax
            );
        }
    }

    fn note_int(&mut self, slot: Option<i32>, register: u8) {
        if let Some(slot) = slot {
            dynasm!(self.ops ; .arch x64 ; mov [rsp + slot], Rq(register));
        }
    }

    fn note_vector(&mut self, slot: Option<i32>, register: u8) {
        if let Some(slot) = slot {
            dynasm!(self.ops ; .arch x64 ; movsd [rsp + slot], Rx(register));
        }
    }

    /// An integer that fits either reading of its bits.
    fn integer(&mut self, value: i32, to: u8, size: usize, signed: bool) {
        let slow = self.slow;
        let ops = &mut *self.ops;
        dynasm!(ops ; .arch x64 ; cmp BYTE [r10 + value + layout::TAG], layout::INTEGER ; jne =>slow);
        if size == 8 {
            dynasm!(ops ; .arch x64 ; mov Rq(to), [r10 + value]);
            return;
        }
        let (low, high) = match size {
            1 => (-0x80, 0xff),
            2 => (-0x8000, 0xffff),
            _ => (0, 0),
        };
        if size < 4 {
            dynasm!(ops ; .arch x64
                ; mov Rq(to), [r10 + value]
                ; cmp Rq(to), low ; jl =>slow
                ; cmp Rq(to), high ; jg =>slow
            );
        }
        match (size, signed) {
            (1, true) => dynasm!(ops ; .arch x64 ; movsx Rq(to), BYTE [r10 + value]),
            (1, false) => dynasm!(ops ; .arch x64 ; movzx Rq(to), BYTE [r10 + value]),
            (2, true) => dynasm!(ops ; .arch x64 ; movsx Rq(to), WORD [r10 + value]),
            (2, false) => dynasm!(ops ; .arch x64 ; movzx Rq(to), WORD [r10 + value]),
            _ => {
                // Nearly all are what their low half says.
                let (other, done) = (ops.new_dynamic_label(), ops.new_dynamic_label());
                dynasm!(ops ; .arch x64
                    ; movsxd Rq(to), DWORD [r10 + value]
                    ; cmp Rq(to), [r10 + value]
                    ; jne =>other
                    ; =>done
                );
                if !signed {
                    dynasm!(ops ; .arch x64 ; mov Rd(to), Rd(to));
                }
                self.detours.push(Detour { from: other, to: done, what: Seldom::HighHalf { value } });
            }
        }
    }

    /// A float, or an integer as one.
    fn number(&mut self, value: i32, to: u8, narrow: bool) {
        let ops = &mut *self.ops;
        let (other, done) = (ops.new_dynamic_label(), ops.new_dynamic_label());
        dynasm!(ops ; .arch x64
            ; cmp BYTE [r10 + value + layout::TAG], layout::FLOAT
            ; jne =>other
            ; movsd Rx(to), [r10 + value]
            ; =>done
        );
        if narrow {
            // The upper half stays zero, as a frame wants it.
            dynasm!(ops ; .arch x64
                ; xorps xmm15, xmm15
                ; cvtsd2ss xmm15, Rx(to)
                ; movaps Rx(to), xmm15
            );
        }
        self.detours.push(Detour { from: other, to: done, what: Seldom::IntegerAsFloat { value, register: to } });
    }

    /// A copy at the room's begin, followed by zeros: written at once as a whole, so that C's functions, which read strings in
    /// pieces as wide, need not wait for it. What is read of the string is behind its head and ends with its NUL.
    fn text(&mut self, value: i32, to: u8, room: i32) {
        let slow = self.slow;
        let ops = &mut *self.ops;
        let (other, done) = (ops.new_dynamic_label(), ops.new_dynamic_label());
        dynasm!(ops ; .arch x64
            ; cmp BYTE [r10 + value + layout::TAG], layout::SHORT_TEXT
            ; jne =>slow
            ; mov rax, [r10 + value]
            ; movzx Rd(to), BYTE [rax + layout::SHORT_LEN]
            ; cmp Rd(to), LEN
            ; ja =>other
            ; vmovdqu xmm15, [rax + Rq(to) + layout::TEXT - LEN]
            ; neg Rq(to)
            ; mov rax, QWORD SLIDE.0.as_ptr() as i64 + LEN as i64
            ; vpshufb xmm15, xmm15, [rax + Rq(to)]
            ; vmovdqu [rsp + room], ymm15
            ; lea Rq(to), [rsp + room]
            ; =>done
        );
        self.detours.push(Detour { from: other, to: done, what: Seldom::LongerText { register: to, room } });
    }

    /// What hardly ever happens to arguments: out of the way, so that the rest runs straight on.
    pub(super) fn detours(&mut self) {
        for Detour { from, to, what } in std::mem::take(&mut self.detours) {
            let slow = self.slow;
            let ops = &mut *self.ops;
            dynasm!(ops ; .arch x64 ; =>from);
            match what {
                // It says which reading of the bits is meant: a high half of zeros is that of an unsigned number.
                Seldom::HighHalf { value } => dynasm!(ops ; .arch x64
                    ; cmp DWORD [r10 + value + 4], 0
                    ; jne =>slow
                ),
                Seldom::IntegerAsFloat { value, register } => dynasm!(ops ; .arch x64
                    ; cmp BYTE [r10 + value + layout::TAG], layout::INTEGER
                    ; jne =>slow
                    ; xorps Rx(register), Rx(register)
                    ; cvtsi2sd Rx(register), QWORD [r10 + value]
                ),
                // A copy that ends where the room does, in pieces that each end inside the string.
                Seldom::LongerText { register, room } => dynasm!(ops ; .arch x64
                    ; movups xmm15, [rax + Rq(register) + layout::TEXT - 15]
                    ; movups [rsp + room + 32], xmm15
                    ; movups xmm15, [rax + Rq(register) + layout::TEXT - 31]
                    ; movups [rsp + room + 16], xmm15
                    ; cmp Rd(register), 31
                    ; jbe >last
                    ; movups xmm15, [rax + Rq(register) + layout::TEXT - 47]
                    ; movups [rsp + room], xmm15
                    ; last:
                    ; neg Rq(register)
                    ; lea Rq(register), [rsp + Rq(register) + room + ROOM - 1]
                ),
            }
            dynasm!(ops ; .arch x64 ; jmp =>to);
        }
    }

    /// True or false.
    fn boolean(&mut self, value: i32, to: u8) {
        let slow = self.slow;
        let ops = &mut *self.ops;
        let (is_true, done) = (ops.new_dynamic_label(), ops.new_dynamic_label());
        dynasm!(ops ; .arch x64
            ; cmp BYTE [r10 + value + layout::TAG], layout::TRUE
            ; je =>is_true
            ; cmp BYTE [r10 + value + layout::TAG], layout::FALSE
            ; jne =>slow
            ; xor Rd(to), Rd(to)
            ; jmp =>done
            ; =>is_true
            ; mov Rd(to), 1
            ; =>done
        );
    }

    /// Leaves the userdata of an object of type `ty` in rax; goes to `other` when the value is none.
    fn object(&mut self, value: i32, ty: &'static CType, other: DynamicLabel) {
        let ops = &mut *self.ops;
        dynasm!(ops ; .arch x64
            ; cmp BYTE [r10 + value + layout::TAG], layout::USERDATA
            ; jne =>other
            ; mov rax, [r10 + value]
            ; cmp WORD [rax + layout::USER_VALUES], 1
            ; jne =>other
            ; cmp QWORD [rax + layout::LEN], size_of::<CData>() as i32
            ; jb =>other
            ; mov r11, QWORD MAGIC as i64
            ; cmp [rax + layout::MEMORY + offset_of!(CData, magic) as i32], r11
            ; jne =>other
            ; mov r11, QWORD std::ptr::from_ref(ty) as i64
            ; cmp [rax + layout::MEMORY + offset_of!(CData, ty) as i32], r11
            ; jne =>other
        );
    }
}
