//! `bridge.buffer`: memory that both processes have, without copying.

use super::failure::failure;
use super::handle::session_at;
use super::session::Session;
use crate::lua::array::{array_of, length};
use crate::lua::ctype::TypeRef;
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::pointer::push_window_keeping;
use crate::lua::simple::simple_types;
use crate::lua::state::{State, ffi};
use crate::remote::Span;

/// Memory of both sides, as the object over it keeps it.
struct Shared {
    session: std::rc::Rc<Session>,
    span: Span,
}

impl Session {
    /// The address on the other side of shared memory at `p`.
    pub(super) fn shared_there(&self, p: u64) -> Option<u64> {
        let shared = self.shared.borrow();
        let (&start, &(len, there)) = shared.range(..=p).next_back()?;
        (p - start <= len).then(|| there + (p - start))
    }

    /// The address here of shared memory at the other side's `there`.
    pub(super) fn shared_here(&self, there: u64) -> Option<u64> {
        let shared = self.shared.borrow();
        let mut all = shared.iter();
        all.find_map(|(&start, &(len, remote))| {
            (remote..remote + len.max(1)).contains(&there).then(|| start + (there - remote))
        })
    }
}

entry! {
    /// `bridge.buffer(library, T_or_size)`: an object whose memory both processes have. Passed to the library it is not copied,
    /// and what either side writes the other sees at once.
    pub(crate) fn buffer(state) {
        let place = |e: Failure| e.at("buffer");
        let session = session_at(state, 1, "buffer")?;
        let ty = wanted_type(state, &session).map_err(place)?;
        if !session.way(ty).is_copy() {
            return fail(
                ErrorKind::TypeError,
                format_args!("buffer: {} has another layout in {}: both sides cannot share it", ty.name, session.abi.name()),
            );
        }
        let span = session.running()?.arena_alloc(ty.size(), ty.align.get().clamp(16, 4096)).map_err(failure).map_err(place)?;
        let here = span.local().as_ptr();
        // SAFETY: the span has the type's size; nobody else uses it.
        unsafe { here.write_bytes(0, ty.size()) };
        session.shared.borrow_mut().insert(here as u64, (ty.size() as u64, span.remote()));
        push_owner(state, Shared { session, span });
        let kept = state.abs(-1);
        push_window_keeping(state, ty, here, kept);
        Ok(1)
    }
}

fn wanted_type(state: State, session: &Session) -> Res<TypeRef> {
    if let Some(ty) = state.type_at(2) {
        ty.require_complete()?;
        return Ok(ty);
    }
    let n = length(state, 2)?;
    array_of(simple_types(session.context, moonglue_abi::Abi::HOST).ubyte, n)
}

/// Pushes the userdata whose collection gives the memory back.
fn push_owner(state: State, shared: Shared) {
    let slot = state.new_userdata(size_of::<*mut Shared>()).cast::<*mut Shared>();
    // SAFETY: Lua just made it with room for the pointer.
    unsafe { slot.write(Box::into_raw(Box::new(shared))) };
    state.new_table(0, 1);
    state.push_closure(collect, 0);
    state.set_raw_field(-2, "__gc");
    state.set_metatable(-2);
}

unsafe extern "C-unwind" fn collect(raw: *mut ffi::lua_State) -> std::ffi::c_int {
    // SAFETY: Lua calls the finalizer with its live state.
    let state = unsafe { State::new(raw) };
    let slot = state.userdata(1).cast::<*mut Shared>();
    if !slot.is_null() {
        // SAFETY: this metatable is only on the userdata that `push_owner` made; the slot is cleared, so it is freed once.
        let shared = unsafe { slot.replace(std::ptr::null_mut()) };
        if !shared.is_null() {
            // SAFETY: boxed by `push_owner`.
            let shared = unsafe { Box::from_raw(shared) };
            shared.session.shared.borrow_mut().remove(&(shared.span.local().as_ptr() as u64));
        }
    }
    0
}
