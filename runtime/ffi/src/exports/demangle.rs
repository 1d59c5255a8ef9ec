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
        let symbol = cpp_demangle::BorrowedSymbol::with_tail(name.as_bytes()).ok().filter(|(_, tail)| tail.is_empty())?.0;
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
        // Each substitution doubles what is behind it.
        let mut name = "_Z1fSt4pairIiiE".to_owned();
        for step in ["S_S_", "S0_S0_", "S1_S1_", "S2_S2_", "S3_S3_", "S4_S4_", "S5_S5_", "S6_S6_", "S7_S7_", "S8_S8_"] {
            name.push_str(&format!("St4pairI{step}E"));
        }
        if let Some(text) = demangle(&name) {
            assert!(text.len() <= super::MOST);
        }
        assert_eq!(demangle(&format!("_Z1f{}", "i".repeat(100_000))), None);
    }
}
