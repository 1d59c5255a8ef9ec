//! Names as their authors wrote them.

use std::fmt::{self, Write};

/// Longest text taken or made. A few crafted bytes can stand for gigabytes.
const MOST: usize = 16 * 1024;

/// The C++ or Rust name behind a mangled one; `None` for plain names. The hash at the end of Rust names is left out.
#[must_use]
pub fn demangle(name: &str) -> Option<String> {
    if name.len() > MOST {
        return None;
    }
    let mut out = Bounded(String::new());
    if is_rust(name) {
        write!(out, "{:#}", rustc_demangle::try_demangle(name).ok()?).ok()?;
    } else if name.starts_with("_Z") {
        let symbol =
            cpp_demangle::BorrowedSymbol::with_tail(name.as_bytes()).ok().filter(|(_, tail)| tail.is_empty())?.0;
        symbol.structured_demangle(&mut out, &cpp_demangle::DemangleOptions::default()).ok()?;
    } else {
        return None;
    }
    (!out.0.is_empty()).then_some(out.0)
}

/// Rust's older names look like C++ names but for a hash of 16 hexadecimal digits at the end.
fn is_rust(name: &str) -> bool {
    let old = |name: &str| {
        let (_, hash) = name.strip_prefix("_ZN")?.strip_suffix('E')?.rsplit_once("17h")?;
        Some(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    name.starts_with("_R") || old(name).unwrap_or(false)
}

struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MOST {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::demangle;

    #[test]
    fn both_languages_are_read() {
        let cases = [
            ("_ZN5space3fooEibc", Some("space::foo(int, bool, char)")),
            ("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", Some("core::fmt::Write::write_fmt")),
            ("_RNvC7mycrate3foo", Some("mycrate::foo")),
            ("printf", None),
            ("_Zebra", None),
            ("_R", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(demangle(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn a_name_that_explodes_is_given_up() {
        // Each argument is a pair of two of the one before, which stands there as a back-reference.
        let doubled = |levels: usize| {
            let digits: Vec<char> = ('0'..='9').chain('A'..='Z').collect();
            let pairs: String = digits[..levels].iter().map(|digit| format!("S_IS{digit}_S{digit}_E")).collect();
            demangle(&format!("_Z1fSt4pairIiiE{pairs}"))
        };
        let small = doubled(2).unwrap();
        assert_eq!(small.matches("std::pair<int, int>").count(), 1 + 2 + 4);
        assert!(doubled(6).is_some());
        assert_eq!(doubled(16), None);
        assert_eq!(demangle(&format!("_Z1f{}", "i".repeat(100_000))), None);
    }
}
