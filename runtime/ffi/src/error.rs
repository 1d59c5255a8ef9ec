//! What can go wrong below the scripting layer.

/// Why a signature, a callback or a library was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter or result type that cannot be passed by value at all (`void` parameters, arrays).
    #[error("{place}: {what} cannot be passed by value")]
    NotAValue {
        /// Which parameter, or the result.
        place: Place,
        /// The kind of type, in words.
        what: &'static str,
    },
    /// A variadic argument that C would have promoted to another type first.
    #[error("{place} is variadic: {from} must be promoted to {to}")]
    Unpromoted {
        /// Which parameter.
        place: Place,
        /// The type given.
        from: &'static str,
        /// The type C passes instead.
        to: &'static str,
    },
    /// The platform's convention for this value is not implemented here.
    #[error("{place}: passing {what} by value is not supported on this platform")]
    Unsupported {
        /// Which parameter, or the result.
        place: Place,
        /// The kind of value, in words.
        what: String,
    },
    /// More fixed parameters than parameters, or more parameters than a call can describe.
    #[error("a signature with {params} parameters of which {fixed} are fixed is not possible")]
    ParameterCount {
        /// All parameters.
        params: usize,
        /// Those in front of the variadic ones.
        fixed: usize,
    },
    /// libffi refused a signature that was thought to be sound.
    #[error("libffi refused the signature (status {status})")]
    Prepare {
        /// libffi's own status code.
        status: u32,
    },
    /// No executable memory for a callback.
    #[error("no executable memory for a callback: {reason}")]
    ExecutableMemory {
        /// What the system said, and which policy usually says so.
        reason: String,
    },
}

/// A place in a signature, for messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The result.
    Result,
    /// The parameter with that index, from 0; printed from 1, as people count arguments.
    Parameter(usize),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Result => f.write_str("the result"),
            Place::Parameter(index) => write!(f, "argument {}", index + 1),
        }
    }
}
