//! Modules in Lua that run in this process.

use std::cell::RefCell;

use moonglue::ModuleServer;

use moonglue_ffi::flush_output;

thread_local! {
    /// The calling thread's engine, made when it is first asked for something.
    static SERVER: RefCell<Option<ModuleServer>> = const { RefCell::new(None) };
}

/// Gives what the engine answers to a request to `send`, after all that was printed.
pub(crate) fn answer(request: &[u8], send: impl FnOnce(&[u8])) -> Result<(), String> {
    SERVER.with_borrow_mut(|server| {
        let server = match server {
            Some(server) => server,
            // SAFETY: the host, which started this process and is the only one that can talk to it, vouches for the modules.
            none => none.insert(unsafe { ModuleServer::new() }.map_err(|error| error.to_string())?),
        };
        let answered = server.answer(request, |answer| {
            flush_output();
            send(answer);
        });
        answered.map_err(|error| error.to_string())
    })
}

/// Ends the engine, if there is one: its finalizers run.
pub(crate) fn end() {
    SERVER.take();
}
