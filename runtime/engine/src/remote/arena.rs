//! The part of the shared memory from which this side hands out pieces.
//!
//! The bridge maps what this side has made room for; where it is on each side is known from then on, and a piece costs no
//! message. Pieces up to a few KiB come from lists by size, larger ones from what lies free between others.

use std::cell::RefCell;
use std::ptr::NonNull;
use std::rc::Rc;

use moonglue_wire::shared::{ARENA_START, Mapping, SharedMemory, WINDOW_ALIGN};

use super::Error;
use super::free_space::FreeSpace;

/// The first window.
const FIRST_WINDOW: u64 = 1 << 20;

/// Windows double up to this size.
const LAST_DOUBLED: u64 = 32 << 20;

/// What may take a part of a larger window than that.
const LARGE: u64 = LAST_DOUBLED / 4;

/// The largest piece that comes from a list.
const SMALL: usize = 4096;

/// What the system aligns windows to, and so the largest alignment there is.
pub(super) const PAGE: usize = 4096;

/// The smallest.
const SMALLEST: usize = 16;

/// What is cut up for the lists at a time.
const SLAB: usize = 16 << 10;

/// Memory of both sides, to be used until it is dropped. What it holds at first is what the one before has left there.
#[derive(Debug)]
pub(crate) struct Span {
    arena: Rc<Arena>,
    window: Rc<Window>,
    offset: usize,
    /// The power of two it was rounded up to, if it came from a list.
    class: Option<usize>,
    /// What it takes of its window.
    taken: usize,
}

/// The pieces of one bridge.
#[derive(Debug)]
pub(super) struct Arena {
    memory: SharedMemory,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    windows: Vec<Rc<Window>>,
    /// Where in the file windows were that were given up, and how long they are.
    vacant: Vec<(u64, u64)>,
    /// Bytes of the file that were given out up to now.
    end: u64,
    /// Free pieces of each power of two from [`SMALLEST`] on: window and offset.
    lists: [Vec<(Rc<Window>, usize)>; (SMALL / SMALLEST).ilog2() as usize + 1],
    used: u64,
    mapped: u64,
}

/// A part that is mapped on both sides.
#[derive(Debug)]
struct Window {
    /// Where in the file.
    place: u64,
    mapping: Mapping,
    remote: u64,
    free: RefCell<FreeSpace>,
}

impl Arena {
    pub(super) fn new(memory: SharedMemory) -> Arena {
        Arena { memory, state: RefCell::default() }
    }

    /// A piece of `len` bytes at a multiple of `align` on both sides, a power of two up to a page. Where there is none, `map`
    /// has the bridge map more: it is given the offset and the length, and gives the address over there.
    pub(super) fn allocate(
        self: &Rc<Self>,
        len: usize,
        align: usize,
        map: impl FnOnce(u64, u64) -> Result<u64, Error>,
    ) -> Result<Span, Error> {
        let align = align.max(SMALLEST);
        if !align.is_power_of_two() || align > PAGE {
            return Err(Error::Refused(format!("memory cannot be aligned to {align} bytes")));
        }
        let least = len.max(align);
        if least <= SMALL {
            return self.allocate_small(least.next_power_of_two(), map);
        }
        let taken = len.checked_next_multiple_of(SMALLEST).ok_or(Error::NoMemory { len: len as u64 })?;
        let (window, offset) = self.take(taken, align, map)?;
        self.state.borrow_mut().used += taken as u64;
        Ok(Span { arena: self.clone(), window, offset, class: None, taken })
    }

    /// Bytes in use, and bytes mapped.
    pub(super) fn usage(&self) -> (u64, u64) {
        let state = self.state.borrow();
        (state.used, state.mapped)
    }

    fn allocate_small(
        self: &Rc<Self>,
        size: usize,
        map: impl FnOnce(u64, u64) -> Result<u64, Error>,
    ) -> Result<Span, Error> {
        let class = (size / SMALLEST).ilog2() as usize;
        let found = self.state.borrow_mut().lists[class].pop();
        let (window, offset) = match found {
            Some((window, offset)) => (window, offset),
            None => {
                let (window, slab) = self.take(SLAB, SMALL, map)?;
                let rest = (1..SLAB / size).rev().map(|piece| (window.clone(), slab + piece * size));
                self.state.borrow_mut().lists[class].extend(rest);
                (window, slab)
            }
        };
        self.state.borrow_mut().used += size as u64;
        Ok(Span { arena: self.clone(), window, offset, class: Some(class), taken: size })
    }

    /// Takes room from a window, a new one where no other has it.
    fn take(
        &self,
        len: usize,
        align: usize,
        map: impl FnOnce(u64, u64) -> Result<u64, Error>,
    ) -> Result<(Rc<Window>, usize), Error> {
        // A window made for something large is not held fast by something small.
        let large = len as u64 >= LARGE;
        let fitting = |window: &&Rc<Window>| large || window.mapping.len() as u64 <= LAST_DOUBLED;
        for window in self.state.borrow().windows.iter().rev().filter(fitting) {
            if let Some(offset) = window.free.borrow_mut().take(len, align) {
                return Ok((window.clone(), offset));
            }
        }
        let window = self.add_window(len as u64, map)?;
        let offset = window.free.borrow_mut().take(len, align);
        let offset = offset.ok_or(Error::NoMemory { len: len as u64 })?;
        Ok((window, offset))
    }

    fn add_window(&self, least: u64, map: impl FnOnce(u64, u64) -> Result<u64, Error>) -> Result<Rc<Window>, Error> {
        let no_memory = |_| Error::NoMemory { len: least };
        let (place, len) = self.state.borrow().room_for(least).ok_or(Error::NoMemory { len: least })?;
        // It has that size already where the bridge had no room the last time.
        if self.memory.len().map_err(no_memory)? < place + len {
            self.memory.grow(place + len).map_err(no_memory)?;
        }
        let mapping = self.memory.map(place, len).map_err(no_memory)?;
        let remote = map(place, len)?;
        let free = RefCell::new(FreeSpace::new(mapping.len()));
        let window = Rc::new(Window { place, mapping, remote, free });
        self.state.borrow_mut().add(window.clone());
        Ok(window)
    }

    /// Gives up windows in which nothing is used, until no more than `keep` bytes are mapped. The bridge is to unmap them too:
    /// their addresses over there and their sizes.
    pub(super) fn give_up(&self, keep: u64) -> Vec<(u64, u64)> {
        let mut given_up = Vec::new();
        let mut state = self.state.borrow_mut();
        while state.mapped > keep {
            let unused = |window: &Rc<Window>| window.free.borrow().is_whole(window.mapping.len());
            let Some(found) = state.windows.iter().position(unused) else { break };
            let window = state.windows.swap_remove(found);
            let len = window.mapping.len() as u64;
            // A system that keeps the memory for us has only more to do.
            let _ = self.memory.discard(window.place, len);
            state.mapped -= len;
            state.vacant.push((window.place, len));
            given_up.push((window.remote, len));
        }
        given_up
    }
}

impl State {
    /// Place and size of a window with at least that many bytes.
    fn room_for(&self, least: u64) -> Option<(u64, u64)> {
        let least = least.checked_next_multiple_of(WINDOW_ALIGN)?;
        let last = self.windows.last().map_or(0, |window| window.mapping.len() as u64);
        let len = (last * 2).clamp(FIRST_WINDOW, LAST_DOUBLED).max(least);
        let vacant = self.vacant.iter().filter(|(_, room)| *room >= len).min_by_key(|(_, room)| *room);
        let place = vacant.map_or(ARENA_START + self.end, |(place, _)| *place);
        place.checked_add(len).map(|_| (place, len))
    }

    fn add(&mut self, window: Rc<Window>) {
        let len = window.mapping.len() as u64;
        if let Some((place, room)) = self.vacant.iter_mut().find(|(place, _)| *place == window.place) {
            (*place, *room) = (*place + len, *room - len);
        }
        self.vacant.retain(|(_, room)| *room > 0);
        self.end = self.end.max(window.place + len - ARENA_START);
        self.mapped += len;
        self.windows.push(window);
    }
}

impl Span {
    /// Where it is in this process. It is there as long as this span.
    pub(crate) fn local(&self) -> NonNull<u8> {
        // SAFETY: the offset is within the window, where the allocator took it from.
        unsafe { self.window.mapping.address().add(self.offset) }
    }

    /// Where it is in the bridge's process.
    pub(crate) fn remote(&self) -> u64 {
        self.window.remote + self.offset as u64
    }
}

/// For tests; others copy from and to [`Span::local`].
#[cfg(test)]
impl Span {
    /// Copies bytes in, `at` bytes from the start.
    ///
    /// # Panics
    /// When they do not fit.
    pub(crate) fn write(&self, at: usize, bytes: &[u8]) {
        self.check(at, bytes.len());
        self.window.mapping.write(self.offset + at, bytes);
    }

    /// Copies bytes out, from `at` bytes behind the start.
    ///
    /// # Panics
    /// When there are not that many.
    pub(crate) fn read(&self, at: usize, into: &mut [u8]) {
        self.check(at, into.len());
        self.window.mapping.read(self.offset + at, into);
    }

    fn check(&self, at: usize, len: usize) {
        assert!(at.checked_add(len).is_some_and(|end| end <= self.taken), "{len} bytes at {at} of {}", self.taken);
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        let mut state = self.arena.state.borrow_mut();
        state.used -= self.taken as u64;
        match self.class {
            Some(class) => state.lists[class].push((self.window.clone(), self.offset)),
            None => self.window.free.borrow_mut().give_back(self.offset, self.taken),
        }
    }
}
