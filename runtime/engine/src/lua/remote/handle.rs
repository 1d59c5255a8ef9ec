//! What scripts can ask of a bridge: which process it is, what it has done, memory over there, an end of it.

use std::rc::Rc;
use std::time::Duration;

use super::failure::failure;
use super::library::ORDERLY_END;
use super::session::Session;
use super::word::RemoteAddress;
use super::{batch, shared, view};
use crate::lua::array::{array_of, length};
use crate::lua::error::{Failure, Kind as ErrorKind, Res, entry, fail};
use crate::lua::function::function_at;
use crate::lua::library::library_at;
use crate::lua::simple::simple_types;
use crate::lua::state::{State, ffi};
use crate::remote::{MapEntry, Stream};

/// The functions, each with the library (or function, or object of another process) that means the bridge first.
pub(crate) const FUNCTIONS: [(&str, ffi::lua_CFunction); 16] = [
    ("info", info),
    ("is_alive", is_alive),
    ("ping", ping),
    ("statistics", statistics),
    ("memory_map", memory_map),
    ("set_timeout", set_timeout),
    ("set_restart", set_restart),
    ("trace", trace),
    ("kill", kill),
    ("shutdown", shutdown),
    ("restart", restart),
    ("poll", poll),
    ("alloc", alloc),
    ("free", free),
    ("buffer", shared::buffer),
    ("batch", batch::batch),
];

/// The session meant by argument `i`: that of a library, of a function, or of a pointer or view into its process.
pub(super) fn session_at(state: State, i: i32, what: &str) -> Res<Rc<Session>> {
    if let Some(library) = library_at(state, i) {
        return match library.session() {
            Some(session) => Ok(session.clone()),
            None => fail(
                ErrorKind::ValueError,
                format_args!("{what}: {} is in this process, not in a bridge", library.name),
            ),
        };
    }
    if let Some(session) = function_at(state, i).and_then(|f| f.remote.clone()) {
        return Ok(session);
    }
    let word = match (view::view_at(state, i), state.object(i)) {
        (Some(view), _) => Some((view.ty.context, view.word)),
        (None, Some(o)) if o.ty.holds_pointers.get() && !o.ty.is_aggregate() => {
            Some((o.ty.context, o.address_value() as u64))
        }
        _ => None,
    };
    if let Some((context, word)) = word
        && let Some(there) = RemoteAddress::of_word(word)
        && let Some(session) = context.session_of(there.bridge)
    {
        return Ok(session);
    }
    fail(ErrorKind::TypeError, format_args!("{what}: expected a library in a bridge, got {}", state.describe(i)))
}

fn set_integer(state: State, name: &str, v: u64) {
    state.push_integer(v as i64);
    state.set_raw_field(-2, name);
}

fn set_text(state: State, name: &str, text: &str) {
    state.push_str(text);
    state.set_raw_field(-2, name);
}

entry! {
    /// `bridge.info(lib)`: `pid`, `generation`, `abi`, `build`, `age`, `alive`, and what it printed where that is captured.
    fn info(state) {
        let session = session_at(state, 1, "info")?;
        let bridge = session.bridge();
        state.new_table(0, 10);
        set_integer(state, "pid", bridge.pid().into());
        set_integer(state, "generation", session.generation() as u64);
        set_text(state, "abi", session.abi.name());
        set_text(state, "build", bridge.build());
        if let Some(group) = session.group.as_ref().filter(|g| !g.is_empty()) {
            set_text(state, "group", group);
        }
        state.push_number(bridge.age().as_secs_f64());
        state.set_raw_field(-2, "age");
        state.push_boolean(bridge.is_alive());
        state.set_raw_field(-2, "alive");
        for (name, stream) in [("stdout", Stream::Stdout), ("stderr", Stream::Stderr)] {
            if let Some(bytes) = bridge.output(stream) {
                state.push_bytes(&bytes);
                state.set_raw_field(-2, name);
            }
        }
        if let Some(death) = bridge.death() {
            set_text(state, "death", &death.to_string());
        }
        Ok(1)
    }
}

entry! {
    fn is_alive(state) {
        let session = session_at(state, 1, "is_alive")?;
        state.push_boolean(session.bridge().is_alive());
        Ok(1)
    }
}

entry! {
    /// `bridge.ping(lib)`: the seconds that a message and its answer take.
    fn ping(state) {
        let took = session_at(state, 1, "ping")?.bridge().ping().map_err(failure)?;
        state.push_number(took.as_secs_f64());
        Ok(1)
    }
}

entry! {
    /// `bridge.statistics(lib)`: numbers of calls, callbacks and messages, memory shared and allocated.
    fn statistics(state) {
        let session = session_at(state, 1, "statistics")?;
        let s = session.bridge().statistics().map_err(failure)?;
        state.new_table(0, 12);
        for (name, v) in [
            ("requests", s.requests),
            ("calls", s.calls),
            ("callbacks", s.callbacks),
            ("shared_used", s.shared_used),
            ("shared_mapped", s.shared_mapped),
            ("libraries", s.remote.libraries.into()),
            ("signatures", s.remote.signatures.into()),
            ("live_callbacks", s.remote.live_callbacks.into()),
            ("allocations", s.remote.allocations.into()),
            ("allocated", s.remote.allocated),
        ] {
            set_integer(state, name, v);
        }
        Ok(1)
    }
}

entry! {
    /// `bridge.memory_map(lib)`: what is mapped in the process: `{first, last, permissions, path}` each.
    fn memory_map(state) {
        let entries = session_at(state, 1, "memory_map")?.bridge().memory_map().map_err(failure)?;
        state.new_table(entries.len(), 0);
        for (k, entry) in entries.iter().enumerate() {
            push_map_entry(state, entry);
            state.raw_seti(-2, k as i64 + 1);
        }
        Ok(1)
    }
}

fn push_map_entry(state: State, entry: &MapEntry) {
    state.new_table(0, 4);
    set_integer(state, "first", entry.start);
    set_integer(state, "last", entry.end.wrapping_sub(1));
    set_text(state, "permissions", &entry.permissions);
    set_text(state, "path", &entry.path);
}

/// The seconds at argument `i`; none for nil.
fn seconds(state: State, i: i32, what: &str) -> Res<Option<Duration>> {
    if state.is_none_or_nil(i) {
        return Ok(None);
    }
    if state.tag(i) != ffi::LUA_TNUMBER {
        return fail(ErrorKind::TypeError, format_args!("{what}: expected seconds, got {}", state.describe(i)));
    }
    let v = state.number(i);
    match Duration::try_from_secs_f64(v).ok().filter(|d| !d.is_zero()) {
        Some(limit) => Ok(Some(limit)),
        None if v == f64::INFINITY => Ok(None),
        None => fail(ErrorKind::ValueError, format_args!("{what}: expected seconds above 0, got {v}")),
    }
}

entry! {
    /// `bridge.set_timeout(lib [, seconds])`: a call that takes longer ends the process and raises; nil: as long as it likes.
    /// The limit there was.
    fn set_timeout(state) {
        state.set_top(2);
        let session = session_at(state, 1, "set_timeout")?;
        let limit = seconds(state, 2, "set_timeout")?;
        match session.limit.replace(limit) {
            Some(before) => state.push_number(before.as_secs_f64()),
            None => state.push_nil(),
        }
        session.bridge().set_limit(limit);
        Ok(1)
    }
}

entry! {
    /// `bridge.set_restart(lib, on)`: whether a call of a process that has died starts a new one, as it does at first; the setting
    /// there was.
    fn set_restart(state) {
        state.set_top(2);
        let session = session_at(state, 1, "set_restart")?;
        state.push_boolean(session.restarts.replace(state.boolean(2)));
        Ok(1)
    }
}

entry! {
    /// `bridge.trace(lib, on)`: a line on stderr for each call.
    fn trace(state) {
        state.set_top(2);
        let session = session_at(state, 1, "trace")?;
        state.push_boolean(session.trace.replace(state.boolean(2)));
        Ok(1)
    }
}

entry! {
    /// `bridge.kill(lib)`: ends the process at once.
    fn kill(state) {
        session_at(state, 1, "kill")?.bridge().kill();
        Ok(0)
    }
}

entry! {
    /// `bridge.shutdown(lib [, seconds])`: ends the process in good order, within that time (2 seconds).
    fn shutdown(state) {
        state.set_top(2);
        let session = session_at(state, 1, "shutdown")?;
        let limit = seconds(state, 2, "shutdown")?.unwrap_or(ORDERLY_END);
        session.bridge().shutdown(limit);
        Ok(0)
    }
}

entry! {
    /// `bridge.restart(lib)`: a new process, in which libraries are loaded again when they are used; the new pid.
    fn restart(state) {
        let session = session_at(state, 1, "restart")?;
        if session.mark() > 0 || !session.context.calls.get().is_null() {
            return fail(ErrorKind::ValueError, "restart: a call is in progress");
        }
        session.bridge().shutdown(ORDERLY_END);
        let bridge = session.start_again()?;
        state.push_integer(bridge.pid().into());
        Ok(1)
    }
}

entry! {
    /// `bridge.poll(lib)`: runs callbacks that threads of the library are waiting for; how many.
    fn poll(state) {
        let session = session_at(state, 1, "poll")?;
        let mut server = super::callbacks::Server { state, session: &session };
        let served = session.bridge().poll(&mut server).map_err(failure)?;
        state.push_integer(served as i64);
        Ok(1)
    }
}

entry! {
    /// `bridge.alloc(lib, T_or_size)`: memory of the other side, zeroed, as a view of a `T` or of so many bytes. It stays until
    /// `bridge.free`, or until the process ends.
    fn alloc(state) {
        let place = |e: Failure| e.at("alloc");
        let session = session_at(state, 1, "alloc")?;
        let ty = match state.type_at(2) {
            Some(ty) => ty,
            None => {
                let n = length(state, 2).map_err(place)?;
                array_of(simple_types(session.context, moonglue_abi::Abi::HOST).char, n).map_err(place)?
            }
        };
        ty.require_complete().map_err(place)?;
        let (size, align) = (session.size_there(ty), ty.as_abi().align(session.abi));
        let address = session.running()?.allocate(size as u64, align as u32).map_err(failure).map_err(place)?;
        session.allocated.borrow_mut().insert(address);
        view::push(state, ty, session.word(address));
        Ok(1)
    }
}

entry! {
    /// `bridge.free(object)`: gives back what `bridge.alloc` gave: the view, or a pointer to it.
    fn free(state) {
        let session = session_at(state, 1, "free")?;
        let word = match (view::view_at(state, 1), state.object(1)) {
            (Some(view), _) => view.word,
            (_, Some(o)) => o.address_value() as u64,
            _ => 0,
        };
        let Some(there) = RemoteAddress::of_word(word) else { return Ok(0) };
        let address = session.own_address(there).map_err(|e| e.at("free"))?;
        if !session.allocated.borrow_mut().remove(&address) {
            return fail(ErrorKind::ValueError, format_args!("free: {address:#x} was not allocated by bridge.alloc, or was freed"));
        }
        session.bridge().free(address).map_err(failure)?;
        Ok(0)
    }
}
