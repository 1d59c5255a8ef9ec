//! `ct.abi(library_or_name)`: the types of a target, and what types are there.

use std::ffi::c_int;

use moonglue_abi::Abi;
use moonglue_ffi::near;

use super::ctype::{Kind, TypeRef};
use super::error::{Kind as ErrorKind, Res, entry, fail};
use super::library;
use super::module::{context_of, push_strict};
use super::record::{define, suggestion};
use super::simple::simple_types;
use super::state::{State, ffi};

/// The target that an entry of a target's table was made for; the host's for the module's own entries.
pub(crate) fn upvalue_target(state: State) -> Abi {
    let up = ffi::lua_upvalueindex(1);
    if !state.is_integer(up) {
        return Abi::HOST;
    }
    usize::try_from(state.integer(up)).ok().and_then(|k| Abi::ALL.get(k)).copied().unwrap_or(Abi::HOST)
}

/// The functions of a target's table.
const FUNCTIONS: [(&str, ffi::lua_CFunction); 9] = [
    ("Structure", define::structure),
    ("Union", define::union),
    ("BigEndianStructure", define::big_endian_structure),
    ("LittleEndianStructure", define::little_endian_structure),
    ("BigEndianUnion", define::big_endian_union),
    ("LittleEndianUnion", define::little_endian_union),
    ("sizeof", sizeof),
    ("alignment", alignment),
    ("layout", layout),
];

entry! {
    /// `ct.abi(name_or_library)`: the simple types of a target; structures laid out for it; and the size, alignment and layout
    /// that any type has there.
    pub(crate) fn abi(state) {
        let context = context_of(state)?;
        let abi = match library::library_at(state, 1) {
            Some(library) => library.session().map_or(Abi::HOST, |session| session.abi),
            None if state.is_none_or_nil(1) => Abi::HOST,
            None => named(state)?,
        };
        let set = simple_types(context, abi);
        state.new_table(0, set.named.len() + FUNCTIONS.len() + 2);
        for &(name, ty) in &set.named {
            state.push_type(ty);
            state.set_raw_field(-2, name);
        }
        state.push_type(set.void);
        state.set_raw_field(-2, "void");
        let index = Abi::ALL.iter().position(|a| *a == abi).unwrap_or(0);
        for (name, f) in FUNCTIONS {
            state.push_integer(index as i64);
            state.push_closure(f, 1);
            state.set_raw_field(-2, name);
        }
        state.push_str(abi.name());
        state.set_raw_field(-2, "name");
        push_strict(state, abi.name());
        state.set_metatable(-2);
        Ok(1)
    }
}

fn named(state: State) -> Res<Abi> {
    let Some(name) = state.str(1) else {
        return state.mismatch_text("a library or an ABI's name", 1).map_err(|e| e.at("abi"));
    };
    match Abi::from_name(name) {
        Some(abi) => Ok(abi),
        None => {
            let near = near(name, Abi::ALL.iter().map(|a| a.name()));
            fail(ErrorKind::ValueError, format_args!("abi: unknown ABI '{name}'{}", suggestion(&near)))
        }
    }
}

/// The complete type at argument 1, or that of the object there.
fn type_at(state: State, what: &str) -> Res<TypeRef> {
    let ty = match (state.type_at(1), state.object(1)) {
        (Some(ty), _) => ty,
        (_, Some(o)) => o.ty,
        _ => {
            return fail(
                ErrorKind::TypeError,
                format_args!("{what}: expected a C type or object, got {}", state.describe(1)),
            );
        }
    };
    ty.require_complete().map_err(|e| e.at(what))?;
    Ok(ty)
}

/// What a type is on the target: types laid out for a target of their own stay what they are.
fn target_of(state: State, ty: TypeRef) -> Abi {
    if ty.abi == Abi::HOST { upvalue_target(state) } else { ty.abi }
}

fn give(state: State, size: usize) -> c_int {
    state.push_integer(size as i64);
    1
}

entry! {
    fn sizeof(state) {
        let ty = type_at(state, "sizeof")?;
        Ok(give(state, ty.as_abi().size(target_of(state, ty))))
    }
}

entry! {
    fn alignment(state) {
        let ty = type_at(state, "alignment")?;
        Ok(give(state, ty.as_abi().align(target_of(state, ty))))
    }
}

entry! {
    fn layout(state) {
        let ty = type_at(state, "layout")?;
        if matches!(ty.kind, Kind::Void) {
            return fail(ErrorKind::TypeError, "layout: void has none");
        }
        state.push_str(super::layout::draw_for(ty, target_of(state, ty)).trim_end());
        Ok(1)
    }
}
