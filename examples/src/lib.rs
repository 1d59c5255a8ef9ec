//! Programs that embed Moonglue; see the files beside this crate.
