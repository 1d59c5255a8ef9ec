//! Results: from the convention's registers onto Lua's stack.

#![allow(clippy::useless_conversion, reason = "dynasm converts register numbers to what they are already")]

use dynasmrt::x64::Assembler;
use dynasmrt::{DynasmApi, dynasm};
use moonglue_abi::{Abi, Class, Passing, result_passing};

use super::super::plan::{Give, Plan};
use super::code::RESULTS;
use super::helpers;
use crate::lua::ctype::{Conv, Kind};
use crate::lua::stack::layout;

/// How a result goes to Lua.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Nothing,
    Integer {
        size: usize,
        signed: bool,
    },
    Double,
    Boolean,
    /// Through the table of conversions, from an integer register.
    Word,
    /// The same from a vector register.
    Vector,
    /// A struct or union whose words come in registers of these classes.
    Record(Vec<Class>),
}

/// How the plan's result goes to Lua; `None` when there is no code for it.
pub(super) fn of(plan: &Plan) -> Option<Answer> {
    let integer = |conv: Conv| {
        let signed = matches!(conv, Conv::I8 | Conv::I16 | Conv::I32 | Conv::I64);
        Answer::Integer { size: plan.result.size(), signed }
    };
    Some(match plan.give {
        Give::Nothing => Answer::Nothing,
        Give::Int32 => integer(Conv::I32),
        Give::Integer(conv) => integer(conv),
        Give::Double => Answer::Double,
        Give::HResult => Answer::Word,
        Give::Record => match result_passing(plan.result.as_abi(), Abi::HOST) {
            Passing::Registers(classes) => Answer::Record(classes),
            _ => return None,
        },
        Give::Value => match &plan.result.kind {
            Kind::Pointer(_) => Answer::Word,
            Kind::Simple(s) => match s.conv {
                Conv::Bool => Answer::Boolean,
                Conv::Char | Conv::WChar | Conv::VariantBool => Answer::Word,
                Conv::CharP | Conv::ConstCharP | Conv::WCharP | Conv::VoidP => Answer::Word,
                Conv::F32 => Answer::Vector,
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    })
}

/// Pushes the result and returns to Lua.
pub(super) fn give(ops: &mut Assembler, answer: Answer, plan: &Plan, frame: i32) {
    match answer {
        Answer::Nothing => dynasm!(ops ; .arch x64 ; xor eax, eax),
        Answer::Integer { size, signed } => {
            match (size, signed) {
                (1, true) => dynasm!(ops ; .arch x64 ; movsx rax, al),
                (1, false) => dynasm!(ops ; .arch x64 ; movzx eax, al),
                (2, true) => dynasm!(ops ; .arch x64 ; movsx rax, ax),
                (2, false) => dynasm!(ops ; .arch x64 ; movzx eax, ax),
                (4, true) => dynasm!(ops ; .arch x64 ; movsxd rax, eax),
                (4, false) => dynasm!(ops ; .arch x64 ; mov eax, eax),
                _ => {}
            }
            dynasm!(ops ; .arch x64 ; mov rcx, [rbx + layout::TOP] ; mov [rcx], rax);
            pushed(ops, layout::INTEGER);
        }
        Answer::Double => {
            dynasm!(ops ; .arch x64 ; mov rcx, [rbx + layout::TOP] ; movsd [rcx], xmm0);
            pushed(ops, layout::FLOAT);
        }
        Answer::Boolean => {
            // The tag says it all.
            const STEP: i8 = layout::TRUE - layout::FALSE;
            const _: () = assert!(STEP == 16);
            dynasm!(ops ; .arch x64
                ; test al, al
                ; setne al
                ; shl al, 4
                ; add al, layout::FALSE
                ; mov rcx, [rbx + layout::TOP]
                ; mov [rcx + layout::TAG], al
            );
            advance(ops);
        }
        Answer::Word => {
            dynasm!(ops ; .arch x64 ; mov rdx, rax);
            return converted(ops, plan, frame);
        }
        Answer::Vector => {
            dynasm!(ops ; .arch x64 ; movq rdx, xmm0);
            return converted(ops, plan, frame);
        }
        Answer::Record(classes) => {
            store_words(ops, &classes);
            dynasm!(ops ; .arch x64
                ; mov rdi, rbx
                ; mov rsi, QWORD std::ptr::from_ref(plan) as i64
                ; lea rdx, [rsp + RESULTS]
                ; mov rax, QWORD helpers::give_record as *const () as i64
                ; call rax
            );
        }
    }
    dynasm!(ops ; .arch x64 ; add rsp, frame ; pop rbx ; ret);
}

/// The value's bits are in the slot at rcx: makes it a value of that tag, and the only result.
fn pushed(ops: &mut Assembler, tag: i8) {
    dynasm!(ops ; .arch x64 ; mov BYTE [rcx + layout::TAG], tag);
    advance(ops);
}

/// Makes the slot at rcx the only result.
fn advance(ops: &mut Assembler) {
    dynasm!(ops ; .arch x64
        ; add rcx, layout::VALUE
        ; mov [rbx + layout::TOP], rcx
        ; mov eax, 1
    );
}

/// Leaves the bits in rdx to the table of conversions, which returns to Lua.
fn converted(ops: &mut Assembler, plan: &Plan, frame: i32) {
    dynasm!(ops ; .arch x64
        ; mov rdi, rbx
        ; mov rsi, QWORD std::ptr::from_ref(plan) as i64
        ; add rsp, frame
        ; pop rbx
        ; mov rax, QWORD helpers::give_word as *const () as i64
        ; jmp rax
    );
}

/// Stores the words of a struct in their order; each class has its own registers.
fn store_words(ops: &mut Assembler, classes: &[Class]) {
    let (mut ints, mut vectors) = (0, 0);
    for (word, class) in classes.iter().enumerate() {
        let to = RESULTS + word as i32 * 8;
        match class {
            Class::Integer => {
                if ints == 0 {
                    dynasm!(ops ; .arch x64 ; mov [rsp + to], rax);
                } else {
                    dynasm!(ops ; .arch x64 ; mov [rsp + to], rdx);
                }
                ints += 1;
            }
            Class::Sse => {
                dynasm!(ops ; .arch x64 ; movsd [rsp + to], Rx(vectors));
                vectors += 1;
            }
        }
    }
}
