//! Programs that embed Moonglue; see the files in `hosts/` beside this crate.
