//! `fn:map` for a function of another process: many calls with one message.

use super::callbacks::Server;
use super::carry::narrow;
use super::failure::failure;
use super::plan::{RemotePlan, Travel, extended};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::function::Function;
use crate::lua::function::calling::during_remote_call;
use crate::lua::function::plan::Plan;
use crate::lua::object::CData;
use crate::lua::state::State;
use crate::remote::Call;

/// Calls with one message.
const BATCH: usize = 512;

/// Calls the function for each of `len` frames. `fill` writes the arguments of call `k` into a frame of this process; `take` is
/// given its result, of eight bytes. Only numbers are mapped, so a frame has nothing but words.
#[expect(clippy::too_many_arguments, reason = "a call's own five, the loop's three")]
pub(crate) fn run(
    state: State,
    object: &CData,
    function: &Function,
    plan: &Plan,
    remote: &RemotePlan,
    len: usize,
    fill: &mut dyn FnMut(usize, &mut [u64]),
    take: &mut dyn FnMut(usize, [u8; 8]),
) -> Res<()> {
    let session = remote.session();
    let bridge = session.running()?;
    let code = super::call::address_of(&bridge, session, object, function)?;
    let prepared = remote.prepared(&bridge)?;
    let words_here = plan.call.frame_size().div_ceil(8);
    let words_there = prepared.frame_size().div_ceil(8);
    let mut here = vec![0u64; words_here];
    let mut frames = vec![0u64; words_there * BATCH.min(len)];
    let mut done = 0;
    while done < len {
        let count = BATCH.min(len - done);
        for n in 0..count {
            fill(done + n, &mut here);
            let there = &mut frames[n * words_there..][..words_there];
            for (k, (param, travel)) in plan.params.iter().zip(remote.params()).enumerate() {
                let v = here[param.slot as usize / 8];
                let v = word(travel, v).map_err(|e| e.at(format_args!("item {}: argument {}", done + n, k + 1)))?;
                there[prepared.slot(k) / 8] = v;
            }
        }
        let bytes = |n: usize| {
            let frame = &frames[n * words_there..][..words_there];
            // SAFETY: words are nothing but bytes, eight each.
            unsafe { std::slice::from_raw_parts(frame.as_ptr().cast::<u8>(), prepared.frame_size()) }
        };
        // The first finds the private copy, each further one what the one before has left.
        let errno = |n: usize| (plan.use_errno && n == 0).then(|| session.context.errno.get());
        let call =
            |n: usize| Call { prepared: &prepared, code, errno: errno(n), frame: bytes(n), label: remote.label() };
        let calls: Vec<Call> = (0..count).map(call).collect();
        let mut last = None;
        during_remote_call(state, object, function, plan, here.as_ptr().cast(), || {
            let mut server = Server { state, session };
            let made = bridge.batch(&calls, session.limit.get(), &mut server, |n, result, errno| {
                let mut word = [0; 8];
                let size = result.len().min(8);
                word[..size].copy_from_slice(&result[..size]);
                take(done + n, remote.widen(word));
                last = Some(errno);
            });
            made.map_err(failure)
        })?;
        if let (true, Some(errno)) = (plan.use_errno, last) {
            session.context.errno.set(errno);
        }
        done += count;
    }
    Ok(())
}

/// One argument's word on the other side.
fn word(travel: &Travel, v: u64) -> Res<u64> {
    match travel {
        Travel::Same => Ok(v),
        Travel::Narrow { bits, signed } => {
            let v = narrow(v, *bits, *signed)?;
            Ok(extended(v, *bits, *signed))
        }
        _ => fail(ErrorKind::TypeError, "only functions of numbers can be mapped in another process"),
    }
}
