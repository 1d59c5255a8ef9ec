//! What C objects offer, for completion, hints and help. Nothing here runs a script's code or follows a pointer.

use mlua::{Integer, Lua, Value};

use super::array;
use super::ctype::{Conv, Kind, TypeRef};
use super::function::{function_at, prototype_text};
use super::library::{library_at, symbols};
use super::object::Ownership;
use super::state::{State, ffi};
use super::types;

/// One name that a C object offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name.
    pub name: String,
    /// What it is, in a few words: `c_int @0` for a field, a prototype or demangled name for a symbol; may be empty.
    pub detail: String,
    /// Whether it is called (a method or C function).
    pub callable: bool,
}

/// Runs `f` with `value` on the stack; what `f` leaves above it is the result.
fn with_value<R>(lua: &Lua, value: &Value, f: impl FnOnce(State) -> Option<R>) -> Option<R> {
    let mut result = None;
    // SAFETY: runs protected on the live state with the value as its one argument; `f` leaves the stack as it is.
    let done = unsafe {
        lua.exec_raw::<()>(value.clone(), |raw| {
            let state = State::new(raw);
            result = f(state);
            state.set_top(0);
        })
    };
    done.ok().and(result)
}

/// Runs `push` with `value` on the stack and gives back the value it pushes.
fn pushed(lua: &Lua, value: &Value, push: impl FnOnce(State) -> bool) -> Option<Value> {
    let mut found = false;
    // SAFETY: as in `with_value`; exactly one value is left.
    let result = unsafe {
        lua.exec_raw::<Value>(value.clone(), |raw| {
            let state = State::new(raw);
            found = push(state);
            if !found {
                state.push_nil();
            }
            state.insert(1);
            state.set_top(1);
        })
    };
    result.ok().filter(|_| found)
}

fn method(name: &str) -> Member {
    Member { name: name.into(), detail: "method".into(), callable: true }
}

fn property(name: &str, detail: &str) -> Member {
    Member { name: name.into(), detail: detail.into(), callable: false }
}

/// What can follow the dot after `value`; `None` when it is no C object, type or library.
pub fn members(lua: &Lua, value: &Value) -> Option<Vec<Member>> {
    with_value(lua, value, |state| {
        if let Some(lib) = library_at(state, 1) {
            let mut list = vec![property("_name", "name"), property("_path", "file"), property("_handle", "handle")];
            for export in symbols::exports_of(&lib) {
                let callable = export.kind == moonglue_ffi::ExportKind::Function;
                let detail = known_prototype(state, &export.name).or_else(|| export.demangled.clone());
                list.push(Member { name: export.name.clone(), detail: detail.unwrap_or_default(), callable });
            }
            return Some(list);
        }
        if let Some(ty) = state.type_at(1) {
            let mut list = fields(ty);
            list.extend(attributes(state, ty));
            list.extend(types::METHODS.iter().map(|m| method(m.0)));
            return Some(list);
        }
        let o = state.object(1)?;
        Some(match &o.ty.kind {
            Kind::Record(_) => {
                let mut list = fields(o.ty);
                list.extend(attributes(state, o.ty));
                list
            }
            Kind::Array(elem, _) => {
                let mut list: Vec<_> = array::methods::METHODS.iter().map(|m| method(m.0)).collect();
                if elem.is_char() || elem.is_wchar() {
                    list.push(property("value", "text"));
                }
                if elem.is_char() {
                    list.push(property("raw", "all bytes"));
                }
                list
            }
            Kind::Pointer(target) => vec![property("contents", &target.name), method("slice")],
            Kind::Function(_) => {
                let mut list = vec![
                    property("restype", "result type"),
                    property("argtypes", "list of types"),
                    property("errcheck", "function"),
                    property("address", "integer"),
                    property("name", "string"),
                    method("map"),
                ];
                if function_at(state, 1).is_some_and(|f| f.callback.is_some()) {
                    list.push(method("free"));
                }
                list
            }
            Kind::Simple(_) => vec![property("value", &o.ty.name)],
            Kind::Void => Vec::new(),
        })
    })
}

/// The prototype of a function of the library at 1 that was looked up before.
fn known_prototype(state: State, name: &str) -> Option<String> {
    state.raw_field(1, name);
    let text = function_at(state, -1).map(prototype_text);
    state.pop(1);
    text
}

fn fields(ty: TypeRef) -> Vec<Member> {
    let Some(info) = ty.record() else { return Vec::new() };
    let describe = |f: &super::record::Field| match f.bits {
        Some(bits) => format!("{}:{} @{}", f.ty.name, bits.width, f.offset),
        None => format!("{} @{}", f.ty.name, f.offset),
    };
    info.fields().all.iter().map(|f| property(&f.name, &describe(f))).collect()
}

/// Methods and attributes that the script set on the type or a base.
fn attributes(state: State, ty: TypeRef) -> Vec<Member> {
    let mut list = Vec::new();
    let mut next = Some(ty);
    while let Some(t) = next {
        if t.attributes.get() != 0 {
            state.push_ref(t.attributes.get());
            state.push_nil();
            while state.next(-2) {
                let callable = state.is_function(-1);
                let name = state.text(-2).unwrap_or_default();
                state.pop(1);
                if !name.starts_with("__") {
                    list.push(Member { name, detail: if callable { "method" } else { "attribute" }.into(), callable });
                }
            }
            state.pop(1);
        }
        next = t.record().and_then(|r| r.base);
    }
    list
}

/// Whether reading a value of `ty` from the object at 1 follows no pointer and touches only memory that is there:
/// nested records and arrays are windows, not reads; what lies at a raw address may be gone.
fn is_safe_to_read(state: State, ty: TypeRef) -> bool {
    if ty.is_aggregate() {
        return true;
    }
    state.push_root(1);
    let owned = state.object(-1).is_some_and(|root| root.ownership == Ownership::Owned);
    state.pop(1);
    owned && !matches!(ty.conv(), Some(Conv::CharP | Conv::ConstCharP | Conv::WCharP))
}

/// The member of a C object called `name`, where finding it runs no code and follows no pointer.
pub fn member(lua: &Lua, value: &Value, name: &str) -> Option<Value> {
    pushed(lua, value, |state| {
        if library_at(state, 1).is_some() {
            return state.raw_field(1, name) != ffi::LUA_TNIL;
        }
        let (ty, object) = match (state.type_at(1), state.object(1)) {
            (Some(ty), _) => (ty, None),
            (_, Some(o)) => (o.ty, Some(o)),
            _ => return false,
        };
        if let (Some(o), Some(field)) = (object, ty.record().and_then(|r| r.fields().by_name(name.as_bytes()))) {
            return is_safe_to_read(state, field.ty) && field.push(state, o.addr, Some(1)).is_ok();
        }
        state.push_str(name);
        let key = state.abs(-1);
        super::record::metamethods::push_attribute(state, ty, key)
    })
}

/// Item `index` of an array, where reading it follows no pointer.
pub fn element(lua: &Lua, value: &Value, index: Integer) -> Option<Value> {
    pushed(lua, value, |state| {
        let Some(o) = state.object(1) else { return false };
        let Kind::Array(elem, n) = &o.ty.kind else { return false };
        let inside = usize::try_from(index).is_ok_and(|k| k < *n);
        inside
            && is_safe_to_read(state, elem)
            && state.push_from(elem, o.addr.wrapping_add(index as usize * elem.size()), Some(1)).is_ok()
    })
}

/// The prototype of a C function object, as `tostring` shows it.
pub fn signature(lua: &Lua, value: &Value) -> Option<String> {
    with_value(lua, value, |state| function_at(state, 1).map(prototype_text))
}

/// Lines of help about a C object: what it is, where its memory lies, a record's layout.
pub fn notes(lua: &Lua, value: &Value) -> Option<Vec<String>> {
    with_value(lua, value, |state| {
        if let Some(lib) = library_at(state, 1) {
            let path = lib.library.path().map(|p| p.display().to_string());
            return Some(vec![format!("library {}", path.unwrap_or_else(|| lib.name.clone()))]);
        }
        let (ty, object) = match (state.type_at(1), state.object(1)) {
            (Some(ty), _) => (ty, None),
            (_, Some(o)) => (o.ty, Some(o)),
            _ => return None,
        };
        let mut lines = Vec::new();
        match (object, function_at(state, 1)) {
            (Some(o), Some(function)) => {
                if let Some(lib) = &function.library {
                    lines.push(format!("in {}", lib.name));
                }
                lines.push(format!("at {:p}", o.address_value()));
            }
            (Some(o), None) => lines.push(format!("{}, {} bytes at {:p}", ty.name, o.size, o.addr)),
            (None, _) => {}
        }
        if ty.require_complete().is_ok() && ty.function().is_none() {
            lines.extend(super::layout::draw(ty).lines().map(str::to_string));
        }
        Some(lines)
    })
}
