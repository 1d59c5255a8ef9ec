//! The crate `moonglue` as other programs embed it.

mod bridges;
mod errors;
mod exposing;
mod granting;
mod hosts;
mod output;
mod running;
mod stopping;
