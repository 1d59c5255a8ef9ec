//! A bridge as one Lua state uses it: what crosses to its process and what comes back.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::ffi::c_int;
use std::rc::Rc;
use std::time::Duration;

use moonglue_abi::{Abi, Transfer};
use rustc_hash::{FxHashMap, FxHashSet};

use super::crossing::Wanted;
use super::failure::failure;
use super::objects::Copies;
use super::retained::Retained;
use super::word::{BridgeNumber, RemoteAddress, is_plain_number, widen};
use crate::lua::callback::Callback;
use crate::lua::context::Context;
use crate::lua::ctype::{CType, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::function::function_at;
use crate::lua::state::State;
use crate::remote::{Bridge, Error, StartOptions};

/// A bridge process and what this Lua state shares with it.
pub(crate) struct Session {
    pub(crate) context: &'static Context,
    pub(crate) abi: Abi,
    options: StartOptions,
    /// The process in use; a new one when it has died and something is called.
    bridge: RefCell<Rc<Bridge>>,
    /// The numbers of all processes so far.
    numbers: RefCell<Vec<BridgeNumber>>,
    /// Libraries that share this process by its name.
    pub(crate) group: Option<String>,
    pub(super) copies: RefCell<Copies>,
    pub(super) retained: RefCell<Retained>,
    /// Registry reference of the objects of retained copies, weakly; 0 before the first.
    pub(super) weak_roots: Cell<c_int>,
    /// Registry reference of the list of objects that have copies, in their order.
    pub(super) roots: Cell<c_int>,
    ways: RefCell<FxHashMap<*const CType, Rc<Transfer>>>,
    /// Numbers passed as pointers that are no addresses: they come back as what they were.
    cookies: RefCell<FxHashSet<u64>>,
    /// By the number of the process and their number there.
    pub(super) callbacks: RefCell<FxHashMap<(BridgeNumber, u32), *const Callback>>,
    /// Those of them that were freed, oldest first.
    pub(super) freed_callbacks: RefCell<VecDeque<u32>>,
    /// How long a call may take.
    pub(crate) limit: Cell<Option<Duration>>,
    /// A call of a process that has died starts a new one.
    pub(crate) restarts: Cell<bool>,
    /// Calls are shown on stderr.
    pub(crate) trace: Cell<bool>,
    /// Memory of both sides: its address here, its size, its address there.
    pub(super) shared: RefCell<BTreeMap<u64, (u64, u64)>>,
    /// What was allocated over there for scripts.
    pub(super) allocated: RefCell<FxHashSet<u64>>,
}

impl Session {
    /// Starts a process.
    pub(crate) fn start(
        state: State,
        context: &'static Context,
        options: StartOptions,
        group: Option<String>,
    ) -> Res<Rc<Session>> {
        let bridge = Rc::new(Bridge::start(&options).map_err(failure)?);
        state.new_table(0, 0);
        let roots = state.make_ref();
        let session = Rc::new(Session {
            context,
            abi: bridge.abi(),
            options,
            numbers: RefCell::new(vec![bridge.number()]),
            bridge: RefCell::new(bridge),
            group,
            copies: RefCell::default(),
            retained: RefCell::default(),
            weak_roots: Cell::new(0),
            roots: Cell::new(roots),
            ways: RefCell::default(),
            cookies: RefCell::default(),
            callbacks: RefCell::default(),
            freed_callbacks: RefCell::default(),
            limit: Cell::new(None),
            restarts: Cell::new(true),
            trace: Cell::new(false),
            shared: RefCell::default(),
            allocated: RefCell::default(),
        });
        context.sessions.borrow_mut().push(session.clone());
        Ok(session)
    }

    /// The process in use, dead or alive.
    pub(crate) fn bridge(&self) -> Rc<Bridge> {
        self.bridge.borrow().clone()
    }

    /// The process in use: a new one when the one before was found dead. One that ended unseen fails the request that finds
    /// it so, for what it knew is lost.
    pub(crate) fn running(&self) -> Res<Rc<Bridge>> {
        let bridge = self.bridge();
        if !bridge.is_buried() {
            return Ok(bridge);
        }
        match bridge.death() {
            Some(death) if !self.restarts.get() => {
                Err(failure(Error::Dead(death)).at("bridge.restart(library) starts a new process"))
            }
            _ => self.start_again(),
        }
    }

    /// Starts a new process in the place of one that has died.
    #[cold]
    pub(crate) fn start_again(&self) -> Res<Rc<Bridge>> {
        let bridge = Rc::new(Bridge::start(&self.options).map_err(failure)?);
        bridge.set_limit(self.limit.get());
        self.numbers.borrow_mut().push(bridge.number());
        self.allocated.borrow_mut().clear();
        self.shared.borrow_mut().clear();
        self.forget_retained();
        self.freed_callbacks.borrow_mut().clear();
        self.leave_copies();
        *self.bridge.borrow_mut() = bridge.clone();
        Ok(bridge)
    }

    /// How many processes there have been.
    pub(crate) fn generation(&self) -> usize {
        self.numbers.borrow().len()
    }

    /// Whether a process of this session has, or had, that number.
    pub(crate) fn has_number(&self, number: BridgeNumber) -> bool {
        self.numbers.borrow().contains(&number)
    }

    /// The way of a complete type's values to the other side. Types live as long as the state, so their address is a key.
    pub(crate) fn way(&self, ty: TypeRef) -> Rc<Transfer> {
        let key = std::ptr::from_ref(ty);
        if let Some(way) = self.ways.borrow().get(&key) {
            return way.clone();
        }
        let way = Rc::new(Transfer::new(ty.as_abi(), ty.abi, self.abi));
        self.ways.borrow_mut().insert(key, way.clone());
        way
    }

    /// The size of a type on the other side.
    pub(crate) fn size_there(&self, ty: &CType) -> usize {
        ty.as_abi().size(self.abi)
    }

    /// A word for an address of the other side.
    pub(crate) fn word(&self, address: u64) -> u64 {
        RemoteAddress { bridge: self.bridge.borrow().number(), address }.word()
    }

    /// What a pointer-sized word of this process is on the other side. `owner`: the stack position of what the address
    /// belongs to, nil when nothing is known.
    pub(super) fn outgoing(&self, state: State, word: u64, owner: c_int) -> Res<u64> {
        if let Some(remote) = RemoteAddress::of_word(word) {
            return self.own_address(remote);
        }
        if word == 0 {
            return Ok(0);
        }
        if let Some(there) = self.shared_there(word) {
            return Ok(there);
        }
        if let Some(function) = function_at(state, owner) {
            let Some(callback) = &function.callback else {
                return fail(
                    ErrorKind::ValueError,
                    format_args!(
                        "{}: a function of this process cannot be called by the library's process",
                        function.name
                    ),
                );
            };
            return self.address_of_callback(callback);
        }
        if !state.is_nil(owner) {
            return self.address_of_copy(state, word as *const u8, owner);
        }
        // A pointer to an object that a callback was given: it belongs to a call in progress.
        if let Some(there) = self.address_in_copy(word as *const u8) {
            return Ok(there);
        }
        let size = self.abi.pointer_size();
        if is_plain_number(word, 8) {
            return Ok(if size == 4 { u64::from(word as u32) } else { word });
        }
        if word <= u32::MAX.into() {
            self.cookies.borrow_mut().insert(word);
            return Ok(word);
        }
        fail(
            ErrorKind::ValueError,
            format_args!(
                "{word:#x} is an address of this process that belongs to no object: the library's process cannot reach it"
            ),
        )
    }

    /// An address of this very session, or an error that says whose it is.
    pub(crate) fn own_address(&self, remote: RemoteAddress) -> Res<u64> {
        let bridge = self.bridge();
        if remote.bridge == bridge.number() && !bridge.is_buried() {
            return Ok(remote.address);
        }
        let alive = |s: &Rc<Session>| s.bridge.borrow().number() == remote.bridge && !s.bridge.borrow().is_buried();
        let whose = match self.context.sessions.borrow().iter().any(alive) {
            true => "points into the process of another bridge",
            false => "is stale: the process it points into has ended",
        };
        fail(
            ErrorKind::BridgeError,
            format_args!("a pointer ({:#x} in bridge {}) {whose}", remote.address, remote.bridge),
        )
    }

    /// What an address-sized number of the other side is here; pushes what keeps it alive, or nil.
    pub(super) fn incoming(&self, state: State, there: u64, wanted: Wanted) -> u64 {
        let size = self.abi.pointer_size();
        if there == 0 || is_plain_number(there, size) {
            state.push_nil();
            return widen(there, size);
        }
        if self.cookies.borrow().contains(&there) {
            state.push_nil();
            return there;
        }
        if let Some(here) = self.shared_here(there) {
            state.push_nil();
            return here;
        }
        if !matches!(wanted, Wanted::Nothing)
            && let Some(here) = self.address_in_object(state, there, wanted)
        {
            return here;
        }
        state.push_nil();
        self.word(there)
    }
}
