//! Messages, the channel, and what comes of bytes that nobody would send.

#[cfg(target_os = "linux")]
mod channel;
#[cfg(target_os = "linux")]
mod ends;
#[cfg(target_os = "linux")]
mod fuzz;
mod messages;
#[cfg(target_os = "linux")]
mod pieces;
#[cfg(target_os = "linux")]
mod random;
mod samples;
#[cfg(target_os = "linux")]
mod take;
