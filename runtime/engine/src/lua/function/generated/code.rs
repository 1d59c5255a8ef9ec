//! The code of one function, from its first instruction to its last.
//!
//! | register | what it holds |
//! |---|---|
//! | rbx | the Lua thread |
//! | r10 | the function's slot on Lua's stack, under its arguments |
//! | rax, xmm15 | nothing for long |
//! | r11 | nothing for long, then the C function |
//! | the convention's own | the arguments, as they are read |

use std::mem::offset_of;

use dynasmrt::x64::Assembler;
use dynasmrt::{AssemblyOffset, DynamicLabel, DynasmApi, DynasmLabelApi, ExecutableBuffer, dynasm};

use super::super::plan::Plan;
use super::super::record::{CallRecord, KeptErrors};
use super::arguments::{self, Argument, Detour};
use super::results;
use super::unwind::Unwind;
use super::{Gate, helpers};
use crate::lua::callback::owner::Ownership;
use crate::lua::context::Context;
use crate::lua::function::call_in_place;
use crate::lua::stack::layout;
use crate::lua::state::ffi;

pub(super) const POSSIBLE: bool = cfg!(target_pointer_width = "64");

/// Bytes of the frame, from the stack pointer up: the call's record, and room for two result registers of each sort.
pub(super) const RESULTS: i32 = size_of::<CallRecord>() as i32;
const IMAGE: i32 = RESULTS + 32;
const _: () = assert!(size_of::<CallRecord>() == 32);

/// In a context and its [`Ownership`].
const CALLS: i32 = offset_of!(Context, calls) as i32;
const ERRORS: i32 = (offset_of!(Context, kept_errors) + offset_of!(KeptErrors, count)) as i32;
const FREE: i32 = offset_of!(Ownership, free) as i32;
const VISITORS: i32 = offset_of!(Ownership, visitors) as i32;

/// The code and the memory that it is in.
pub(super) struct Code {
    // First, so that nobody looks for code that is gone.
    _unwind: Unwind,
    buffer: ExecutableBuffer,
}

impl Code {
    pub(super) fn entry(&self) -> ffi::lua_CFunction {
        // SAFETY: the buffer begins with the function that `make` assembled, which is called as such.
        unsafe { std::mem::transmute::<*const u8, ffi::lua_CFunction>(self.buffer.ptr(AssemblyOffset(0))) }
    }
}

/// Whether code can be made for the plan.
pub(super) fn serves(plan: &Plan) -> bool {
    let small = plan.params.len() <= 14 && plan.call.frame_size() <= 256;
    small
        && plan.direct
        && plan.remote.is_none()
        && !plan.use_errno
        && plan.call.in_registers()
        && results::of(plan).is_some()
        && plan.params.iter().all(|param| arguments::of(param).is_some())
}

/// What the parts of the code share while it is made.
pub(super) struct Maker<'a> {
    pub(super) ops: &'a mut Assembler,
    /// Leaves everything to the slower entries; nothing has been changed before.
    pub(super) slow: DynamicLabel,
    pub(super) detours: Vec<Detour>,
}

/// Assembles the code for `plan`; `None` when the system gives no executable memory.
pub(super) fn make(context: &'static Context, plan: &Plan, gate: &Gate) -> Option<Code> {
    let answer = results::of(plan)?;
    let given = plan.params.iter().map(arguments::of).collect::<Option<Vec<Argument>>>()?;
    let mut ops = Assembler::new().ok()?;
    let slow = ops.new_dynamic_label();
    let has_image = given.iter().any(|a| !a.is_number());
    let image = if has_image { plan.call.frame_size() as i32 } else { 0 };
    let texts = given.iter().filter(|a| matches!(a, Argument::Text)).count() as i32;
    let scratch = IMAGE + image;
    let frame = (scratch + texts * arguments::ROOM + 15) & !15;

    prologue(&mut ops, slow, frame, given.len());
    // A closure may still run this code when the function was declared anew, and the plan is gone: nothing of it is looked at
    // before the gate was. Nothing closes it between here and the call.
    dynasm!(ops ; .arch x64
        ; mov rax, QWORD std::ptr::from_ref(gate) as i64
        ; cmp QWORD [rax + offset_of!(Gate, code) as i32], 0
        ; je =>slow
    );
    // With callbacks there are other threads that may want the turn.
    let turns = context.ownership.is_shared();
    let ownership = std::ptr::from_ref(&*context.ownership) as i64;
    if turns {
        dynasm!(ops ; .arch x64
            ; mov rax, QWORD ownership
            ; cmp DWORD [rax + VISITORS], 0
            ; jne =>slow
        );
    }
    let mut maker = Maker { ops: &mut ops, slow, detours: Vec::new() };
    maker.read_arguments(plan, &given, has_image.then_some(IMAGE), scratch);
    let detours = maker.detours;
    dynasm!(ops ; .arch x64
        ; mov r11, QWORD std::ptr::from_ref(gate) as i64
        ; mov r11, [r11 + offset_of!(Gate, code) as i32]
    );
    link(&mut ops, context, plan, has_image);
    if turns {
        dynasm!(ops ; .arch x64
            ; mov rax, QWORD ownership
            ; mov BYTE [rax + FREE], 1
        );
    }
    dynasm!(ops ; .arch x64 ; call r11);
    let (wait, waited, raise, raised) =
        (ops.new_dynamic_label(), ops.new_dynamic_label(), ops.new_dynamic_label(), ops.new_dynamic_label());
    if turns {
        dynasm!(ops ; .arch x64
            ; mov rcx, QWORD ownership
            ; mov BYTE [rcx + FREE], 0
            ; cmp DWORD [rcx + VISITORS], 0
            ; jne =>wait
            ; =>waited
        );
    }
    let base = std::ptr::from_ref(context) as i64;
    dynasm!(ops ; .arch x64
        ; mov rcx, QWORD base
        ; mov rsi, [rsp + offset_of!(CallRecord, outer) as i32]
        ; mov [rcx + CALLS], rsi
    );
    if turns {
        dynasm!(ops ; .arch x64
            ; cmp QWORD [rcx + ERRORS], 0
            ; jne =>raise
            ; =>raised
        );
    }
    results::give(&mut ops, answer, plan, frame);
    if turns {
        out_of_line(&mut ops, wait, waited, raise, raised, base);
    }
    Maker { ops: &mut ops, slow, detours }.detours();
    dynasm!(ops ; .arch x64
        ; =>slow
        ; mov rdi, rbx
        ; add rsp, frame
        ; pop rbx
        ; mov rax, QWORD call_in_place as *const () as i64
        ; jmp rax
    );
    let buffer = ops.finalize().ok()?;
    let _unwind = Unwind::new(buffer.ptr(AssemblyOffset(0)), buffer.len(), frame);
    Some(Code { _unwind, buffer })
}

/// Makes the frame, finds the arguments, and counts them.
fn prologue(ops: &mut Assembler, slow: DynamicLabel, frame: i32, count: usize) {
    dynasm!(ops ; .arch x64
        ; push rbx
        ; sub rsp, frame
        ; mov rbx, rdi
        ; mov rax, [rdi + layout::CALL]
        ; mov r10, [rax]
        ; mov rcx, [rdi + layout::TOP]
        ; sub rcx, r10
        ; cmp rcx, (count as i32 + 1) * layout::VALUE
        ; jne =>slow
    );
}

/// Makes this call the innermost one.
fn link(ops: &mut Assembler, context: &'static Context, plan: &Plan, has_image: bool) {
    let base = std::ptr::from_ref(context) as i64;
    if has_image {
        dynasm!(ops ; .arch x64 ; lea rax, [rsp + IMAGE]);
    } else {
        dynasm!(ops ; .arch x64
            ; mov rax, [rbx + layout::CALL]
            ; add rax, CallRecord::ON_LUA_STACK as i32
        );
    }
    dynasm!(ops ; .arch x64
        ; mov [rsp + offset_of!(CallRecord, arguments) as i32], rax
        ; mov r10, QWORD base
        ; mov rax, [r10 + CALLS]
        ; mov [rsp + offset_of!(CallRecord, outer) as i32], rax
        ; mov [rsp + offset_of!(CallRecord, raw) as i32], rbx
        ; mov rax, QWORD std::ptr::from_ref(plan) as i64
        ; mov [rsp + offset_of!(CallRecord, plan) as i32], rax
        ; mov [r10 + CALLS], rsp
    );
}

/// What hardly ever happens at the end of a call. The result registers are kept meanwhile.
fn out_of_line(
    ops: &mut Assembler,
    wait: DynamicLabel,
    waited: DynamicLabel,
    raise: DynamicLabel,
    raised: DynamicLabel,
    context: i64,
) {
    for (from, to, helper) in
        [(wait, waited, helpers::wait as *const () as i64), (raise, raised, helpers::raise_kept as *const () as i64)]
    {
        dynasm!(ops ; .arch x64
            ; =>from
            ; mov [rsp + RESULTS], rax
            ; mov [rsp + RESULTS + 8], rdx
            ; movsd [rsp + RESULTS + 16], xmm0
            ; movsd [rsp + RESULTS + 24], xmm1
        );
        if from == wait {
            dynasm!(ops ; .arch x64 ; mov rdi, QWORD context ; mov rsi, rsp);
        } else {
            dynasm!(ops ; .arch x64 ; mov rdi, rbx ; mov rsi, QWORD context ; mov rdx, rsp);
        }
        dynasm!(ops ; .arch x64
            ; mov rax, QWORD helper
            ; call rax
            ; mov rax, [rsp + RESULTS]
            ; mov rdx, [rsp + RESULTS + 8]
            ; movsd xmm0, [rsp + RESULTS + 16]
            ; movsd xmm1, [rsp + RESULTS + 24]
            ; jmp =>to
        );
    }
}
