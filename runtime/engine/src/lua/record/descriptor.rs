//! `T.field`: where a field lies, as a read-only value with `.name`, `.type`, `.offset`, `.size`, `.bit_offset`, `.bit_size`.

use super::Field;
use crate::lua::ctype::TypeRef;
use crate::lua::error::{Kind as ErrorKind, entry, fail};
use crate::lua::state::{State, ffi};

/// Pushes the descriptor of `field`.
pub(crate) fn push(state: State, owner: TypeRef, field: &Field) {
    state.new_userdata(1);
    state.new_table(0, 9);
    state.push_str(&field.name);
    state.set_raw_field(-2, "name");
    state.push_type(field.ty);
    state.set_raw_field(-2, "type");
    for (name, value) in
        [("offset", field.offset), ("size", field.size), ("byte_offset", field.offset), ("byte_size", field.size)]
    {
        state.push_integer(value as i64);
        state.set_raw_field(-2, name);
    }
    if let Some(bits) = field.bits {
        state.push_integer(bits.bit_offset.into());
        state.set_raw_field(-2, "bit_offset");
        state.push_integer(bits.width.into());
        state.set_raw_field(-2, "bit_size");
    }
    state.push_boolean(field.bits.is_some());
    state.set_raw_field(-2, "is_bitfield");
    state.push_boolean(field.anonymous);
    state.set_raw_field(-2, "is_anonymous");
    state.set_user_value(-2);
    state.push_ref(owner.context.refs.descriptor_metatable.get());
    state.set_metatable(-2);
}

/// Leaves the metatable of descriptors on the stack.
pub(crate) fn push_metatable(state: State) {
    state.new_table(0, 5);
    state.push_closure(index, 0);
    state.set_raw_field(-2, "__index");
    state.push_closure(new_index, 0);
    state.set_raw_field(-2, "__newindex");
    state.push_closure(to_string, 0);
    state.set_raw_field(-2, "__tostring");
    state.push_str("field");
    state.set_raw_field(-2, "__name");
    state.push_boolean(false);
    state.set_raw_field(-2, "__metatable");
}

entry! {
    fn index(state) {
        if state.tag(1) != ffi::LUA_TUSERDATA || state.user_value(1) != ffi::LUA_TTABLE {
            return fail(ErrorKind::TypeError, "not a field");
        }
        state.push_value(2);
        // Where the bits lie is told of bit fields only.
        if state.raw_get(-2) == ffi::LUA_TNIL && !matches!(state.bytes(2), Some(b"bit_offset" | b"bit_size")) {
            return fail(ErrorKind::AttributeError, format_args!("a field has no attribute {}", state.key_text(2)));
        }
        Ok(1)
    }
}

entry! {
    fn new_index(state) {
        let name = state.key_text(2);
        fail(ErrorKind::AttributeError, format_args!("{name} of a field cannot be written"))
    }
}

entry! {
    fn to_string(state) {
        if state.tag(1) != ffi::LUA_TUSERDATA || state.user_value(1) != ffi::LUA_TTABLE {
            return fail(ErrorKind::TypeError, "not a field");
        }
        let number = |name| {
            state.raw_field(-1, name);
            let v = state.integer(-1);
            state.pop(1);
            v
        };
        let (offset, size) = (number("offset"), number("size"));
        let (bit_offset, bit_size) = (number("bit_offset"), number("bit_size"));
        state.raw_field(-1, "type");
        let ty = state.type_at(-1).map(|t| t.name.to_string()).unwrap_or_default();
        let text = if bit_size > 0 {
            format!("<Field type={ty}, ofs={offset}:{bit_offset}, bits={bit_size}>")
        } else {
            format!("<Field type={ty}, ofs={offset}, size={size}>")
        };
        state.push_str(&text);
        Ok(1)
    }
}
