//! What a file is, told from its first bytes alone: every read is bounded, nothing in the file is believed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::machine::{Arch, Machine, System};

/// What [`identify`] found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// A shared library.
    Library(Machine),
    /// A program at a fixed address, which cannot be loaded into another one.
    Program(Machine),
    /// The output of a compiler before linking (`.o`, `.obj`).
    Object(Machine),
    /// A static library (`.a`, `.lib`).
    Archive,
    /// A text that tells the linker, not the loader, which files to use.
    LinkerScript {
        /// The files it names, in order.
        names: Vec<PathBuf>,
    },
    /// Some other text.
    Text,
    /// A file of which the end is missing.
    Truncated {
        /// The size the file's own tables ask for, in bytes.
        expected: u64,
        /// The size it has, in bytes.
        actual: u64,
    },
    /// A file without content.
    Empty,
    /// Anything else.
    Unknown,
}

/// Enough for every header read here; linker scripts are a few hundred bytes.
const HEAD: u64 = 4096;
/// More program headers than any linker writes.
const MAX_SEGMENTS: u64 = 1024;

/// Tells what the file at `path` is. Never loads or runs anything of it.
///
/// # Errors
///
/// What opening or reading it gave; [`io::ErrorKind::IsADirectory`] for a directory and [`io::ErrorKind::InvalidInput`]
/// for other things that are not regular files (opening a pipe could wait for ever).
pub fn identify(path: &Path) -> io::Result<FileKind> {
    let mut file = open_regular(path)?;
    let size = file.metadata()?.len();
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    Ok(match head.get(..4) {
        _ if head.is_empty() => FileKind::Empty,
        Some([0x7f, b'E', b'L', b'F']) => elf(&mut file, &head, size)?,
        Some([b'M', b'Z', ..]) => pe(&mut file, &head, size)?,
        Some([0xfe, 0xed, 0xfa, 0xce | 0xcf] | [0xce | 0xcf, 0xfa, 0xed, 0xfe]) => mach_o(&head, size),
        Some([0xca, 0xfe, 0xba, 0xbe | 0xbf]) => mach_o_fat(&head),
        _ if head.starts_with(b"!<arch>\n") || head.starts_with(b"!<thin>\n") => FileKind::Archive,
        _ if head.starts_with(b"\x7f") && b"\x7fELF".starts_with(&head) => {
            FileKind::Truncated { expected: 52, actual: size }
        }
        _ => text(&head),
    })
}

/// Opens a file for reading unless it is something that is not made of bytes at offsets.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let kind = std::fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    File::open(path)
}

/// Integers at offsets of a header, `None` beyond its end.
struct Fields<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Fields<'_> {
    fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let mut array: [u8; N] = self.bytes.get(at..at.checked_add(N)?)?.try_into().ok()?;
        if self.big_endian {
            array.reverse();
        }
        Some(array)
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    fn u64(&self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_le_bytes)
    }

    /// A field as wide as the file's addresses.
    fn word(&self, wide: bool, at: usize) -> Option<u64> {
        if wide { self.u64(at) } else { self.u32(at).map(u64::from) }
    }
}

fn elf(file: &mut File, head: &[u8], size: u64) -> io::Result<FileKind> {
    let (Some(class @ 1..=2), Some(order @ 1..=2)) = (head.get(4).copied(), head.get(5).copied()) else {
        return Ok(if head.len() < 6 { FileKind::Truncated { expected: 52, actual: size } } else { FileKind::Unknown });
    };
    let wide = class == 2;
    let header_size = if wide { 64 } else { 52 };
    let fields = Fields { bytes: head, big_endian: order == 2 };
    let truncated = |expected| FileKind::Truncated { expected, actual: size };
    if head.len() < header_size {
        return Ok(truncated(header_size as u64));
    }
    let at = |wide_at, narrow_at| if wide { wide_at } else { narrow_at };
    let (Some(kind), Some(number), Some(table), Some(entry), Some(count)) =
        (fields.u16(16), fields.u16(18), fields.word(wide, at(32, 28)), fields.u16(at(54, 42)), fields.u16(at(56, 44)))
    else {
        return Ok(FileKind::Unknown);
    };
    let machine = Machine {
        system: if matches!(head.get(7), Some(2 | 9 | 12)) { System::Bsd } else { System::Linux },
        bits: if wide { 64 } else { 32 },
        arch: elf_arch(number, wide),
        big_endian: fields.big_endian,
    };
    match kind {
        1 => return Ok(FileKind::Object(machine)),
        2 | 3 => {}
        _ => return Ok(FileKind::Unknown),
    }
    let needed =
        end_of_segments(file, size, &SegmentTable { wide, big_endian: fields.big_endian, table, entry, count })?;
    Ok(match needed {
        Some(expected) if expected > size => truncated(expected),
        None => FileKind::Unknown,
        Some(_) if kind == 2 => FileKind::Program(machine),
        Some(_) => FileKind::Library(machine),
    })
}

struct SegmentTable {
    wide: bool,
    big_endian: bool,
    table: u64,
    entry: u16,
    count: u16,
}

/// How large the file must be to hold what its loaded segments promise; `None` when the table makes no sense.
///
/// The system's loader does not ask this: it maps a cut-off file, and the first touch beyond the end kills the process.
fn end_of_segments(file: &mut File, size: u64, segments: &SegmentTable) -> io::Result<Option<u64>> {
    let wanted_entry = if segments.wide { 56 } else { 32 };
    if segments.count == 0 || u64::from(segments.count) > MAX_SEGMENTS || segments.entry != wanted_entry {
        return Ok(None);
    }
    let length = u64::from(segments.count) * u64::from(segments.entry);
    let Some(end) = segments.table.checked_add(length) else { return Ok(None) };
    if end > size {
        return Ok(Some(end));
    }
    let mut table = Vec::new();
    file.seek(SeekFrom::Start(segments.table))?;
    file.take(length).read_to_end(&mut table)?;
    let mut needed = end;
    for bytes in table.chunks_exact(usize::from(segments.entry)) {
        let fields = Fields { bytes, big_endian: segments.big_endian };
        if fields.u32(0) != Some(1) {
            continue;
        }
        let (at_offset, at_length) = if segments.wide { (8, 32) } else { (4, 16) };
        let (Some(offset), Some(length)) =
            (fields.word(segments.wide, at_offset), fields.word(segments.wide, at_length))
        else {
            return Ok(None);
        };
        match offset.checked_add(length) {
            Some(end) => needed = needed.max(end),
            None => return Ok(None),
        }
    }
    Ok(Some(needed))
}

fn elf_arch(number: u16, wide: bool) -> Arch {
    match number {
        3 => Arch::X86,
        62 if !wide => Arch::X32,
        62 => Arch::X86,
        40 | 183 => Arch::Arm,
        243 => Arch::RiscV,
        20 | 21 => Arch::PowerPc,
        22 => Arch::S390,
        8 => Arch::Mips,
        258 => Arch::LoongArch,
        2 | 18 | 43 => Arch::Sparc,
        other => Arch::Other(other.into()),
    }
}

fn pe(file: &mut File, head: &[u8], size: u64) -> io::Result<FileKind> {
    let dos = Fields { bytes: head, big_endian: false };
    let Some(start) = dos.u32(0x3c) else {
        return Ok(FileKind::Truncated { expected: 64, actual: size });
    };
    let start = u64::from(start);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(26).read_to_end(&mut bytes)?;
    if bytes.len() < 26 {
        // A program for plain DOS has any value there; only a short one is surely cut off.
        return Ok(if start < HEAD {
            FileKind::Truncated { expected: start + 26, actual: size }
        } else {
            FileKind::Unknown
        });
    }
    let fields = Fields { bytes: &bytes, big_endian: false };
    if !bytes.starts_with(b"PE\0\0") {
        return Ok(FileKind::Unknown);
    }
    let (Some(number), Some(flags), Some(magic)) = (fields.u16(4), fields.u16(22), fields.u16(24)) else {
        return Ok(FileKind::Unknown);
    };
    let machine = Machine {
        system: System::Windows,
        bits: if magic == 0x20b { 64 } else { 32 },
        arch: match number {
            0x14c | 0x8664 => Arch::X86,
            0x1c0 | 0x1c4 | 0xaa64 => Arch::Arm,
            other => Arch::Other(other.into()),
        },
        big_endian: false,
    };
    Ok(if flags & 0x2000 != 0 { FileKind::Library(machine) } else { FileKind::Program(machine) })
}

fn mach_o(head: &[u8], size: u64) -> FileKind {
    let big_endian = head.first() == Some(&0xfe);
    let fields = Fields { bytes: head, big_endian };
    let (Some(cpu), Some(kind)) = (fields.u32(4), fields.u32(12)) else {
        return FileKind::Truncated { expected: 28, actual: size };
    };
    let machine = mach_o_machine(cpu, big_endian);
    match kind {
        1 => FileKind::Object(machine),
        2 => FileKind::Program(machine),
        6 | 8 => FileKind::Library(machine),
        _ => FileKind::Unknown,
    }
}

/// A file for several processors: this process's if it is among them, else the first.
fn mach_o_fat(head: &[u8]) -> FileKind {
    let fields = Fields { bytes: head, big_endian: true };
    let entry = if head.get(3) == Some(&0xbf) { 32 } else { 20 };
    let count = match fields.u32(4) {
        // The same first bytes start a Java class, whose version number comes here and is 45 or more.
        Some(count @ 1..=30) => count as usize,
        _ => return FileKind::Unknown,
    };
    let machines: Vec<Machine> =
        (0..count).map_while(|index| fields.u32(8 + index * entry)).map(|cpu| mach_o_machine(cpu, false)).collect();
    match machines.iter().find(|machine| machine.runs_here()).or(machines.first()) {
        Some(machine) => FileKind::Library(*machine),
        None => FileKind::Unknown,
    }
}

fn mach_o_machine(cpu: u32, big_endian: bool) -> Machine {
    const WIDE: u32 = 0x0100_0000;
    Machine {
        system: System::MacOs,
        bits: if cpu & WIDE != 0 { 64 } else { 32 },
        arch: match cpu & !WIDE {
            7 => Arch::X86,
            12 => Arch::Arm,
            18 => Arch::PowerPc,
            other => Arch::Other(other),
        },
        big_endian,
    }
}

fn text(head: &[u8]) -> FileKind {
    // A multi-byte character may be cut by the bound of the read.
    let readable = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return FileKind::Unknown,
    };
    if readable.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x0c' | '\x1b')) {
        return FileKind::Unknown;
    }
    let names = linker_script_names(readable);
    if names.is_empty() { FileKind::Text } else { FileKind::LinkerScript { names } }
}

/// The files that `GROUP ( ... )` and `INPUT ( ... )` name.
fn linker_script_names(text: &str) -> Vec<PathBuf> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("/*") {
        plain.push_str(&rest[..start]);
        plain.push(' ');
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    plain.push_str(rest);
    let mut names = Vec::new();
    for command in ["GROUP", "INPUT"] {
        for (at, _) in plain.match_indices(command) {
            if let Some(list) = parenthesised(plain[at + command.len()..].trim_start()) {
                let words = list.split(|c: char| c.is_whitespace() || "(),".contains(c));
                names.extend(words.filter(|word| word.contains('.')).map(PathBuf::from));
            }
        }
    }
    names
}

/// What stands between a `(` at the start and the `)` that closes it.
fn parenthesised(text: &str) -> Option<&str> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return text.get(1..at),
            ')' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
