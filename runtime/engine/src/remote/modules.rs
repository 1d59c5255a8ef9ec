//! Modules in Lua that run on the other side.

use std::rc::Rc;
use std::time::Duration;

use moonglue_wire::{Reply, Request};

use super::{Bridge, Error, Label};

impl Bridge {
    /// Has the Lua engine over there, which is made at the first request, answer one; the answer goes to `read`. `label`: what is
    /// being called.
    ///
    /// # Errors
    /// [`Error::Dead`] when the bridge has crashed, [`Error::Timeout`] when it took longer than `limit` and was killed.
    pub(crate) fn serve_module<R>(
        &self,
        request: &[u8],
        label: &Rc<Label>,
        limit: Option<Duration>,
        read: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, Error> {
        self.calls.begin(label);
        let answer = self.ask(&|| label.to_string(), &Request::Server(request), limit, None, |reply| match reply {
            Reply::Server(answer) => Some(Ok(read(answer))),
            _ => None,
        });
        self.calls.end(1);
        answer
    }
}
