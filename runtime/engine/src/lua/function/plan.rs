//! A call's plan: declarations compiled once, so that calling never interprets types.

use moonglue_abi::{Abi, Prim, Type};
use moonglue_ffi::{PreparedCall, Signature};

use super::entries::{self, Entry};
use super::hot::{self, Word};
use super::lending;
use super::{Declared, Function, ParamType};
use crate::lua::context::Context;
use crate::lua::ctype::{Conv, Kind, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::remote::call;
use crate::lua::remote::plan::RemotePlan;
use crate::lua::simple::simple_types;

/// How one argument goes from the Lua stack into the frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pass {
    /// An integer of 32 bits, signed.
    Int32,
    /// Any other integer, extended from its width.
    Integer(Conv),
    Double,
    Float,
    /// A private copy of a string, or a pointer to characters.
    CharP,
    /// Any other address.
    Address,
    /// Bytes copied into the frame: structs and unions.
    Record,
    /// An array, by the address of its first item.
    Array,
    /// What is left: long double, complex, characters, booleans.
    Scalar,
    /// `ct.inout(T)`
    InOut,
    /// `ct.out(T, n)`
    Out(usize),
}

/// One parameter.
pub(crate) struct Param {
    pub(crate) pass: Pass,
    /// Byte offset of its slot in the frame.
    pub(crate) slot: u32,
    pub(crate) ty: TypeRef,
    /// What an integer register takes for it.
    pub(crate) word: Word,
}

/// How the result goes to Lua.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Give {
    Nothing,
    Int32,
    Integer(Conv),
    Double,
    /// An int nobody declared: 64 bits are looked at, to warn.
    Undeclared,
    /// An int handed to a Lua function.
    Converted,
    /// Written straight into a new object.
    Record,
    HResult,
    /// Through the table of conversions.
    Value,
}

/// A compiled call.
pub(crate) struct Plan {
    /// What it was compiled for; the function outlives its plans.
    pub(crate) function: *const Function,
    pub(crate) call: PreparedCall,
    /// Makes the call.
    pub(crate) entry: Entry,
    /// Makes it the short way, from Lua's stack in place.
    pub(crate) hot: hot::Entry,
    pub(crate) params: Box<[Param]>,
    pub(crate) give: Give,
    pub(crate) result: TypeRef,
    /// The bits of an integer result, and its sign bit when it has one.
    pub(crate) result_bits: (u64, u64),
    /// No argument copies back, nothing is checked after: the short way.
    pub(crate) direct: bool,
    /// Addresses of arguments may come back: their copies outlive the call.
    pub(crate) gives_back: bool,
    pub(crate) use_errno: bool,
    /// For a function of another process.
    pub(crate) remote: Option<Box<RemotePlan>>,
}

impl Plan {
    /// Compiles the declarations of `function`; only when every parameter has a fixed type.
    pub(crate) fn declared(context: &'static Context, function: &Function) -> Res<Plan> {
        let params = function.params.borrow();
        let params = params.as_deref().unwrap_or_default();
        let count = params.len();
        Plan::new(context, function, params, count, false)
    }

    /// Compiles for `params`, of which `fixed` stand before the `...`.
    pub(crate) fn new(
        context: &'static Context,
        function: &Function,
        params: &[ParamType],
        fixed: usize,
        general: bool,
    ) -> Res<Plan> {
        let mut types = Vec::with_capacity(params.len());
        let mut passes = Vec::with_capacity(params.len());
        for (k, param) in params.iter().enumerate() {
            let (ty, pass) = match *param {
                ParamType::Type(ty) => (ty, pass_of(ty)),
                ParamType::InOut(ty) => (ty, Pass::InOut),
                ParamType::Out(ty, n) => (ty, Pass::Out(n)),
                ParamType::Custom => return fail(ErrorKind::TypeError, "from_param entries have no fixed type"),
            };
            let ty = if function.remote.is_some() { counterpart(context, ty) } else { ty };
            if ty.abi != Abi::HOST && function.remote.as_ref().is_none_or(|session| session.abi != ty.abi) {
                let (name, abi) = (&ty.name, ty.abi.name());
                return fail(
                    ErrorKind::TypeError,
                    format_args!("argument {}: {name} is a type of {abi}, not of this process", k + 1),
                );
            }
            if matches!(pass, Pass::Record) {
                ty.require_complete().map_err(|e| e.at(format_args!("argument {}", k + 1)))?;
            }
            let by_value = matches!(
                pass,
                Pass::Record | Pass::Scalar | Pass::Int32 | Pass::Integer(_) | Pass::Double | Pass::Float
            );
            types.push(if by_value { ty.as_abi().clone() } else { Type::Prim(Prim::Pointer) });
            passes.push((ty, pass));
        }
        let (give, result, abi_result) = result_of(context, function)?;
        let signature =
            Signature { result: abi_result, params: types, fixed, convention: function.settings.convention };
        let call = if general { PreparedCall::with_libffi(&signature) } else { PreparedCall::new(&signature) };
        let call = match call {
            Ok(call) => call,
            Err(e) => return fail(ErrorKind::TypeError, e),
        };
        let remote = function
            .remote
            .as_ref()
            .map(|session| Box::new(RemotePlan::new(session, function, &passes, &signature, give)));
        let params = passes
            .into_iter()
            .enumerate()
            .map(|(k, (ty, pass))| Param { pass, slot: call.slot(k) as u32, ty, word: Word::of(pass, ty) })
            .collect::<Box<[_]>>();
        let copies_back = params.iter().any(|p| matches!(p.pass, Pass::InOut | Pass::Out(_)));
        let use_errno = function.settings.use_errno;
        let gives_back = remote.is_none() && lending::may_give_back(&params, give, result);
        let direct = !copies_back
            && !gives_back
            && !function.has_errcheck.get()
            && function.flags.borrow().is_none()
            && !matches!(give, Give::Undeclared | Give::Converted);
        let entry = match remote {
            Some(_) => call::entry,
            None => entries::choose(&params, give, call.frame_size(), call.in_registers(), use_errno, gives_back),
        };
        let is_plain = direct && !use_errno && call.in_registers() && remote.is_none();
        let hot = if is_plain { hot::choose(&params, give, result) } else { hot::through_api };
        let result_bits = match give {
            Give::Int32 => hot::extension(Conv::I32),
            Give::Integer(conv) => hot::extension(conv),
            _ => (u64::MAX, 0),
        };
        Ok(Plan {
            function,
            call,
            entry,
            hot,
            params,
            give,
            result,
            result_bits,
            direct,
            gives_back,
            use_errno,
            remote,
        })
    }
}

/// A simple type of the library's ABI is taken for this process's type of that name: its values are converted anyway.
fn counterpart(context: &'static Context, ty: TypeRef) -> TypeRef {
    if ty.abi == Abi::HOST || ty.conv().is_none() {
        return ty;
    }
    simple_types(context, Abi::HOST).get(&ty.name).unwrap_or(ty)
}

fn pass_of(ty: TypeRef) -> Pass {
    match &ty.kind {
        Kind::Simple(s) if s.swapped => Pass::Scalar,
        Kind::Simple(s) => match s.conv {
            Conv::I32 => Pass::Int32,
            Conv::I8 | Conv::U8 | Conv::I16 | Conv::U16 | Conv::U32 | Conv::I64 | Conv::U64 | Conv::HResult => {
                Pass::Integer(s.conv)
            }
            Conv::F64 => Pass::Double,
            Conv::F32 => Pass::Float,
            Conv::CharP => Pass::CharP,
            Conv::ConstCharP | Conv::WCharP | Conv::VoidP => Pass::Address,
            _ => Pass::Scalar,
        },
        Kind::Pointer(_) | Kind::Function(_) => Pass::Address,
        Kind::Array(..) => Pass::Array,
        Kind::Record(_) => Pass::Record,
        Kind::Void => Pass::Scalar,
    }
}

fn result_of(context: &'static Context, function: &Function) -> Res<(Give, TypeRef, Type)> {
    let simple = simple_types(context, Abi::HOST);
    let ty = match function.result.get() {
        Declared::Unset if function.settings.hresult => simple.hresult,
        Declared::Unset => return Ok((Give::Undeclared, simple.int, Type::Prim(Prim::LongLong))),
        Declared::Converter => return Ok((Give::Converted, simple.int, simple.int.as_abi().clone())),
        Declared::Type(ty) if function.remote.is_some() => counterpart(context, ty),
        Declared::Type(ty) => ty,
    };
    if ty.abi != Abi::HOST && function.remote.as_ref().is_none_or(|session| session.abi != ty.abi) {
        let (name, abi) = (&ty.name, ty.abi.name());
        return fail(ErrorKind::TypeError, format_args!("restype: {name} is a type of {abi}, not of this process"));
    }
    let give = match &ty.kind {
        Kind::Void => Give::Nothing,
        Kind::Simple(s) if s.swapped => Give::Value,
        Kind::Simple(s) => match s.conv {
            Conv::I32 => Give::Int32,
            Conv::I8 | Conv::U8 | Conv::I16 | Conv::U16 | Conv::U32 | Conv::I64 | Conv::U64 => Give::Integer(s.conv),
            Conv::F64 => Give::Double,
            Conv::HResult => Give::HResult,
            _ => Give::Value,
        },
        Kind::Record(_) => {
            ty.require_complete().map_err(|e| e.at("restype"))?;
            Give::Record
        }
        Kind::Array(..) => {
            return fail(ErrorKind::TypeError, format_args!("restype: C functions return no arrays ({})", ty.name));
        }
        Kind::Pointer(_) | Kind::Function(_) => Give::Value,
    };
    Ok((give, ty, ty.as_abi().clone()))
}
