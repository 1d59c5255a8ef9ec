//! Why the system refused memory for code, in words a person can act on.

use std::io;

/// What the system said, and the policies found in force that usually say so.
pub(crate) fn why_refused(error: &io::Error) -> String {
    let mut reason = error.to_string();
    for policy in policies() {
        reason.push_str("; ");
        reason.push_str(policy);
    }
    reason
}

#[cfg(target_os = "linux")]
fn policies() -> Vec<&'static str> {
    const PR_GET_MDWE: libc::c_int = 66; // Linux 6.3
    let mut found = Vec::new();
    // SAFETY: asks for a flag word; unused arguments must be zero. An older kernel answers with an error.
    if unsafe { libc::prctl(PR_GET_MDWE, 0, 0, 0, 0) } > 0 {
        found.push(
            "this process denies itself new executable memory (MemoryDenyWriteExecute in its systemd unit, or prctl)",
        );
    }
    let reads = |path, what: &str| std::fs::read_to_string(path).is_ok_and(|text| text.trim_end().starts_with(what));
    if reads("/sys/fs/selinux/enforce", "1") {
        found.push("SELinux is enforcing (the execmem permission, or the boolean deny_execmem)");
    }
    if std::fs::read_to_string("/proc/self/status").is_ok_and(|text| text.contains("\nSeccomp:\t2")) {
        found.push("a seccomp filter is active (a container's or a systemd unit's)");
    }
    found
}

#[cfg(target_vendor = "apple")]
fn policies() -> Vec<&'static str> {
    vec!["a hardened program needs the entitlement com.apple.security.cs.allow-unsigned-executable-memory"]
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn policies() -> Vec<&'static str> {
    Vec::new()
}
