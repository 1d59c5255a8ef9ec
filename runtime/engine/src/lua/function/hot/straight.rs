//! One entry for each combination of common parameters and results.

use std::ffi::{c_int, c_void};
use std::mem::{MaybeUninit, transmute};

use super::answers::{Answer, DoubleAnswer, IntAnswer, IntegerAnswer, Nothing, VectorAnswer, WordAnswer};
use super::arguments::{Any, Argument, Chars, Double, Float, INTS, Image, Int, Pointer, VECTORS};
use super::{Entry, raise_left, through_api};
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::Failure;
use crate::lua::function::Function;
use crate::lua::function::argument::Scratch;
use crate::lua::function::calling::as_innermost_at_home;
use crate::lua::function::plan::{Give, Param, Pass, Plan};
use crate::lua::object::CData;
use crate::lua::stack::Frame;

/// The plan that the entry was chosen for.
#[inline(always)]
fn plan_of(function: &'static Function) -> &'static Plan {
    // SAFETY: an entry is only set together with a plan, and reset with it. The plan is owned by `function.plans`, which is
    // not cleared while any call is in progress; the function lives as long as the running closure.
    unsafe { &*function.plan.get() }
}

/// The parameter `k` of a plan with more than `k` parameters.
#[inline(always)]
fn param(plan: &'static Plan, k: usize) -> &'static Param {
    // SAFETY: each entry is chosen for a plan with as many parameters as it asks for.
    unsafe { plan.params.get_unchecked(k) }
}

/// Runs the native call and hands its answer to Lua.
#[inline(always)]
fn finish<R: Answer>(
    frame: Frame,
    object: &'static CData,
    function: &'static Function,
    plan: &'static Plan,
    image: &Image,
    native: impl FnOnce(*const c_void) -> R::Native,
) -> c_int {
    let code = object.address_value().cast_const().cast::<c_void>();
    let context = object.ty.context;
    if code.is_null() || function.is_closed() || context.ownership.needs_detour() {
        return through_api(frame, object, function);
    }
    let state = frame.state();
    match as_innermost_at_home(state, context, plan, image.as_ptr().cast(), || native(code)) {
        Some(answer) => R::give(answer, frame, function, plan),
        None => raise_left(frame, Failure::Raised),
    }
}

macro_rules! entry {
    ($name:ident: $count:literal $($kind:ident $value:ident $k:literal)*) => {
        fn $name<$($kind: Argument,)* R: Answer>(
            frame: Frame,
            object: &'static CData,
            function: &'static Function,
        ) -> c_int {
            if frame.count() != $count {
                return through_api(frame, object, function);
            }
            let plan = plan_of(function);
            let mut room = Scratch::room();
            let mut _scratch = Scratch::new(&mut room);
            $(
                let Some($value) = $kind::read(frame.arg($k + 1), param(plan, $k), &mut _scratch) else {
                    return through_api(frame, object, function);
                };
            )*
            let mut _image: Image = [const { MaybeUninit::uninit() }; INTS + VECTORS];
            let (mut _ints, mut _vectors) = (0, 0);
            $(
                $kind::note($value, &mut _image, _ints, _vectors);
                (_ints, _vectors) = (_ints + $kind::INTS, _vectors + $kind::VECTORS);
            )*
            finish::<R>(frame, object, function, plan, &_image, |code| {
                // SAFETY: an address of code becomes a function pointer of the same size. The plan declares exactly
                // this signature (`choose` took the entry by it); that the code has it is the script author's word.
                unsafe {
                    transmute::<*const c_void, unsafe extern "C" fn($($kind::Native),*) -> R::Native>(code)($($value),*)
                }
            })
        }
    };
}

entry!(entry0: 0);
entry!(entry1: 1 A a 0);
entry!(entry2: 2 A a 0 B b 1);
entry!(entry3: 3 A a 0 B b 1 C c 2);
entry!(entry4: 4 A a 0 B b 1 C c 2 D d 3);
entry!(entry5: 5 A a 0 B b 1 C c 2 D d 3 E e 4);
entry!(entry6: 6 A a 0 B b 1 C c 2 D d 3 E e 4 F f 5);

/// What a parameter is read by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Int,
    Any,
    Chars,
    Pointer,
    Double,
    Float,
}

fn sort(param: &Param) -> Option<Sort> {
    Some(match param.pass {
        Pass::Int32 => Sort::Int,
        Pass::Integer(_) => Sort::Any,
        Pass::CharP => Sort::Chars,
        Pass::Address if matches!(param.ty.kind, Kind::Pointer(_)) => Sort::Pointer,
        Pass::Address if param.ty.conv() == Some(Conv::VoidP) || param.ty.function().is_some() => Sort::Any,
        Pass::Double => Sort::Double,
        Pass::Float => Sort::Float,
        _ => return None,
    })
}

/// How a result comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Come {
    Nothing,
    Int,
    Integer,
    Double,
    Word,
    Vector,
}

fn come(give: Give, result: TypeRef) -> Option<Come> {
    Some(match give {
        Give::Nothing => Come::Nothing,
        Give::Int32 => Come::Int,
        Give::Integer(_) => Come::Integer,
        Give::Double => Come::Double,
        Give::HResult => Come::Word,
        Give::Value => match &result.kind {
            Kind::Pointer(_) => Come::Word,
            Kind::Simple(s) => match s.conv {
                Conv::Bool | Conv::Char | Conv::WChar | Conv::VariantBool => Come::Word,
                Conv::CharP | Conv::ConstCharP | Conv::WCharP | Conv::VoidP => Come::Word,
                Conv::F32 => Come::Vector,
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    })
}

/// The entry of these kinds of parameters for each kind of result.
macro_rules! for_result {
    ($come:expr, $entry:ident $(, $kind:ty)*) => {
        match $come {
            Come::Nothing => $entry::<$($kind,)* Nothing>,
            Come::Int | Come::Integer => $entry::<$($kind,)* IntegerAnswer>,
            Come::Double => $entry::<$($kind,)* DoubleAnswer>,
            Come::Word => $entry::<$($kind,)* WordAnswer>,
            Come::Vector => $entry::<$($kind,)* VectorAnswer>,
        }
    };
}

/// The entry of ints alone for the commonest results.
macro_rules! of_ints {
    ($come:expr, $entry:ident $(, $kind:ty)*) => {
        match $come {
            Come::Nothing => Some($entry::<$($kind,)* Nothing> as Entry),
            Come::Int => Some($entry::<$($kind,)* IntAnswer> as Entry),
            Come::Double => Some($entry::<$($kind,)* DoubleAnswer> as Entry),
            _ => None,
        }
    };
}

/// The entry for parameters and a result that all travel in registers.
pub(super) fn choose(params: &[Param], give: Give, result: TypeRef) -> Option<Entry> {
    let come = come(give, result)?;
    let sorts = params.iter().map(sort).collect::<Option<Vec<Sort>>>()?;
    if sorts.iter().all(|s| *s == Sort::Int)
        && let Some(entry) = ints(sorts.len(), come)
    {
        return Some(entry);
    }
    one_or_two(&sorts, come).or_else(|| several(&sorts, come))
}

fn ints(count: usize, come: Come) -> Option<Entry> {
    match count {
        1 => of_ints!(come, entry1, Int),
        2 => of_ints!(come, entry2, Int, Int),
        3 => of_ints!(come, entry3, Int, Int, Int),
        4 => of_ints!(come, entry4, Int, Int, Int, Int),
        5 => of_ints!(come, entry5, Int, Int, Int, Int, Int),
        6 => of_ints!(come, entry6, Int, Int, Int, Int, Int, Int),
        _ => None,
    }
}

/// Entries for few parameters tell strings and pointers from integers.
fn one_or_two(sorts: &[Sort], come: Come) -> Option<Entry> {
    use Sort::{Any as A, Chars as C, Double as D, Float as F, Int as I, Pointer as P};
    Some(match sorts {
        [] => for_result!(come, entry0),
        [I | A] => for_result!(come, entry1, Any),
        [C] => for_result!(come, entry1, Chars),
        [P] => for_result!(come, entry1, Pointer),
        [D] => for_result!(come, entry1, Double),
        [F] => for_result!(come, entry1, Float),
        [P, P] => for_result!(come, entry2, Pointer, Pointer),
        [P, I | A] => for_result!(come, entry2, Pointer, Any),
        [P, D] => for_result!(come, entry2, Pointer, Double),
        [C, C] => for_result!(come, entry2, Chars, Chars),
        [C, I | A | P] => for_result!(come, entry2, Chars, Any),
        [F, F] => for_result!(come, entry2, Float, Float),
        _ => return None,
    })
}

/// Entries for more take whatever fits an integer register as one kind.
fn several(sorts: &[Sort], come: Come) -> Option<Entry> {
    if sorts.contains(&Sort::Float) {
        return None;
    }
    let double: Vec<bool> = sorts.iter().map(|s| *s == Sort::Double).collect();
    Some(match double[..] {
        [false, false] => for_result!(come, entry2, Any, Any),
        [false, true] => for_result!(come, entry2, Any, Double),
        [true, false] => for_result!(come, entry2, Double, Any),
        [true, true] => for_result!(come, entry2, Double, Double),
        [false, false, false] => for_result!(come, entry3, Any, Any, Any),
        [false, false, true] => for_result!(come, entry3, Any, Any, Double),
        [false, true, false] => for_result!(come, entry3, Any, Double, Any),
        [false, true, true] => for_result!(come, entry3, Any, Double, Double),
        [true, false, false] => for_result!(come, entry3, Double, Any, Any),
        [true, false, true] => for_result!(come, entry3, Double, Any, Double),
        [true, true, false] => for_result!(come, entry3, Double, Double, Any),
        [true, true, true] => for_result!(come, entry3, Double, Double, Double),
        [false, false, false, false] => for_result!(come, entry4, Any, Any, Any, Any),
        [true, true, true, true] => for_result!(come, entry4, Double, Double, Double, Double),
        [false, false, false, false, false] => for_result!(come, entry5, Any, Any, Any, Any, Any),
        [false, false, false, false, false, false] => for_result!(come, entry6, Any, Any, Any, Any, Any, Any),
        _ => return None,
    })
}
