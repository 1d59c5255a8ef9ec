//! Type objects: what `T.x`, `T.x = v`, `T * n`, `tostring(T)` and `T:from_...` do.

use std::ffi::c_int;

use moonglue_ffi::near;

use super::array;
use super::convert::{Mode, Role, pointer_target};
use super::ctype::{Kind, TypeRef};
use super::error::{Kind as ErrorKind, Res, entry, fail};
use super::function::argument::standing_for;
use super::function::tables::table_for_pointer;
use super::pointer;
use super::record::metamethods::{FALLBACK_METAMETHODS, push_attribute, set_metamethod};
use super::record::{Options, define, descriptor, suggestion};
use super::sources;
use super::state::{State, ffi};
use super::{function, library};

/// The type at argument `i`, or a `TypeError` that names `what`.
pub(crate) fn check_type(state: State, i: i32, what: &str) -> Res<TypeRef> {
    match state.type_at(i) {
        Some(ty) => Ok(ty),
        None => fail(ErrorKind::TypeError, format_args!("{what}: expected a C type, got {}", state.describe(i))),
    }
}

entry! {
    pub(crate) fn index(state) {
        let ty = check_type(state, 1, "type")?;
        let Some(name) = state.str(2) else {
            return fail(ErrorKind::AttributeError, format_args!("{}: no attribute {}", ty.name, state.key_text(2)));
        };
        if push_attribute(state, ty, 2) || push_special(state, ty, name)? {
            return Ok(1);
        }
        if let Some(field) = ty.record().and_then(|r| r.fields().find(state, 2)) {
            descriptor::push(state, ty, field);
            return Ok(1);
        }
        state.push_ref(ty.context.refs.type_methods.get());
        state.push_value(2);
        if state.raw_get(-2) != ffi::LUA_TNIL {
            return Ok(1);
        }
        let fields = ty.record().map(|r| r.fields().all.iter().map(|f| &*f.name).collect::<Vec<_>>()).unwrap_or_default();
        let near = near(name, fields.into_iter().chain(METHODS.iter().map(|m| m.0)));
        fail(ErrorKind::AttributeError, format_args!("{} has no attribute '{name}'{}", ty.name, suggestion(&near)))
    }
}

/// Pushes one of the attributes that every type, or every type of a kind, has by itself.
fn push_special(state: State, ty: TypeRef, name: &str) -> Res<bool> {
    match (name, &ty.kind) {
        ("__name", _) => state.push_str(&ty.name),
        ("_type_", Kind::Array(elem, _)) => state.push_type(elem),
        ("_type_", Kind::Pointer(target)) => state.push_type(target),
        ("_type_", Kind::Simple(s)) => state.push_str(super::simple::type_code(s.conv, s.prim)),
        ("_length_", Kind::Array(_, n)) => state.push_integer(*n as i64),
        ("_fields_", Kind::Record(_)) => push_fields(state, ty),
        ("_pack_", Kind::Record(r)) => match r.options.borrow().layout.pack {
            Some(n) => state.push_integer(n.into()),
            None => state.push_nil(),
        },
        ("_align_", Kind::Record(r)) => match r.options.borrow().layout.align {
            Some(n) => state.push_integer(n.into()),
            None => state.push_nil(),
        },
        ("_anonymous_", Kind::Record(r)) => {
            let names = r.options.borrow().anonymous.clone();
            state.new_table(names.len(), 0);
            for (k, name) in names.iter().enumerate() {
                state.push_str(name);
                state.raw_seti(-2, k as i64 + 1);
            }
        }
        ("__ctype_be__", Kind::Simple(s)) => return push_twin(state, ty, s.twin.get(), true, s.swapped),
        ("__ctype_le__", Kind::Simple(s)) => return push_twin(state, ty, s.twin.get(), false, s.swapped),
        _ => return Ok(false),
    }
    Ok(true)
}

fn push_twin(state: State, ty: TypeRef, twin: Option<TypeRef>, big: bool, swapped: bool) -> Res<bool> {
    // Every ABI we know is little-endian: a swapped type is the big-endian one.
    let wanted = if big == swapped || ty.size() == 1 { Some(ty) } else { twin };
    match wanted {
        Some(t) => state.push_type(t),
        None => return fail(ErrorKind::AttributeError, format_args!("{} has no other byte order", ty.name)),
    }
    Ok(true)
}

fn push_fields(state: State, ty: TypeRef) {
    let Some(info) = ty.record() else { return state.push_nil() };
    if info.fields.get().is_none() {
        return state.push_nil();
    }
    state.new_table(0, 0);
    let own = info.fields().all.iter().filter(|f| !f.inherited && f.position.is_some());
    for (k, f) in own.enumerate() {
        state.new_table(3, 0);
        state.push_str(&f.name);
        state.raw_seti(-2, 1);
        state.push_type(f.ty);
        state.raw_seti(-2, 2);
        if let Some(bits) = f.bits {
            state.push_integer(bits.width.into());
            state.raw_seti(-2, 3);
        }
        state.raw_seti(-2, k as i64 + 1);
    }
}

entry! {
    pub(crate) fn new_index(state) {
        let ty = check_type(state, 1, "type")?;
        let Some(name) = state.text(2).filter(|_| state.is_string(2)) else {
            return fail(ErrorKind::TypeError, format_args!("{}: an attribute's name is a string", ty.name));
        };
        let Some(info) = ty.record() else {
            return fail(ErrorKind::AttributeError, format_args!("{}: '{name}' cannot be set", ty.name));
        };
        match name.as_str() {
            "_fields_" => {
                define::set_fields(state, ty, 3).map_err(|e| e.at(&ty.name))?;
                return Ok(0);
            }
            "_pack_" | "_align_" | "_anonymous_" | "_layout_" => {
                if info.fields.get().is_some() {
                    return fail(ErrorKind::AttributeError, format_args!("{}: {name} must be set before _fields_", ty.name));
                }
                let mut options: Options = info.options.borrow().clone();
                options.set(state, name.trim_matches('_'), 3).map_err(|e| e.at(&ty.name))?;
                info.options.replace(options);
                return Ok(0);
            }
            _ => {}
        }
        if info.fields().by_name(name.as_bytes()).is_some() {
            return fail(ErrorKind::AttributeError, format_args!("{}.{name} is a field: it cannot be replaced", ty.name));
        }
        if ty.attributes.get() == 0 {
            state.new_table(0, 4);
            ty.attributes.set(state.make_ref());
        }
        state.push_ref(ty.attributes.get());
        state.push_value(2);
        state.push_value(3);
        state.raw_set(-3);
        if name.starts_with("__") && !FALLBACK_METAMETHODS.contains(&name.as_str()) {
            set_metamethod(state, ty, &name);
        }
        Ok(0)
    }
}

entry! {
    /// `T * n` and `n * T`: the array type.
    pub(crate) fn multiply(state) {
        let (t, n) = if state.type_at(1).is_some() { (1, 2) } else { (2, 1) };
        let ty = check_type(state, t, "array")?;
        let n = array::length(state, n).map_err(|e| e.at(&ty.name))?;
        let array = array::array_of(ty, n)?;
        state.push_type(array);
        Ok(1)
    }
}

entry! {
    pub(crate) fn to_string(state) {
        let ty = check_type(state, 1, "tostring")?;
        state.push_str(&ty.name);
        Ok(1)
    }
}

entry! {
    /// `T:from_param(v)`: what an argument of this type becomes.
    fn from_param(state) {
        let ty = check_type(state, 1, "from_param")?;
        state.set_top(2);
        let place = |e: super::error::Failure| e.at(format_args!("{}:from_param", ty.name));
        ty.require_complete().and_then(|()| ty.require_native_pointer()).map_err(place)?;
        standing_for(state, 2, |i| push_parameter(state, ty, i)).map_err(place)?;
        Ok(1)
    }
}

/// Pushes what the value at `i` becomes as an argument of type `ty`.
fn push_parameter(state: State, ty: TypeRef, i: c_int) -> Res<()> {
    if let Some(o) = state.object(i)
        && (o.is_instance(ty)
            || matches!((&ty.kind, &o.ty.kind), (Kind::Pointer(a), Kind::Pointer(b)) if b.derives_from(a)))
    {
        state.push_value(i);
        return Ok(());
    }
    match &ty.kind {
        Kind::Pointer(target) => {
            let p = if state.is_table(i) {
                let p = table_for_pointer(state, target, i)?.cast_const();
                state.push_anchor(-1);
                p
            } else {
                pointer_target(state, i, ty, Role::Argument)?
            };
            state.push_pointer(ty, p)?;
            state.insert(-2);
            state.keep_one(-2);
        }
        Kind::Simple(_) if ty.holds_pointers.get() => {
            let p = pointer_target(state, i, ty, Role::Argument)?;
            state.push_new(ty)?.set_address_value(p);
            state.insert(-2);
            state.keep_one(-2);
        }
        Kind::Function(_) => {
            // What keeps the code is the function object itself.
            pointer_target(state, i, ty, Role::Argument)?;
            if state.is_nil(-1) {
                function::construct(state, ty, 0)?;
            }
        }
        _ => {
            let new = state.push_new(ty)?.addr;
            let at = state.abs(-1);
            state.store(ty, new, i, Some(at), Mode::Checked)?;
        }
    }
    Ok(())
}

/// The methods of every type object.
pub(crate) const METHODS: &[(&str, ffi::lua_CFunction)] = &[
    ("from_address", sources::from_address),
    ("from_buffer", sources::from_buffer),
    ("from_buffer_copy", sources::from_buffer_copy),
    ("in_dll", library::variable::in_dll),
    ("from_param", from_param),
];

entry! {
    /// `ct.POINTER(T)`.
    pub(crate) fn pointer_type(state) {
        if state.is_none_or_nil(1) {
            return fail(ErrorKind::TypeError, format_args!("POINTER: expected a C type, got {}", state.describe(1)));
        }
        let ty = check_type(state, 1, "POINTER")?;
        state.push_type(pointer::pointer_to(ty));
        Ok(1)
    }
}
