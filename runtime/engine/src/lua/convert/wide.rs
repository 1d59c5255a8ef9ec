//! UTF-8 to and from the platform's wide characters.

/// UTF-8 text as code units of `width` bytes (2: UTF-16, 4: UTF-32), no terminator.
pub(crate) fn encode_units(text: &str, width: usize) -> Vec<u32> {
    if width == 2 { text.encode_utf16().map(u32::from).collect() } else { text.chars().map(u32::from).collect() }
}

/// Code units of `width` bytes as UTF-8; what is no character becomes U+FFFD.
pub(crate) fn decode_units(units: impl Iterator<Item = u32>, width: usize) -> String {
    if width == 2 {
        char::decode_utf16(units.map(|u| u as u16)).map(|r| r.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        units.map(|u| char::from_u32(u).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }
}
