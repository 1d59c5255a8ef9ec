//! What a call's plan knows of the other side.

use std::cell::RefCell;
use std::rc::Rc;

use moonglue_abi::{Abi, Prim, Repr, Transfer, Type};
use moonglue_ffi::Signature;

use super::failure::failure;
use super::session::Session;
use super::word::BridgeNumber;
use crate::lua::ctype::TypeRef;
use crate::lua::error::Res;
use crate::lua::function::Function;
use crate::lua::function::plan::{Give, Pass};
use crate::remote::{Bridge, Label, Prepared};

/// What a plan knows of the other side.
pub(crate) struct RemotePlan {
    session: Rc<Session>,
    signature: Signature,
    prepared: RefCell<Option<(BridgeNumber, Rc<Prepared>)>>,
    label: Rc<Label>,
    params: Box<[Travel]>,
    result: Type,
}

/// How one argument's bytes change on the way.
pub(super) enum Travel {
    /// Eight bytes that are the same on both sides.
    Same,
    /// An integer that has fewer bytes there.
    Narrow { bits: u32, signed: bool },
    /// An address.
    Address,
    /// A value of several bytes, from its place in the frame.
    Value(Rc<Transfer>),
    /// A struct or union, from its object.
    Record(Rc<Transfer>),
}

impl RemotePlan {
    /// Compiles what the parameters and the result of `signature` are on the other side.
    pub(crate) fn new(
        session: &Rc<Session>,
        function: &Function,
        params: &[(TypeRef, Pass)],
        signature: &Signature,
        give: Give,
    ) -> RemotePlan {
        // An int nobody declared: the registers of a 32-bit process have no more.
        let narrow = give == Give::Undeclared && session.abi.pointer_size() == 4;
        let result = if narrow { Type::Prim(Prim::Int) } else { signature.result.clone() };
        let types = &signature.params;
        let travels = params.iter().zip(types).map(|((ty, pass), abi_type)| travel(session, ty, *pass, abi_type));
        RemotePlan {
            session: session.clone(),
            prepared: RefCell::new(None),
            label: label(function),
            params: travels.collect(),
            signature: Signature { result: result.clone(), ..signature.clone() },
            result,
        }
    }

    pub(super) fn session(&self) -> &Rc<Session> {
        &self.session
    }

    /// The result's type.
    pub(super) fn result(&self) -> &Type {
        &self.result
    }

    pub(super) fn params(&self) -> &[Travel] {
        &self.params
    }

    pub(super) fn label(&self) -> &Rc<Label> {
        &self.label
    }

    /// A result's word as this process has it; only for numbers.
    pub(super) fn widen(&self, word: [u8; 8]) -> [u8; 8] {
        let Type::Prim(prim) = &self.result else { return word };
        let Repr::Int { size, signed } = prim.repr(self.session.abi) else { return word };
        extended(u64::from_ne_bytes(word), u32::from(size) * 8, signed).to_ne_bytes()
    }

    /// The signature as the process in use has prepared it.
    pub(super) fn prepared(&self, bridge: &Bridge) -> Res<Rc<Prepared>> {
        if let Some((number, prepared)) = &*self.prepared.borrow()
            && *number == bridge.number()
        {
            return Ok(prepared.clone());
        }
        let prepared = bridge.prepare(&self.signature).map_err(failure)?;
        *self.prepared.borrow_mut() = Some((bridge.number(), prepared.clone()));
        Ok(prepared)
    }
}

/// What messages about a crash call the function.
fn label(function: &Function) -> Rc<Label> {
    let module =
        function.library.as_ref().map(|l| l.library.path().map_or_else(|| l.name.clone(), |p| p.display().to_string()));
    Rc::new(Label { function: function.name.clone(), module: module.unwrap_or_default() })
}

fn travel(session: &Session, ty: TypeRef, pass: Pass, abi_type: &Type) -> Travel {
    match (pass, abi_type) {
        (Pass::Record, _) => Travel::Record(session.way(ty)),
        (_, Type::Prim(Prim::Pointer)) => Travel::Address,
        (_, Type::Prim(prim)) => match (prim.repr(Abi::HOST), prim.repr(session.abi)) {
            (Repr::Int { size: a, signed }, Repr::Int { size: b, .. }) if a > b => {
                Travel::Narrow { bits: u32::from(b) * 8, signed }
            }
            (Repr::X87 | Repr::F128 | Repr::Complex(_), _) => {
                Travel::Value(Rc::new(Transfer::new(abi_type, Abi::HOST, session.abi)))
            }
            _ => Travel::Same,
        },
        _ => Travel::Same,
    }
}

/// The low `bits` bits of a word, sign- or zero-extended.
pub(super) fn extended(v: u64, bits: u32, signed: bool) -> u64 {
    let shift = 64 - bits;
    if signed { ((v << shift) as i64 >> shift) as u64 } else { v << shift >> shift }
}
