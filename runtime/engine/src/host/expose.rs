//! Functions and values of the host as typed C objects in scripts.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::c_int;
use std::ptr::NonNull;

use mlua::ffi::{self, lua_State};
use mlua::{Function, Lua, Table, Value};

use super::c_type::{CData, CType, ExternFn};
use super::error::Result;
use super::runtime::Runtime;

/// Registry name of the function that makes typed objects.
const MAKER: &str = "moonglue.expose";

/// Memory of exposed values. As data of the Lua state it is freed after the state has closed, finalizers included.
#[derive(Default)]
struct Kept(RefCell<Vec<Box<dyn Any>>>);

/// A value in memory that scripts see as a C object.
///
/// Clones of the handle mean the same memory. It is good for as long as the runtime's Lua state lives.
pub struct Exposed<T: CData> {
    value: NonNull<T>,
    /// Keeps the state, and with it the memory.
    _lua: Lua,
}

impl<T: CData> Exposed<T> {
    /// What the value is now.
    pub fn get(&self) -> T {
        // SAFETY: `Runtime::expose` made the memory, the state keeps it, and both are used by this thread only.
        // Scripts store what the type allows (`CData`).
        unsafe { self.value.read() }
    }

    /// Changes the value; scripts see it at once.
    pub fn set(&self, value: T) {
        // SAFETY: as in `get`.
        unsafe { self.value.write(value) }
    }
}

impl<T: CData> Clone for Exposed<T> {
    fn clone(&self) -> Exposed<T> {
        Exposed { value: self.value, _lua: self._lua.clone() }
    }
}

impl<T: CData> std::fmt::Debug for Exposed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Exposed<{}>", std::any::type_name::<T>())
    }
}

impl Runtime {
    /// Sets the global `name` to a C function of the host, its signature taken from the pointer's type. Under a policy
    /// without raw pointers scripts get it as a plain Lua function, which they cannot declare anew.
    ///
    /// ```
    /// # use moonglue::{Policy, Runtime};
    /// extern "C" fn add(a: i32, b: i32) -> i32 {
    ///     a.wrapping_add(b)
    /// }
    ///
    /// # fn main() -> Result<(), moonglue::Error> {
    /// // SAFETY: the only script is the one below.
    /// let runtime = unsafe { Runtime::builder().allow_ffi(Policy::none()) }.build()?;
    /// runtime.expose_fn("add", add as extern "C" fn(i32, i32) -> i32)?;
    /// assert_eq!(runtime.eval::<i32>("return add(40, 2)")?, 42);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Lua`](crate::Error::Lua) where native calls were not granted.
    pub fn expose_fn<F: ExternFn>(&self, name: &str, function: F) -> Result<()> {
        let spec = self.lua().create_table()?;
        spec.raw_set("kind", "function")?;
        spec.raw_set("result", describe(self.lua(), &F::result_type())?)?;
        let parameters = self.lua().create_table()?;
        for parameter in F::parameter_types() {
            parameters.raw_push(describe(self.lua(), &parameter)?)?;
        }
        spec.raw_set("parameters", parameters)?;
        let object = make(self.lua(), spec, Some(function.address()))?;
        Ok(self.globals().raw_set(name, object)?)
    }

    /// Moves `value` to memory of its own and sets the global `name` to a C object there. The handle reads and writes
    /// the same memory.
    ///
    /// # Errors
    ///
    /// [`Error::Lua`](crate::Error::Lua) where native calls were not granted.
    pub fn expose<T: CData>(&self, name: &str, value: T) -> Result<Exposed<T>> {
        let kept: *mut T = Box::into_raw(Box::new(value));
        // SAFETY: a box is never null, and this one was made a line above.
        let (pointer, owner) = unsafe { (NonNull::new_unchecked(kept), Memory(kept)) };
        keep(self.lua(), Box::new(owner));
        // SAFETY: the memory was made for this type just now, and `keep` lets it live as long as the state.
        unsafe { self.expose_at(name, kept)? };
        Ok(Exposed { value: pointer, _lua: self.lua().clone() })
    }

    /// Sets the global `name` to a C object at `address`, without copying.
    ///
    /// # Safety
    ///
    /// `address` is aligned and points to a `T` that scripts may read and write, and keep views of, until the
    /// runtime's Lua state has closed. Nobody else writes to it while Lua runs.
    ///
    /// # Errors
    ///
    /// [`Error::Lua`](crate::Error::Lua) where native calls were not granted.
    pub unsafe fn expose_at<T: CData>(&self, name: &str, address: *mut T) -> Result<()> {
        let object = make(self.lua(), describe(self.lua(), &T::c_type())?, Some(address.expose_provenance()))?;
        Ok(self.globals().raw_set(name, object)?)
    }

    /// Sets the global `name` to the type of `T`, so that scripts can make objects of it.
    ///
    /// # Errors
    ///
    /// [`Error::Lua`](crate::Error::Lua) where native calls were not granted.
    pub fn expose_type<T: CData>(&self, name: &str) -> Result<()> {
        let object = make(self.lua(), describe(self.lua(), &T::c_type())?, None)?;
        Ok(self.globals().raw_set(name, object)?)
    }
}

/// Frees a value that was moved out of its box; the raw pointer lets scripts and host share it until then.
struct Memory<T>(*mut T);

impl<T> Drop for Memory<T> {
    fn drop(&mut self) {
        // SAFETY: `Runtime::expose` took it out of a box, and gave it to this owner only.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

fn keep(lua: &Lua, memory: Box<dyn Any>) {
    if lua.app_data_ref::<Kept>().is_none() {
        lua.set_app_data(Kept::default());
    }
    if let Some(kept) = lua.app_data_ref::<Kept>() {
        kept.0.borrow_mut().push(memory);
    }
}

/// Prepares a state that has the module for [`make`]. `sealed` functions cannot be declared anew by scripts.
pub(crate) fn prepare(lua: &Lua, module: &Table, sealed: bool) -> mlua::Result<()> {
    // SAFETY: `seal` is a C function that needs no upvalue and only makes a closure over its argument.
    let seal = if sealed { Some(unsafe { lua.create_c_function(seal)? }) } else { None };
    let maker: Function =
        lua.load(include_str!("expose.lua")).set_name("=[expose]").into_function()?.call((module.clone(), seal))?;
    lua.set_named_registry_value(MAKER, maker)
}

/// A function that calls its argument and gives no other access to it.
unsafe extern "C-unwind" fn seal(state: *mut lua_State) -> c_int {
    // SAFETY: Lua calls this with its live state; what is moved to the upvalue is the only argument.
    unsafe {
        ffi::lua_settop(state, 1);
        ffi::lua_pushcclosure(state, call_sealed, 1);
    }
    1
}

unsafe extern "C-unwind" fn call_sealed(state: *mut lua_State) -> c_int {
    // SAFETY: `seal` made the closure, so its upvalue is there; 20 slots are free above the arguments, and nothing in
    // this frame needs dropping should the call raise.
    unsafe {
        let count = ffi::lua_gettop(state);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
        ffi::lua_insert(state, 1);
        ffi::lua_call(state, count, ffi::LUA_MULTRET);
        ffi::lua_gettop(state)
    }
}

/// The object of a type at an address, or the type itself.
fn make(lua: &Lua, spec: Table, address: Option<usize>) -> mlua::Result<Value> {
    let maker = match lua.named_registry_value::<Value>(MAKER)? {
        Value::Function(maker) => maker,
        _ => return Err(mlua::Error::runtime(super::policy::NOT_GRANTED)),
    };
    let address = address.map(|address| address.cast_signed() as i64);
    crate::lua::with_rights_of_host(lua, || maker.call((spec, address)))
}

/// The type as the table that `expose.lua` understands.
fn describe(lua: &Lua, c_type: &CType) -> mlua::Result<Table> {
    let spec = lua.create_table()?;
    match c_type {
        CType::Void => spec.raw_set("kind", "void")?,
        CType::Simple(name) => {
            spec.raw_set("kind", "simple")?;
            spec.raw_set("name", *name)?;
        }
        CType::Pointer(target) => {
            spec.raw_set("kind", "pointer")?;
            spec.raw_set("of", describe(lua, target)?)?;
        }
        CType::Array(item, length) => {
            spec.raw_set("kind", "array")?;
            spec.raw_set("of", describe(lua, item)?)?;
            spec.raw_set("length", *length)?;
        }
        CType::Struct(structure) => {
            spec.raw_set("kind", "struct")?;
            spec.raw_set("name", structure.name)?;
            spec.raw_set("key", structure.rust_type)?;
            let fields = lua.create_table()?;
            for (name, field) in &structure.fields {
                fields.raw_push(lua.create_sequence_from([
                    Value::String(lua.create_string(name)?),
                    Value::Table(describe(lua, field)?),
                ])?)?;
            }
            spec.raw_set("fields", fields)?;
        }
    }
    Ok(spec)
}
