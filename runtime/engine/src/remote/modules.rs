//! Modules in Lua that run on the other side.

use std::rc::Rc;
use std::time::Duration;

use moonglue_wire::{Reply, Request};

use super::{Bridge, Error, Label};

impl Bridge {
    /// Has the Lua engine over there answer a request, which it is made for at the first one. `label`: what is being called.
    ///
    /// # Errors
    /// [`Error::Dead`] when the bridge has crashed, [`Error::Timeout`] when it took longer than `limit` and was killed.
    pub(crate) fn serve_module(
        &self,
        request: &[u8],
        label: &Rc<Label>,
        limit: Option<Duration>,
    ) -> Result<Vec<u8>, Error> {
        self.calls.begin(label);
        let answer = self.ask(&|| label.to_string(), &Request::Server(request), limit, None, |reply| match reply {
            Reply::Server(answer) => Some(Ok(answer.to_vec())),
            _ => None,
        });
        self.calls.end(1);
        answer
    }
}
