//! Numbers that tell this process's bridges apart.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Those in use, and the one given last.
static NUMBERS: Mutex<(BTreeSet<u16>, u16)> = Mutex::new((BTreeSet::new(), 0));

/// A number that no other bridge has, until this is dropped. It comes up again only after all the others.
#[derive(Debug)]
pub(super) struct Number(u16);

impl Number {
    /// `None` when 65535 bridges are there.
    pub(super) fn new() -> Option<Number> {
        let mut numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
        let (used, last) = &mut *numbers;
        let after = (1..=u16::MAX).map(|step| last.wrapping_add(step));
        let number = after.into_iter().find(|number| !matches!(*number, 0 | u16::MAX) && !used.contains(number))?;
        used.insert(number);
        *last = number;
        Some(Number(number))
    }

    pub(super) fn get(&self) -> u16 {
        self.0
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        NUMBERS.lock().unwrap_or_else(PoisonError::into_inner).0.remove(&self.0);
    }
}
