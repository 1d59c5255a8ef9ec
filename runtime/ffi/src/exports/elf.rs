//! Exports of ELF files: the defined symbols of the dynamic table, with their versions.

use object::Endianness;
use object::elf::{
    SHN_UNDEF, SHT_DYNSYM, STB_LOCAL, STT_FILE, STT_FUNC, STT_GNU_IFUNC, STT_OBJECT, STT_SECTION, STT_TLS,
};
use object::read::ReadRef;
use object::read::elf::{FileHeader, Sym};

use super::table::{Export, ExportKind};

pub(super) fn exports<'data, Elf, R>(data: R) -> object::read::Result<Vec<Export>>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let header = Elf::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;
    let symbols = sections.symbols(endian, data, SHT_DYNSYM)?;
    // Names without versions are of use too.
    let versions = sections.versions(endian, data).ok().flatten();
    let mut found = Vec::new();
    for (index, symbol) in symbols.enumerate() {
        let kind = match symbol.st_type() {
            STT_FUNC | STT_GNU_IFUNC => ExportKind::Function,
            STT_OBJECT | STT_TLS => ExportKind::Data,
            STT_SECTION | STT_FILE => continue,
            _ => ExportKind::Other,
        };
        if symbol.st_shndx(endian) == SHN_UNDEF || symbol.st_bind() == STB_LOCAL {
            continue;
        }
        let Ok(name) = symbol.name(endian, symbols.strings()) else { continue };
        let version = versions.as_ref().and_then(|table| {
            let index = table.version_index(endian, index);
            let version = table.version(index.index()).ok().flatten()?;
            Some((String::from_utf8_lossy(version.name()).into_owned(), index.is_hidden()))
        });
        let version = match version {
            // Kept for old programs that name the version; looking up the plain name does not give it.
            Some((_, true)) => continue,
            Some((version, false)) => Some(version),
            None => None,
        };
        let name = String::from_utf8_lossy(name).into_owned();
        // The linker adds a symbol for each version itself.
        if name.is_empty() || version.as_ref() == Some(&name) {
            continue;
        }
        found.push(Export {
            name,
            demangled: None,
            kind,
            address: symbol.st_value(endian).into(),
            size: symbol.st_size(endian).into(),
            version,
            ordinal: None,
        });
    }
    Ok(found)
}
