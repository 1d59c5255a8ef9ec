//! The ways a planned call is made: one entry is chosen when the plan is compiled.
//!
//! Every entry does the same: convert the arguments into a frame, call, push the result. The general ones differ in the
//! memory they need; the straight ones serve the commonest signatures without asking at each argument what it is.

use std::ffi::{c_int, c_void};
use std::mem::{MaybeUninit, transmute};

use super::argument::{Room, Scratch, convert};
use super::calling::{bad_argument, during_call, exchanging_errno};
use super::plan::{Give, Param, Pass, Plan};
use super::{Function, result};
use crate::lua::error::Res;
use crate::lua::object::CData;
use crate::lua::state::{State, ffi};

/// Calls `function` with the values from a stack position on.
pub(crate) type Entry = fn(State, &CData, &Function, &Plan, c_int) -> Res;

/// Frames up to this many bytes lie in the entry itself; larger ones are allocated.
const SMALL_FRAME: usize = 192;

/// Memory for a frame on the native stack.
#[repr(C, align(16))]
struct SmallFrame([MaybeUninit<u8>; SMALL_FRAME]);

/// Memory for results of scalars and small structs.
#[repr(C, align(16))]
struct SmallResult([MaybeUninit<u8>; 32]);

/// The entry for a call with these parameters and this result.
pub(super) fn choose(
    params: &[Param],
    give: Give,
    frame_size: usize,
    in_registers: bool,
    use_errno: bool,
    gives_back: bool,
) -> Entry {
    if frame_size > SMALL_FRAME {
        return large;
    }
    if give == Give::Record {
        return record;
    }
    if in_registers
        && !use_errno
        && let Some(entry) = straight(params, give)
    {
        return entry;
    }
    if gives_back {
        // Without memory on the native stack for copies of strings: Lua owns them.
        return plain;
    }
    match params {
        [Param { pass: Pass::CharP, .. }] if in_registers && !use_errno && is_integer(give) => one_string,
        _ if params.iter().any(|p| p.pass == Pass::CharP) => with_strings,
        _ => plain,
    }
}

fn is_integer(give: Give) -> bool {
    matches!(give, Give::Int32 | Give::Integer(_))
}

/// Converts every argument into the frame.
#[inline(always)]
fn convert_all(
    state: State,
    function: &Function,
    plan: &Plan,
    first: c_int,
    frame: *mut u8,
    scratch: &mut Scratch,
) -> Res<()> {
    // Converting an argument can run a script's code, which may declare the function anew.
    function.busy.set(function.busy.get() + 1);
    let mut done = Ok(());
    for (k, param) in plan.params.iter().enumerate() {
        // Inside the frame: the slot is `PreparedCall`'s own.
        let slot = frame.wrapping_add(param.slot as usize);
        if let Err(e) = convert(state, param, first + k as c_int, slot, scratch) {
            done = Err(bad_argument(function, k, e));
            break;
        }
    }
    function.busy.set(function.busy.get() - 1);
    done
}

/// The native call, with the private `errno` in place when that is asked for.
#[inline(always)]
fn invoke(state: State, object: &CData, function: &Function, plan: &Plan, frame: *mut u8, result: *mut u8) -> Res<()> {
    during_call(state, object, function, plan, frame, |code| {
        exchanging_errno(object.ty.context, plan, || {
            // SAFETY: `frame` and `result` have the sizes the plan's `PreparedCall` asks for, and every slot was
            // written by `convert`. That the code has this signature is the script author's word: C offers no way to
            // check it.
            unsafe { plan.call.invoke(code, frame, result) };
        });
    })
}

fn plain(state: State, object: &CData, function: &Function, plan: &Plan, first: c_int) -> Res {
    let mut frame = SmallFrame([const { MaybeUninit::uninit() }; SMALL_FRAME]);
    let frame = frame.0.as_mut_ptr().cast();
    convert_all(state, function, plan, first, frame, &mut Scratch::none())?;
    let mut small = SmallResult([const { MaybeUninit::uninit() }; 32]);
    let buffer = small.0.as_mut_ptr().cast();
    invoke(state, object, function, plan, frame, buffer)?;
    result::push(state, function, plan, buffer)
}

fn with_strings(state: State, object: &CData, function: &Function, plan: &Plan, first: c_int) -> Res {
    let mut frame = SmallFrame([const { MaybeUninit::uninit() }; SMALL_FRAME]);
    let frame = frame.0.as_mut_ptr().cast();
    let mut room = Scratch::room();
    convert_all(state, function, plan, first, frame, &mut Scratch::new(&mut room))?;
    let mut small = SmallResult([const { MaybeUninit::uninit() }; 32]);
    let buffer = small.0.as_mut_ptr().cast();
    invoke(state, object, function, plan, frame, buffer)?;
    result::push(state, function, plan, buffer)
}

/// One string in, an integer out: `strlen`, `atoi`, `puts` and their like.
fn one_string(state: State, object: &CData, function: &Function, plan: &Plan, first: c_int) -> Res {
    let mut room = Scratch::room();
    let Some(text) = state.bytes(first).and_then(|text| Scratch::new(&mut room).copy(text)) else {
        return with_strings(state, object, function, plan, first);
    };
    let mut bits = text as u64;
    let frame = (&raw const bits).cast();
    let mut answer = 0u64;
    during_call(state, object, function, plan, frame, |code| {
        // SAFETY: the plan declares one pointer in and an integer out; that the code has this signature is the script
        // author's word.
        let code: unsafe extern "C" fn(*const u8) -> u64 = unsafe { transmute(code) };
        // SAFETY: as above; `text` is the NUL-terminated copy in `room`.
        answer = unsafe { code(text) };
    })?;
    bits = answer;
    result::push(state, function, plan, (&raw mut bits).cast())
}

/// A struct or union result: written into its new object, which is made before the call.
fn record(state: State, object: &CData, function: &Function, plan: &Plan, first: c_int) -> Res {
    let mut frame = SmallFrame([const { MaybeUninit::uninit() }; SMALL_FRAME]);
    run_for_record(state, object, function, plan, first, frame.0.as_mut_ptr().cast())
}

#[inline(always)]
fn run_for_record(state: State, object: &CData, function: &Function, plan: &Plan, first: c_int, frame: *mut u8) -> Res {
    let mut room = Scratch::room();
    convert_all(state, function, plan, first, frame, &mut scratch_for(plan, &mut room))?;
    let made = state.push_new(plan.result)?.addr;
    let size = plan.result.size();
    if size >= 16 {
        invoke(state, object, function, plan, frame, made)?;
        return Ok(1);
    }
    let mut small = SmallResult([const { MaybeUninit::uninit() }; 32]);
    let buffer: *mut u8 = small.0.as_mut_ptr().cast();
    invoke(state, object, function, plan, frame, buffer)?;
    // SAFETY: the object has the type's size, the buffer more; the call wrote the type's size.
    unsafe { std::ptr::copy_nonoverlapping(buffer, made, size) };
    Ok(1)
}

/// Frames of any size.
#[inline(never)]
fn large(state: State, object: &CData, function: &Function, plan: &Plan, first: c_int) -> Res {
    let mut frame = vec![0u128; plan.call.frame_size().div_ceil(16)];
    let frame = frame.as_mut_ptr().cast();
    if plan.give == Give::Record {
        return run_for_record(state, object, function, plan, first, frame);
    }
    let mut room = Scratch::room();
    convert_all(state, function, plan, first, frame, &mut scratch_for(plan, &mut room))?;
    let mut small = SmallResult([const { MaybeUninit::uninit() }; 32]);
    let buffer = small.0.as_mut_ptr().cast();
    invoke(state, object, function, plan, frame, buffer)?;
    result::push(state, function, plan, buffer)
}

/// `room` for copies of strings, where these need not outlive the call.
fn scratch_for<'a>(plan: &Plan, room: &'a mut Room) -> Scratch<'a> {
    if plan.gives_back { Scratch::none() } else { Scratch::new(room) }
}

/// A scalar that a straight entry passes in a register of its own.
trait Scalar: Copy {
    const PASS: Pass;
    /// The value at `i` when it is of the plain kind that needs no further thought.
    fn get(state: State, i: c_int) -> Option<Self>;
    fn bits(self) -> u64;
    fn of_bits(bits: u64) -> Self;
    /// Byte offset of this kind's first register in a call's frame.
    const FIRST_SLOT: usize;
}

impl Scalar for i32 {
    const PASS: Pass = Pass::Int32;
    const FIRST_SLOT: usize = 0;

    #[inline(always)]
    fn get(state: State, i: c_int) -> Option<i32> {
        let v = if state.is_integer(i) { state.integer(i) } else { return None };
        if v >= i32::MIN.into() && v <= u32::MAX.into() { Some(v as i32) } else { None }
    }

    #[inline(always)]
    fn bits(self) -> u64 {
        i64::from(self) as u64
    }

    #[inline(always)]
    fn of_bits(bits: u64) -> i32 {
        bits as i32
    }
}

impl Scalar for f64 {
    const PASS: Pass = Pass::Double;
    const FIRST_SLOT: usize = 48;

    #[inline(always)]
    fn get(state: State, i: c_int) -> Option<f64> {
        if state.tag(i) == ffi::LUA_TNUMBER { Some(state.number(i)) } else { None }
    }

    #[inline(always)]
    fn bits(self) -> u64 {
        self.to_bits()
    }

    #[inline(always)]
    fn of_bits(bits: u64) -> f64 {
        f64::from_bits(bits)
    }
}

/// A result that a straight entry pushes.
trait Answer {
    const GIVE: Give;
    fn push(self, state: State) -> c_int;
}

impl Answer for () {
    const GIVE: Give = Give::Nothing;

    #[inline(always)]
    fn push(self, _state: State) -> c_int {
        0
    }
}

impl Answer for i32 {
    const GIVE: Give = Give::Int32;

    #[inline(always)]
    fn push(self, state: State) -> c_int {
        state.push_integer(self.into());
        1
    }
}

impl Answer for f64 {
    const GIVE: Give = Give::Double;

    #[inline(always)]
    fn push(self, state: State) -> c_int {
        state.push_number(self);
        1
    }
}

/// `N` arguments of one kind. `call` is the C call itself, given the code and the arguments' bits.
#[inline(always)]
fn uniform<A: Scalar, R: Answer, const N: usize>(
    state: State,
    object: &CData,
    function: &Function,
    plan: &Plan,
    first: c_int,
    call: impl FnOnce(*const c_void, &[u64; N]) -> R,
) -> Res {
    let mut values = [0u64; N];
    for (k, value) in values.iter_mut().enumerate() {
        *value = match A::get(state, first + k as c_int) {
            Some(v) => v.bits(),
            // Anything else (objects that stand for values, errors) is the plain entry's work.
            None => return plain(state, object, function, plan, first),
        };
    }
    // A crash report finds the arguments where the plan's frame would have them.
    let frame = values.as_ptr().cast::<u8>().wrapping_sub(A::FIRST_SLOT);
    let mut answer = None;
    during_call(state, object, function, plan, frame, |code| answer = Some(call(code, &values)))?;
    Ok(answer.map_or(0, |a| a.push(state)))
}

macro_rules! straight_entry {
    ($name:ident, $n:literal, $($k:literal)*) => {
        fn $name<A: Scalar, R: Answer>(
            state: State,
            object: &CData,
            function: &Function,
            plan: &Plan,
            first: c_int,
        ) -> Res {
            uniform::<A, R, $n>(state, object, function, plan, first, |code, _values| {
                // SAFETY: the plan declares exactly this signature (`straight` chose the entry by it); that the code has
                // it is the script author's word.
                unsafe {
                    let code: unsafe extern "C" fn($(straight_entry!(@ty A $k)),*) -> R = transmute(code);
                    code($(A::of_bits(_values[$k])),*)
                }
            })
        }
    };
    (@ty $a:ident $k:literal) => { $a };
}

straight_entry!(straight0, 0,);
straight_entry!(straight1, 1, 0);
straight_entry!(straight2, 2, 0 1);
straight_entry!(straight3, 3, 0 1 2);
straight_entry!(straight4, 4, 0 1 2 3);
straight_entry!(straight5, 5, 0 1 2 3 4);
straight_entry!(straight6, 6, 0 1 2 3 4 5);

fn by_count<A: Scalar, R: Answer>(n: usize) -> Option<Entry> {
    Some(match n {
        0 => straight0::<A, R>,
        1 => straight1::<A, R>,
        2 => straight2::<A, R>,
        3 => straight3::<A, R>,
        4 => straight4::<A, R>,
        5 => straight5::<A, R>,
        6 => straight6::<A, R>,
        _ => return None,
    })
}

/// The straight entry for parameters all of one kind, if there is one.
fn straight(params: &[Param], give: Give) -> Option<Entry> {
    fn of_kind<A: Scalar>(params: &[Param], give: Give) -> Option<Entry> {
        if params.iter().any(|p| p.pass != A::PASS) {
            return None;
        }
        let n = params.len();
        match give {
            <() as Answer>::GIVE => by_count::<A, ()>(n),
            <i32 as Answer>::GIVE => by_count::<A, i32>(n),
            <f64 as Answer>::GIVE => by_count::<A, f64>(n),
            _ => None,
        }
    }
    of_kind::<i32>(params, give).or_else(|| of_kind::<f64>(params, give))
}
