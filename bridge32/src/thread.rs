//! What this process knows of its own threads: the number the host knows each by, what it is calling, its `errno`.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

/// The thread that loads libraries and calls them.
pub(crate) const CALLING: u32 = 0;

/// No function is being called.
pub(crate) const NO_FUNCTION: u32 = u32::MAX;

const UNNUMBERED: u32 = u32::MAX;

thread_local! {
    // None of these is ever destroyed or made on first use, so that a signal handler may look at them.
    static NUMBER: Cell<u32> = const { Cell::new(UNNUMBERED) };
    static FUNCTION: Cell<u32> = const { Cell::new(NO_FUNCTION) };
    static ERRNO: Cell<i32> = const { Cell::new(0) };
}

/// Makes this thread the calling one.
pub(crate) fn become_calling() {
    NUMBER.set(CALLING);
}

/// This thread's number; it gets one when it has none yet.
pub(crate) fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(CALLING + 1);
    if NUMBER.get() == UNNUMBERED {
        NUMBER.set(NEXT.fetch_add(1, Ordering::Relaxed));
    }
    NUMBER.get()
}

/// This thread's number, or [`u32::MAX`] when it never needed one. May be called from a signal handler.
pub(crate) fn number_if_any() -> u32 {
    NUMBER.get()
}

/// The host's number of the function this thread is in, innermost, or [`NO_FUNCTION`]. May be called from a signal handler.
pub(crate) fn function() -> u32 {
    FUNCTION.get()
}

/// Runs `call` as the function of that number.
#[inline]
pub(crate) fn in_function(number: u32, call: impl FnOnce()) {
    let outer = FUNCTION.replace(number);
    call();
    FUNCTION.set(outer);
}

/// The `errno` that the last call on this thread left for the next.
pub(crate) fn kept_errno() -> i32 {
    ERRNO.get()
}

/// Keeps an `errno` for the next call on this thread.
pub(crate) fn keep_errno(value: i32) {
    ERRNO.set(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_have_numbers_of_their_own() {
        let numbers: Vec<u32> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| (number(), number()))).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .inspect(|(a, b)| assert_eq!(a, b))
                .map(|(a, _)| a)
                .collect()
        });
        let mut different = numbers.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), 4);
        assert!(!numbers.contains(&CALLING));
    }

    #[test]
    fn the_innermost_function_is_told() {
        in_function(4, || {
            in_function(5, || assert_eq!(function(), 5));
            assert_eq!(function(), 4);
        });
        assert_eq!(function(), NO_FUNCTION);
    }
}
