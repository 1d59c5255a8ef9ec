//! The part of an ELF file that tells the loader what else it needs and where to look.

use std::path::Path;

use object::Endianness;
use object::elf::{
    DT_NEEDED, DT_RPATH, DT_RUNPATH, DT_SONAME, DT_STRSZ, DT_STRTAB, FileHeader32, FileHeader64, PT_LOAD,
};
use object::read::elf::{Dyn, FileHeader, ProgramHeader};
use object::read::{ReadCache, ReadRef, StringTable};

use crate::identify::open_regular;

/// What the dynamic section says. Names are as they stand in the file, `$ORIGIN` not yet replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dynamic {
    /// The libraries it needs, in order.
    pub(crate) needed: Vec<String>,
    /// The name other files record when they are linked with it.
    pub(crate) soname: Option<String>,
    /// Where to look for what it and all that it needs needs; ignored when there is a `runpath`.
    pub(crate) rpath: Option<String>,
    /// Where to look for what it needs itself.
    pub(crate) runpath: Option<String>,
}

/// More entries than any linker writes; a hostile file may hold as many as it likes.
const MAX_ENTRIES: usize = 65_536;

/// Reads the dynamic section of an ELF file; `None` for other files, broken ones and those without one.
pub(crate) fn read_dynamic(path: &Path) -> Option<Dynamic> {
    let cache = ReadCache::new(open_regular(path).ok()?);
    let data = &cache;
    match data.read_bytes_at(0, 5).ok()? {
        [0x7f, b'E', b'L', b'F', 1] => read::<FileHeader32<Endianness>, _>(data),
        [0x7f, b'E', b'L', b'F', 2] => read::<FileHeader64<Endianness>, _>(data),
        _ => None,
    }
}

fn read<'data, Elf, R>(data: R) -> Option<Dynamic>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let header = Elf::parse(data).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, data).ok()?;
    let entries = segments.iter().find_map(|segment| segment.dynamic(endian, data).ok().flatten())?;
    let entries = || entries.iter().take(MAX_ENTRIES).take_while(|entry| entry.tag(endian).0 != 0);
    let value = |tag| entries().find(|entry| entry.tag(endian) == tag).map(|entry| entry.val(endian));

    // Sections may have been stripped: like the loader, go by addresses.
    let address = value(DT_STRTAB)?;
    let size = value(DT_STRSZ)?;
    let start = segments.iter().filter(|segment| segment.p_type(endian) == PT_LOAD).find_map(|segment| {
        let into = address.checked_sub(segment.p_vaddr(endian).into())?;
        (into < segment.p_filesz(endian).into()).then(|| into.checked_add(segment.p_offset(endian).into()))?
    })?;
    let strings = StringTable::new(data, start, start.checked_add(size)?);
    let text = |offset: u64| {
        let bytes = strings.get(offset.try_into().ok()?).ok()?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    };
    Some(Dynamic {
        needed: entries()
            .filter(|entry| entry.tag(endian) == DT_NEEDED)
            .filter_map(|entry| text(entry.val(endian)))
            .collect(),
        soname: value(DT_SONAME).and_then(text),
        rpath: value(DT_RPATH).and_then(text),
        runpath: value(DT_RUNPATH).and_then(text),
    })
}
