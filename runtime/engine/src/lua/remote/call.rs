//! A call of a function that lives in another process.
//!
//! Arguments are converted as for any call; then what they are here becomes what the other side's C expects, objects that
//! they point to are copied, and what came of it all is brought back.

use std::ffi::c_int;
use std::rc::Rc;

use moonglue_abi::Abi;

use super::argument::pass;
use super::callbacks::Server;
use super::carry::Sides;
use super::failure::failure;
use super::plan::RemotePlan;
use super::result::receive_result;
use super::session::Session;
use super::word::RemoteAddress;
use super::words::Words;
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::function::calling::{bad_argument, during_remote_call, not_callable};
use crate::lua::function::plan::Plan;
use crate::lua::function::{Function, result};
use crate::lua::object::CData;
use crate::lua::state::State;
use crate::remote::{Bridge, Call, Label, Prepared};

/// A call whose arguments are converted.
pub(super) struct Pending {
    prepared: Rc<Prepared>,
    label: Rc<Label>,
    code: u64,
    /// The frame as this process has it, for crash reports.
    here: Words,
    /// The frame as the other side has it.
    there: Words,
    result_size: usize,
}

impl Pending {
    /// Converts the arguments from stack position `first` on.
    pub(super) fn convert(
        state: State,
        bridge: &Bridge,
        object: &CData,
        function: &Function,
        plan: &Plan,
        remote: &RemotePlan,
        first: c_int,
    ) -> Res<Pending> {
        let session = remote.session();
        let code = address_of(bridge, session, object, function).map_err(|e| e.at(&function.name))?;
        let prepared = remote.prepared(bridge).map_err(|e| e.at(&function.name))?;
        let mut here = Words::zeroed(plan.call.frame_size());
        let mut there = Words::zeroed(prepared.frame_size());
        let (here_start, there_start) = (here.as_mut_ptr(), there.as_mut_ptr());
        function.busy_with(|| {
            for (k, (param, travel)) in plan.params.iter().zip(remote.params()).enumerate() {
                let there = there_start.wrapping_add(prepared.slot(k));
                let sides = Sides { here: here_start.wrapping_add(param.slot as usize), there };
                pass(state, session, param, travel, first + k as c_int, sides)
                    .map_err(|e| bad_argument(function, k, e))?;
            }
            Ok(())
        })?;
        let result_size = prepared.result_size().max(remote.result().size(Abi::HOST)).max(16);
        Ok(Pending { prepared, label: remote.label().clone(), code, here, there, result_size })
    }

    /// As the bridge is to make it.
    pub(super) fn call(&self, errno: Option<i32>) -> Call<'_> {
        let frame = self.there.bytes(self.prepared.frame_size());
        Call { prepared: &self.prepared, code: self.code, errno, frame, label: &self.label }
    }

    /// Memory for the result.
    pub(super) fn answer(&self) -> Words {
        Words::zeroed(self.result_size)
    }

    /// Pushes the result, whose bytes are in `answer` as the other side has them; how many values that is.
    pub(super) fn give(&self, state: State, function: &Function, plan: &Plan, answer: &mut Words) -> Res {
        let Some(remote) = &plan.remote else { return Ok(0) };
        let buffer = answer.as_mut_ptr();
        match receive_result(state, remote.session(), plan, remote, buffer)? {
            Some(pushed) => Ok(pushed),
            None => result::push(state, function, plan, buffer),
        }
    }
}

/// The entry of remote functions.
pub(crate) fn entry(state: State, object: &CData, function: &Function, plan: &Plan, first: c_int) -> Res {
    let Some(remote) = &plan.remote else {
        return fail(ErrorKind::InternalError, "a local function was called as a remote one");
    };
    let session = remote.session().clone();
    let mark = session.mark();
    let started = session.trace.get().then(std::time::Instant::now);
    let done = call(state, object, function, plan, remote, first);
    // An error value, if there is one, stays on the top.
    session.forget(state, mark);
    if let Some(started) = started {
        super::trace::report(state, function, plan, first, &done, started.elapsed());
    }
    done
}

fn call(state: State, object: &CData, function: &Function, plan: &Plan, remote: &RemotePlan, first: c_int) -> Res {
    let session = remote.session();
    let mark = session.mark();
    // Before a process is started for it.
    if object.address_value().is_null() || function.is_closed() {
        return Err(not_callable(function, object.address_value()));
    }
    let bridge = session.running().map_err(|e| e.at(&function.name))?;
    let pending = Pending::convert(state, &bridge, object, function, plan, remote, first)?;
    session.send_changed(state).map_err(|e| e.at(&function.name))?;
    let mut answer = pending.answer();
    during_remote_call(state, object, function, plan, pending.here.bytes(0).as_ptr(), || {
        let errno = plan.use_errno.then(|| session.context.errno.get());
        let mut server = Server { state, session };
        let made = bridge.call(&pending.call(errno), answer.bytes_mut(), session.limit.get(), &mut server);
        let errno = made.map_err(|e| failure(e).at(&function.name))?;
        if plan.use_errno {
            session.context.errno.set(errno);
        }
        Ok(())
    })?;
    session.finish(state, mark)?;
    pending.give(state, function, plan, &mut answer)
}

/// Where the function is in the process in use. After a new start of that a library's function is looked up again.
pub(super) fn address_of(bridge: &Bridge, session: &Session, object: &CData, function: &Function) -> Res<u64> {
    let Some(there) = RemoteAddress::of_word(object.address_value() as u64) else { return Ok(0) };
    if there.bridge != bridge.number()
        && let Some(library) = function.library.as_ref().and_then(|l| l.there())
    {
        let Some(address) = library.symbol(&function.name)? else {
            return fail(ErrorKind::AttributeError, format_args!("undefined symbol: {}", function.name));
        };
        object.replace_address(session.word(address) as *const u8);
        return Ok(address);
    }
    session.own_address(there)
}
