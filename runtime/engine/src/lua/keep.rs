//! What objects keep alive.
//!
//! The lifetime rule: a view keeps its root; a pointer stored through the API keeps its target under its slot in the
//! root. The root's user value is the table of what it keeps, `{[byte offset] = kept}`. Views do not refer to the root
//! itself but to its *anchor*, the table `{root}`, which the root knows only weakly: when the anchor is alive, somebody
//! still looks into the root's memory, and `resize` refuses to move it.
//!
//! C may move addresses between slots (it sorts an array of strings, say). A slot whose address is not in what it keeps has
//! its keeper under another slot, or among the things set aside, where what another slot may still need goes instead of
//! being forgotten.
//!
//! Making a table or an object can run finalizers, which are a script's code and may do anything to the very objects at
//! hand: whatever must be true together is done after the last thing that allocates.

use std::ffi::c_int;

use super::error::{Kind, Res, fail};
use super::function::function_of;
use super::object::{CData, Ownership};
use super::state::{State, ffi};
use super::{bounds, callback};

/// The key of the weak anchor slot in a table of kept things (offsets are never negative).
const ANCHOR_KEY: i64 = -1;
/// The key of the buffer that `resize` made in a table of kept things.
const BUFFER_KEY: i64 = -2;
/// The key of the set of things set aside: `{[kept] = true}`.
const ASIDE_KEY: i64 = -3;
/// What is noted of the bytes at an offset has this key minus the offset.
const NOTES_KEY: i64 = -16;

impl State {
    /// Pushes the anchor of the object at `i`: what a new view or pointer into its memory must keep. Nil for C's memory
    /// that nothing keeps.
    pub(crate) fn push_anchor(self, i: c_int) {
        let i = self.abs(i);
        let Some(head) = self.object(i) else { return self.push_nil() };
        if head.ownership == Ownership::View {
            self.user_value(i);
            return;
        }
        if head.is_function() {
            // Whoever has the address of the slot can read the entry from it, and write another there.
            callback::pin(self, i);
            if let Some(function) = function_of(head) {
                function.expose_slot();
            }
        }
        if self.push_known_anchor(i) {
            return;
        }
        // Making tables can run finalizers, a script's code, which may make the anchor meanwhile.
        self.new_table(1, 0);
        self.new_table(1, 0);
        self.push_ref(head.ty.context.refs.weak_values.get());
        self.set_metatable(-2);
        self.push_kept_table(i);
        if self.push_known_anchor(i) {
            self.insert(-4);
            return self.pop(3);
        }
        let (anchor, slot) = (self.abs(-3), self.abs(-2));
        self.push_value(i);
        self.raw_seti(anchor, 1);
        self.push_value(anchor);
        self.raw_seti(slot, 1);
        self.push_value(slot);
        self.raw_seti(-2, ANCHOR_KEY);
        self.pop(2);
    }

    /// Pushes the anchor of the root at `i` when it is alive; false (nothing pushed) when there is none.
    fn push_known_anchor(self, i: c_int) -> bool {
        if self.object(i).is_none_or(|o| o.keeps_one) {
            return false;
        }
        let top = self.top();
        let known = self.user_value(i) == ffi::LUA_TTABLE
            && self.raw_geti(-1, ANCHOR_KEY) == ffi::LUA_TTABLE
            && self.raw_geti(-1, 1) == ffi::LUA_TTABLE;
        if known {
            self.insert(top + 1);
            self.set_top(top + 1);
        } else {
            self.set_top(top);
        }
        known
    }

    /// Pushes the table of kept things of the root at `i` (an owner or borrowed object), made on first use.
    fn push_kept_table(self, i: c_int) {
        let i = self.abs(i);
        let Some(head) = self.object(i) else { return self.push_nil() };
        if !head.keeps_one && self.user_value(i) == ffi::LUA_TTABLE {
            return;
        }
        if !head.keeps_one {
            self.pop(1);
        }
        // Making a table can run finalizers, a script's code, which may store into this very object.
        self.new_table(0, 2);
        let tag = self.user_value(i);
        if !head.keeps_one && tag == ffi::LUA_TTABLE {
            return self.remove(-2);
        }
        if head.keeps_one {
            head.keeps_one = false;
            self.raw_seti(-2, 0);
        } else {
            self.pop(1);
        }
        self.push_value(-1);
        self.set_user_value(i);
    }

    /// Pushes the root of the object at `i` (itself unless it is a view).
    pub(crate) fn push_root(self, i: c_int) {
        let i = self.abs(i);
        match self.object(i) {
            Some(head) if head.ownership == Ownership::View => {
                self.user_value(i);
                self.raw_geti(-1, 1);
                self.remove(-2);
            }
            _ => self.push_value(i),
        }
    }

    /// Remembers the value on the top (popped; nil forgets) as what the slot at `addr`, inside the object at `i`, keeps alive.
    pub(crate) fn keep(self, i: c_int, addr: *const u8) {
        let i = self.abs(i);
        self.push_root(i);
        let root = self.abs(-1);
        let Some(head) = self.object(root) else { return self.pop(2) };
        let nothing_kept = self.user_value(root) == ffi::LUA_TNIL;
        self.pop(1);
        if self.is_nil(-2) && nothing_kept {
            return self.pop(2);
        }
        let offset = (addr as usize).wrapping_sub(head.addr as usize) as i64;
        if offset == 0 && head.keeps_one {
            head.keeps_one = !self.is_nil(-2);
            self.push_value(-2);
            self.set_user_value(root);
            return self.pop(2);
        }
        if offset == 0 && nothing_kept && head.ownership == Ownership::Owned && head.size <= size_of::<usize>() {
            self.push_value(-2);
            self.set_user_value(root);
            head.keeps_one = true;
            return self.pop(2);
        }
        self.push_kept_table(root);
        self.push_value(-3);
        self.raw_seti(-2, offset);
        self.pop(3);
    }

    /// Before the slot at `addr` inside the object at `i` is overwritten: when the slot no longer holds the address of
    /// what it keeps, C has moved addresses between slots, and another one may hold it. It is kept aside for good.
    pub(crate) fn set_aside(self, i: c_int, addr: *const u8) {
        // SAFETY: the caller is about to write this pointer-sized slot.
        let p = unsafe { addr.cast::<*const u8>().read_unaligned() };
        self.push_kept(i, addr);
        if self.is_nil(-1) || bounds::kept_holds(self, p) {
            return self.pop(1);
        }
        self.push_root(i);
        self.push_aside(-1);
        self.push_value(-3);
        self.push_boolean(true);
        self.raw_set(-3);
        self.pop(3);
    }

    /// Pushes what keeps the memory at `p`, an address read from the slot at `addr` inside the object at `i`: what the
    /// slot keeps, or, when C moved addresses between slots, what another slot keeps; nil when nothing does.
    pub(crate) fn push_keeper(self, i: c_int, addr: *const u8, p: *const u8) {
        self.push_kept(i, addr);
        if self.is_nil(-1) || bounds::kept_holds(self, p) {
            return;
        }
        self.pop(1);
        self.push_root(i);
        let root = self.abs(-1);
        if self.object(root).is_none_or(|o| o.keeps_one) || self.user_value(root) != ffi::LUA_TTABLE {
            self.set_top(root - 1);
            return self.push_nil();
        }
        if !self.push_holder(p, false) && self.raw_geti(root + 1, ASIDE_KEY) == ffi::LUA_TTABLE {
            self.push_holder(p, true);
        }
        // What was found, or the nil that the last look left, takes the root's place.
        if self.top() > root + 1 {
            self.replace(root);
        } else {
            self.push_nil();
            self.replace(root);
        }
        self.set_top(root);
        if bounds::kept_holds(self, p) {
            return;
        }
        self.pop(1);
        self.push_nil();
    }

    /// Pushes the value (or, in a set, the key) of the table on the top that holds the memory at `p`; false (nothing
    /// pushed) when none does.
    fn push_holder(self, p: *const u8, set: bool) -> bool {
        let table = self.abs(-1);
        self.push_nil();
        while self.next(table) {
            if set {
                self.pop(1);
                self.push_value(-1);
            }
            if (set || self.is_integer(-2)) && bounds::kept_holds(self, p) {
                self.remove(-2);
                return true;
            }
            self.pop(1);
        }
        false
    }

    /// Pushes what the slot at `addr` inside the object at `i` keeps alive, or nil.
    pub(crate) fn push_kept(self, i: c_int, addr: *const u8) {
        let i = self.abs(i);
        self.push_root(i);
        let root = self.abs(-1);
        let Some(head) = self.object(root) else { return };
        let offset = (addr as usize).wrapping_sub(head.addr as usize) as i64;
        let tag = self.user_value(root);
        if head.keeps_one {
            if offset != 0 {
                self.pop(1);
                self.push_nil();
            }
        } else if tag == ffi::LUA_TTABLE {
            self.raw_geti(-1, offset);
            self.remove(-2);
        }
        self.remove(-2);
    }

    /// Pushes what was noted of the bytes at `addr` inside the object at `i`, or nil.
    pub(crate) fn push_note(self, i: c_int, addr: *const u8) {
        self.push_root(i);
        let root = self.abs(-1);
        match self.object(root) {
            Some(head) if !head.keeps_one && self.user_value(root) == ffi::LUA_TTABLE => {
                self.raw_geti(-1, note_key(head, addr));
                self.replace(root);
                self.set_top(root);
            }
            _ => {
                self.set_top(root - 1);
                self.push_nil();
            }
        }
    }

    /// Notes the value on the top (popped), a string or nil, of the bytes at `addr` inside the object at `i`. Notes go with
    /// copies of the bytes, and whoever reads one sees to it that it still is true.
    pub(crate) fn note(self, i: c_int, addr: *const u8) {
        self.push_root(i);
        let root = self.abs(-1);
        if let Some(head) = self.object(root) {
            self.push_kept_table(root);
            self.push_value(root - 1);
            self.raw_seti(-2, note_key(head, addr));
        }
        self.set_top(root - 2);
    }

    /// Copies `size` bytes to `to` inside the object at `dst` from `from` inside the object at `src` (they may overlap): what
    /// the source's slots kept, the destination's slots keep from now on.
    ///
    /// The caller has established that both ranges lie inside their objects.
    pub(crate) fn copy_bytes(self, dst: c_int, to: *mut u8, src: c_int, from: *const u8, size: usize) -> Res<()> {
        let (dst, src) = (self.abs(dst), self.abs(src));
        if !self.reserve(20) {
            return fail(Kind::MemoryError, "the Lua stack is full");
        }
        let base = self.top();
        self.push_root(dst);
        self.push_root(src);
        let (dst_root, src_root) = (base + 1, base + 2);
        let (Some(d), Some(s)) = (self.object(dst_root), self.object(src_root)) else {
            return fail(Kind::TypeError, "bytes are copied between C objects only");
        };
        if self.keeps_nothing(dst_root) && self.keeps_nothing(src_root) {
            // SAFETY: both ranges lie inside their objects, by this function's contract; they may overlap.
            unsafe { std::ptr::copy(from, to, size) };
        } else {
            self.copy_with_kept((d, dst_root, to), (s, src_root, from), size);
        }
        self.set_top(base);
        Ok(())
    }

    /// Whether the root at `i`, an object, has nothing that it keeps, not even an anchor.
    fn keeps_nothing(self, i: c_int) -> bool {
        let nothing = self.user_value(i) == ffi::LUA_TNIL;
        self.pop(1);
        nothing
    }

    /// [`Self::copy_bytes`] between two roots, each with its stack position and the place inside it; leaves values on the
    /// stack.
    fn copy_with_kept(
        self,
        (d, dst_root, to): (&CData, c_int, *mut u8),
        (s, src_root, from): (&CData, c_int, *const u8),
        size: usize,
    ) {
        let base = self.top();
        // All tables first: making one can run finalizers, a script's code. From here to the end nothing does.
        self.new_table(0, 4);
        self.push_kept_table(src_root);
        self.push_kept_table(dst_root);
        self.push_aside(dst_root);
        let (moved, source, target, aside) = (base + 1, base + 2, base + 3, base + 4);
        let start = (from as usize).wrapping_sub(s.addr as usize) as i64;
        let end = (to as usize).wrapping_sub(d.addr as usize) as i64;
        // Where C moved addresses between slots, the slots' keepers are no longer their own.
        let in_place = |root: &CData, offset: i64| {
            let slot = root.addr.wrapping_offset(offset as isize);
            let inside = offset as usize + size_of::<usize>() <= root.size;
            // SAFETY: read only when the slot lies inside the root's memory.
            !inside || bounds::kept_holds(self, unsafe { slot.cast::<*const u8>().read_unaligned() })
        };
        let mut permuted = false;
        self.each_offset(source, start, size, |offset| {
            permuted |= !in_place(s, offset);
            self.push_value(-1);
            self.raw_seti(moved, offset - start + end);
        });
        let set_aside = || {
            self.push_value(-1);
            self.push_boolean(true);
            self.raw_set(aside);
        };
        self.each_note(source, start, size, |offset| {
            self.push_value(-1);
            self.raw_seti(moved, NOTES_KEY - (offset - start + end));
        });
        if permuted {
            self.each_offset(source, 0, usize::MAX, |_| set_aside());
        }
        if dst_root != src_root && self.raw_geti(source, ASIDE_KEY) == ffi::LUA_TTABLE && !self.raw_equal(-1, aside) {
            self.push_nil();
            while self.next(-2) {
                self.pop(1);
                set_aside();
            }
        }
        self.set_top(aside);
        self.each_offset(target, end, size, |offset| {
            if !in_place(d, offset) {
                set_aside();
            }
            self.push_nil();
            self.raw_seti(target, offset);
        });
        self.each_note(target, end, size, |offset| {
            self.push_nil();
            self.raw_seti(target, NOTES_KEY - offset);
        });
        // SAFETY: both ranges lie inside their objects, by the contract of `copy_bytes`; they may overlap.
        unsafe { std::ptr::copy(from, to, size) };
        self.each_offset(moved, end, size, |offset| {
            self.push_value(-1);
            self.raw_seti(target, offset);
        });
        self.each_note(moved, end, size, |offset| {
            self.push_value(-1);
            self.raw_seti(target, NOTES_KEY - offset);
        });
    }

    /// Pushes the set of things set aside of the root at `i`, made on first use.
    fn push_aside(self, i: c_int) {
        let i = self.abs(i);
        self.push_kept_table(i);
        if self.raw_geti(-1, ASIDE_KEY) != ffi::LUA_TTABLE {
            self.pop(1);
            self.new_table(1, 0);
            if self.raw_geti(-2, ASIDE_KEY) == ffi::LUA_TTABLE {
                self.remove(-2);
            } else {
                self.pop(1);
                self.push_value(-1);
                self.raw_seti(-3, ASIDE_KEY);
            }
        }
        self.remove(-2);
    }

    /// Calls `f` for each kept offset in `start..start + size` of the table at `t`, with the kept thing on the top.
    fn each_offset(self, t: c_int, start: i64, size: usize, f: impl FnMut(i64)) {
        self.each_key(t, start, size, |key| key, f);
    }

    /// The same for the notes.
    fn each_note(self, t: c_int, start: i64, size: usize, f: impl FnMut(i64)) {
        self.each_key(t, start, size, |key| NOTES_KEY - key, f);
    }

    fn each_key(self, t: c_int, start: i64, size: usize, offset_of: fn(i64) -> i64, mut f: impl FnMut(i64)) {
        let t = self.abs(t);
        self.push_nil();
        while self.next(t) {
            if self.is_integer(-2) {
                let offset = offset_of(self.integer(-2));
                if offset >= 0 && offset >= start && ((offset - start) as u64) < size as u64 {
                    f(offset);
                }
            }
            self.pop(1);
        }
    }

    /// Whether anything outside still looks into the memory of the owner at `i`; collects garbage to find out.
    pub(crate) fn is_viewed(self, i: c_int) -> bool {
        let i = self.abs(i);
        let Some(head) = self.object(i) else { return false };
        if head.keeps_one {
            return false;
        }
        if self.user_value(i) != ffi::LUA_TTABLE {
            self.pop(1);
            return false;
        }
        if self.raw_geti(-1, ANCHOR_KEY) != ffi::LUA_TTABLE {
            self.pop(2);
            return false;
        }
        self.collect_garbage();
        let alive = self.raw_geti(-1, 1) == ffi::LUA_TTABLE;
        self.pop(3);
        alive
    }

    /// Moves the bytes of the owner at `i` into a buffer of `size` bytes, kept by the object.
    pub(crate) fn grow(self, i: c_int, size: usize) -> Res<()> {
        let i = self.abs(i);
        let Some(head) = self.object(i) else { return Ok(()) };
        if size <= head.size {
            return Ok(());
        }
        let slack = head.ty.align.get();
        let Some(room) = size.checked_add(slack).filter(|n| *n < isize::MAX as usize / 2) else {
            return fail(Kind::MemoryError, format_args!("resize: cannot allocate {size} bytes"));
        };
        let buffer = self.new_large_userdata(room, &head.ty.name).map_err(|e| e.at("resize"))?.cast::<u8>();
        // The allocation may have run finalizers, which may have made views.
        if self.push_known_anchor(i) {
            return fail(
                Kind::ValueError,
                format_args!("resize: views of or pointers to this {} are in use", head.ty.name),
            );
        }
        // SAFETY: the buffer has `size + slack` bytes; the old memory has `head.size` of them, and they do not overlap.
        unsafe {
            let data = buffer.add(buffer.align_offset(slack));
            data.write_bytes(0, size);
            std::ptr::copy_nonoverlapping(head.addr, data, head.size);
            head.addr = data;
        }
        head.size = size;
        // The old buffer stays as long as the new one: C, or a view that a finalizer brought back, may still be in it.
        self.push_kept_table(i);
        self.raw_geti(-1, BUFFER_KEY);
        self.set_user_value(-3);
        self.insert(-2);
        self.raw_seti(-2, BUFFER_KEY);
        self.pop(1);
        Ok(())
    }
}

/// The key of the note of the bytes at `addr` inside the root.
fn note_key(root: &CData, addr: *const u8) -> i64 {
    NOTES_KEY - (addr as usize).wrapping_sub(root.addr as usize) as i64
}
