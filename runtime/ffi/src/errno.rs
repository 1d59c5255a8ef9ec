//! The calling thread's `errno`.

use std::ffi::c_int;

#[inline]
fn location() -> *mut c_int {
    #[cfg(any(target_os = "linux", target_os = "emscripten", target_os = "hurd", target_os = "redox"))]
    // SAFETY: takes nothing, returns the address of the calling thread's own variable.
    unsafe {
        libc::__errno_location()
    }
    #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
    // SAFETY: takes nothing, returns the address of the calling thread's own variable.
    unsafe {
        libc::__error()
    }
    #[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
    // SAFETY: takes nothing, returns the address of the calling thread's own variable.
    unsafe {
        libc::__errno()
    }
    #[cfg(windows)]
    {
        // The libc crate leaves this one out; it is how the C runtime's own header reads errno.
        unsafe extern "C" {
            fn _errno() -> *mut c_int;
        }
        // SAFETY: takes nothing, returns the address of the calling thread's own variable.
        unsafe { _errno() }
    }
}

/// The calling thread's `errno`.
#[inline]
pub fn errno() -> i32 {
    // SAFETY: `location` gives this thread's variable, which lives as long as the thread; no other thread touches it.
    unsafe { *location() }
}

/// Sets the calling thread's `errno`.
#[inline]
pub fn set_errno(value: i32) {
    // SAFETY: as in `errno`.
    unsafe { *location() = value }
}

/// Exchanges the calling thread's `errno` with a kept copy: before and after a call this keeps a private `errno`
/// that nothing between two calls disturbs.
#[inline]
pub fn swap(copy: &mut i32) {
    // SAFETY: as in `errno`; `copy` is a live variable of the caller's.
    unsafe { std::ptr::swap(location(), copy) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_keeps_both_sides() {
        set_errno(7);
        let mut copy = 40;
        swap(&mut copy);
        assert_eq!((errno(), copy), (40, 7));
        swap(&mut copy);
        assert_eq!((errno(), copy), (7, 40));
    }

    #[test]
    fn each_thread_has_its_own() {
        set_errno(5);
        let other = std::thread::spawn(|| {
            set_errno(9);
            errno()
        });
        assert_eq!(other.join().ok(), Some(9));
        assert_eq!(errno(), 5);
    }

    #[test]
    fn it_is_the_one_c_uses() {
        set_errno(0);
        // SAFETY: closing a descriptor that cannot exist touches nothing.
        let status = unsafe { libc::close(-1) };
        assert_eq!((status, errno()), (-1, libc::EBADF));
    }
}
