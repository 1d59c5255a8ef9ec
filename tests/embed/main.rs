//! The crate `moonglue` as other programs embed it.

mod errors;
mod exposing;
mod granting;
mod output;
mod running;
mod stopping;
