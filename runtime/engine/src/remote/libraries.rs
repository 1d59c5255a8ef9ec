//! Libraries in a bridge.

use moonglue_wire::{Load, Reply, Request};

use super::{Bridge, Error, LoadFailure};

/// A library that was loaded there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loaded {
    /// Its number in requests.
    pub(crate) library: u32,
    /// The loader's handle over there.
    pub(crate) handle: u64,
    /// The file it came from, where that is known.
    pub(crate) path: Option<String>,
}

impl Bridge {
    /// Loads a library; without a name, the bridge's own program.
    ///
    /// # Errors
    /// [`Error::Load`] says why it was not loaded.
    pub(crate) fn load(&self, name: Option<&str>, global: bool) -> Result<Loaded, Error> {
        self.request("loading a library", &Request::Load(Load { name, global }), |reply| match reply {
            Reply::Loaded(loaded) => Some(Ok(Loaded {
                library: loaded.library,
                handle: loaded.handle,
                path: loaded.path.map(str::to_owned),
            })),
            Reply::LoadFailed(failure) => Some(Err(Error::Load(Box::new(LoadFailure {
                problem: failure.problem,
                message: failure.message.to_owned(),
                file: failure.file.map(str::to_owned),
                machine: failure.machine.map(str::to_owned),
                missing: failure.missing.iter().map(|&name| name.to_owned()).collect(),
                searched: failure.searched.iter().map(|&place| place.to_owned()).collect(),
                errno: failure.errno,
            })))),
            _ => None,
        })
    }

    /// Unloads one.
    ///
    /// # Errors
    /// [`Error::Refused`] for one that is not loaded.
    pub(crate) fn close(&self, library: u32) -> Result<(), Error> {
        self.done("closing a library", &Request::Close { library })
    }

    /// The address of a symbol, if the library has it.
    ///
    /// # Errors
    /// [`Error::Refused`] for a library that is not loaded.
    pub(crate) fn symbol(&self, library: u32, name: &str) -> Result<Option<u64>, Error> {
        let address = self.address("looking up a symbol", &Request::Symbol { library, name })?;
        Ok((address != 0).then_some(address))
    }

    /// Asks for something that has no answer but that it is done.
    pub(super) fn done(&self, what: &'static str, request: &Request<'_>) -> Result<(), Error> {
        self.request(what, request, |reply| matches!(reply, Reply::Done).then_some(Ok(())))
    }

    /// Asks for an address, which has to be one on that side.
    pub(super) fn address(&self, what: &'static str, request: &Request<'_>) -> Result<u64, Error> {
        let found = self.request(what, request, |reply| match reply {
            Reply::Address(address) => Some(Ok(Some(address))),
            Reply::NoMemory => Some(Ok(None)),
            _ => None,
        })?;
        match found {
            Some(address) if self.abi().pointer_size() == 8 || address <= u64::from(u32::MAX) => Ok(address),
            Some(address) => Err(self.broken(&format!("{address:#x} is no address of its"))),
            None => Err(Error::NoMemory { len: wanted(request) }),
        }
    }
}

/// The bytes a request asks for.
fn wanted(request: &Request<'_>) -> u64 {
    match request {
        Request::Allocate(allocation) => allocation.len,
        Request::Map { len, .. } => *len,
        _ => 0,
    }
}
