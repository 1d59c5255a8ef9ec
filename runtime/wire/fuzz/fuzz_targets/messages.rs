//! Bytes as a message.
#![no_main]

#[path = "../../tests/wire/take.rs"]
mod take;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    take::take(bytes);
});
