//! Names that were probably meant.

/// How many names a suggestion holds at most.
const MOST: usize = 3;

/// Up to three of `candidates` that `name` may be a slip for, the nearest first.
///
/// A name that differs in case only is nearest; else the Damerau-Levenshtein distance decides (insert, delete, replace,
/// swap neighbours), limited to a third of the name's length, at least one. Equal distances are ordered by name.
#[must_use]
pub fn near<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let name: Vec<char> = name.chars().collect();
    let limit = (name.len() / 3).max(1);
    let mut distance = Distance::new(&name);
    let mut found: Vec<(usize, &str)> =
        candidates.into_iter().filter_map(|candidate| Some((distance.to(candidate, limit)?, candidate))).collect();
    found.sort_unstable();
    found.dedup();
    found.truncate(MOST);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The distance from one name to many; keeps its rows between calls.
struct Distance<'a> {
    name: &'a [char],
    other: Vec<char>,
    rows: [Vec<usize>; 3],
}

impl<'a> Distance<'a> {
    fn new(name: &'a [char]) -> Self {
        let row = vec![0; name.len() + 1];
        Distance { name, other: Vec::new(), rows: [row.clone(), row.clone(), row] }
    }

    /// 0 when only case differs, else the number of edits; `None` when equal, too far, or with nothing in common.
    fn to(&mut self, other: &str, limit: usize) -> Option<usize> {
        // Bytes are at least as many as characters and at most four times, so most names leave here.
        if other.len() > (self.name.len() + limit) * 4 {
            return None;
        }
        self.other.clear();
        self.other.extend(other.chars());
        if self.other.len().abs_diff(self.name.len()) > limit || self.other == self.name {
            return None;
        }
        let folded = |c: &char| c.to_ascii_lowercase();
        if self.other.iter().map(folded).eq(self.name.iter().map(folded)) {
            return Some(0);
        }
        let edits = self.edits(limit)?;
        (edits < self.name.len().max(self.other.len())).then_some(edits)
    }

    fn edits(&mut self, limit: usize) -> Option<usize> {
        let [before, last, row] = &mut self.rows;
        for (column, cell) in last.iter_mut().enumerate() {
            *cell = column;
        }
        for (down, &c) in self.other.iter().enumerate() {
            row[0] = down + 1;
            let mut least = row[0];
            for (across, &d) in self.name.iter().enumerate() {
                let replaced = last[across] + usize::from(c != d);
                let mut best = replaced.min(last[across + 1] + 1).min(row[across] + 1);
                let swapped = down > 0 && across > 0 && c == self.name[across - 1] && self.other[down - 1] == d;
                if swapped {
                    best = best.min(before[across - 1] + 1);
                }
                row[across + 1] = best;
                least = least.min(best);
            }
            if least > limit + 1 {
                return None;
            }
            std::mem::swap(before, last);
            std::mem::swap(last, row);
        }
        last.last().copied().filter(|&edits| edits <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn slips_are_recognised() {
        let names = ["sin", "sinf", "asin", "cos", "strlen", "strnlen", "strlcpy", "printf", "c_int", "c_uint"];
        assert_eq!(near("strlne", names), ["strlen", "strnlen"]);
        assert_eq!(near("c_itn", names), ["c_int"]);
        assert_eq!(near("sinn", names), ["sin", "sinf"]);
        assert_eq!(near("prinf", names), ["printf"]);
        assert_eq!(near("prntf", names), ["printf"]);
    }

    #[test]
    fn case_alone_is_nearest() {
        assert_eq!(near("getpid", ["getpit", "GetPid", "getpd"]), ["GetPid", "getpd", "getpit"]);
    }

    #[test]
    fn what_is_far_or_equal_is_not_suggested() {
        assert!(near("qsort", ["printf", "q", "qsort", "malloc"]).is_empty());
        assert!(near("x", ["y", "z"]).is_empty());
        assert!(near("", ["a", "b"]).is_empty());
        assert!(near("abc", []).is_empty());
        let long = "x".repeat(100_000);
        assert!(near("abc", [long.as_str()]).is_empty());
    }

    #[test]
    fn a_swap_is_one_edit_and_characters_are_not_bytes() {
        assert_eq!(near("ab", ["ba"]), ["ba"]);
        assert_eq!(near("größe", ["größen", "grösse"]), ["größen"]);
    }

    #[test]
    fn at_most_three_and_each_once() {
        assert_eq!(near("value", ["value1", "value2", "value3", "value4", "value1"]), ["value1", "value2", "value3"]);
    }
}
