//! The interactive session: in a pseudo-terminal as a person sees it, and fed by a pipe.

#[cfg(unix)]
mod editing;
#[cfg(unix)]
mod interrupts;
mod pipe;
#[cfg(unix)]
mod terminal;
