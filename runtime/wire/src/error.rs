//! What can be wrong with a message.

/// Why bytes are not a message, or a message not one that makes sense.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Bytes that are no message of this protocol.
    #[error("not a message: {0}")]
    Rubbish(postcard::Error),
    /// A message followed by bytes that belong to nothing.
    #[error("{0} bytes after the end of a message")]
    Trailing(usize),
    /// A message that cannot be sent.
    #[error("the message cannot be encoded: {0}")]
    Encode(postcard::Error),
    /// A message longer than any may be.
    #[error("a message of {len} bytes, which is more than {limit}")]
    TooLong {
        /// Its length.
        len: u64,
        /// The most that is allowed.
        limit: usize,
    },
    /// A type that refers to one that does not come before it.
    #[error("type {node} of a signature refers to type {to}, which does not come before it")]
    TypeReference {
        /// The type's place in its table.
        node: u32,
        /// The place it refers to.
        to: u32,
    },
    /// A number that stands for no scalar type.
    #[error("{0} is the number of no scalar type")]
    UnknownScalar(u8),
    /// Something that has to be a struct or union and is not.
    #[error("type {0} of a signature is not a struct or union, which a base has to be")]
    NotARecord(u32),
    /// A count that no memory can hold.
    #[error("an array of {0} elements is too long for this machine")]
    ArrayLength(u64),
    /// More parameters in front of the `...` than there are.
    #[error("{fixed} fixed parameters of {params}")]
    Fixed {
        /// What was said.
        fixed: u32,
        /// How many there are.
        params: usize,
    },
    /// A type that makes no sense.
    #[error(transparent)]
    Type(#[from] moonglue_abi::Error),
}
