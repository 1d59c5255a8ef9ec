//! Bytes as offset, hexadecimal and text.

use crate::repl::paint::{Palette, Role};

const PER_LINE: usize = 16;

/// The classic dump: `offset`, sixteen bytes in two groups, their ASCII. Offsets begin at `base`.
pub(crate) fn hexdump(bytes: &[u8], base: u64, palette: Palette) -> String {
    let digits = if base + bytes.len() as u64 > u64::from(u32::MAX) { 16 } else { 8 };
    let mut text = String::new();
    for (line, chunk) in bytes.chunks(PER_LINE).enumerate() {
        let offset = format!("{:0digits$x}", base + (line * PER_LINE) as u64);
        let mut columns = String::new();
        for position in 0..PER_LINE {
            if position == PER_LINE / 2 {
                columns.push(' ');
            }
            match chunk.get(position) {
                Some(0) => columns.push_str(&format!(" {}", palette.paint(Role::Dim, "00"))),
                Some(byte) => columns.push_str(&format!(" {byte:02x}")),
                None => columns.push_str("   "),
            }
        }
        let ascii: String =
            chunk.iter().map(|&byte| if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '.' }).collect();
        text.push_str(&format!(
            "{} {columns}  |{}|\n",
            palette.paint(Role::Dim, &offset),
            palette.paint(Role::String, &ascii)
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_partial_lines() {
        let bytes: Vec<u8> = (0x3e..0x50).collect();
        assert_eq!(
            hexdump(&bytes, 0x10, Palette { colours: false }),
            "00000010  3e 3f 40 41 42 43 44 45  46 47 48 49 4a 4b 4c 4d  |>?@ABCDEFGHIJKLM|\n\
             00000020  4e 4f                                             |NO|\n"
        );
    }

    #[test]
    fn addresses_beyond_32_bits_get_16_digits() {
        let text = hexdump(b"a\0\xff", 0x7fff_0000_1000, Palette { colours: false });
        assert!(text.starts_with("00007fff00001000  61 00 ff "), "{text}");
        assert!(text.ends_with("|a..|\n"), "{text}");
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(hexdump(b"", 0, Palette { colours: false }), "");
    }
}
