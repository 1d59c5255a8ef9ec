//! Where the arguments of a callback lie in its message.

use std::ops::Range;

/// What each argument's place is a multiple of, so that no type is misaligned in an aligned buffer.
pub const ARGUMENT_ALIGN: usize = 16;

/// The place of each argument, given their sizes in order: one behind the other, each on the next multiple of
/// [`ARGUMENT_ALIGN`]. The message ends where the last argument does.
pub fn argument_places(sizes: impl IntoIterator<Item = usize>) -> impl Iterator<Item = Range<usize>> {
    sizes.into_iter().scan(0usize, |end, size| {
        let start = end.next_multiple_of(ARGUMENT_ALIGN);
        *end = start + size;
        Some(start..*end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_argument_begins_on_its_own_line() {
        let places: Vec<_> = argument_places([4, 0, 20, 8]).collect();
        assert_eq!(places, [0..4, 16..16, 16..36, 48..56]);
    }
}
