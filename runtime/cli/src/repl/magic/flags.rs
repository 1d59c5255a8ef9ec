//! Flags in front of a magic's argument.

/// Flags that take a number, and flags that take nothing: `-n 5 -q`.
const WITH_NUMBER: [&str; 2] = ["-n", "-r"];
const ALONE: [&str; 2] = ["-q", "-f"];

/// The flags given, and what follows them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags<'a> {
    numbers: Vec<(&'a str, usize)>,
    alone: Vec<&'a str>,
    pub(crate) rest: &'a str,
}

impl<'a> Flags<'a> {
    /// Takes the known flags off the front of `argument`; `--` ends them, anything unknown is the argument itself.
    pub(crate) fn split(argument: &'a str) -> Self {
        let mut flags = Flags { rest: argument.trim_start(), ..Flags::default() };
        loop {
            let (word, rest) = next_word(flags.rest);
            if word == "--" {
                flags.rest = rest;
                return flags;
            }
            if ALONE.contains(&word) {
                flags.alone.push(word);
                flags.rest = rest;
                continue;
            }
            let (number, behind) = next_word(rest);
            match number.parse() {
                Ok(number) if WITH_NUMBER.contains(&word) => {
                    flags.numbers.push((word, number));
                    flags.rest = behind;
                }
                _ => return flags,
            }
        }
    }

    /// The number given with `flag`, the last one if there are several.
    pub(crate) fn number(&self, flag: &str) -> Option<usize> {
        self.numbers.iter().rev().find(|(name, _)| *name == flag).map(|(_, number)| *number)
    }

    /// Whether `flag` was given.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.alone.contains(&flag)
    }
}

/// `argument` behind its flags.
pub(crate) fn without_flags(argument: &str) -> &str {
    Flags::split(argument).rest
}

/// The first word of `text` and what follows the blanks behind it.
pub(crate) fn next_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_come_first() {
        let flags = Flags::split("-n 5 -q  -r 3 f(-n)");
        assert_eq!((flags.number("-n"), flags.number("-r"), flags.has("-q")), (Some(5), Some(3), true));
        assert_eq!(flags.rest, "f(-n)");
    }

    #[test]
    fn code_that_looks_like_flags() {
        assert_eq!(without_flags("-n"), "-n");
        assert_eq!(without_flags("-x + 1"), "-x + 1");
        assert_eq!(without_flags("-- -n 5"), "-n 5");
        assert_eq!(without_flags("-n 99999999999999999999 x"), "-n 99999999999999999999 x");
    }
}
