//! What is done with a message that has arrived; the fuzzer does the same.

use moonglue_wire::{Reply, Request, decode};

/// Reads it as what either side may send, as far as a receiver does. Whether it is something.
pub(crate) fn take(bytes: &[u8]) -> bool {
    let request = decode::<Request<'_>>(bytes);
    if let Ok(Request::Prepare(signature)) = &request
        && let Ok(types) = signature.types()
    {
        assert!(types.fixed <= types.params.len());
    }
    let reply = decode::<Reply<'_>>(bytes);
    // The other way round does not hold: numbers can be written with more bytes than they need, and nobody of ours does.
    if Reply::is_callback(bytes) {
        assert!(matches!(reply, Ok(Reply::Callback(_)) | Err(_)));
    }
    request.is_ok() || reply.is_ok()
}
