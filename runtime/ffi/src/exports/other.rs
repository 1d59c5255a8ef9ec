//! Exports of PE and Mach-O files.

use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::read::{ExportFlags, ExportTarget, File, FileKind, NameOrOrdinal, ReadRef, SectionKind};
use object::{Architecture, BinaryFormat, Object, ObjectSection};

use super::table::{Export, ExportKind};

pub(super) fn exports<'data, R: ReadRef<'data>>(kind: FileKind, data: R) -> object::read::Result<Vec<Export>> {
    match kind {
        FileKind::MachOFat32 => from_file(&File::parse(slice(MachOFatFile32::parse(data)?.arches(), data)?)?),
        FileKind::MachOFat64 => from_file(&File::parse(slice(MachOFatFile64::parse(data)?.arches(), data)?)?),
        _ => from_file(&File::parse(data)?),
    }
}

const HERE: Architecture = if cfg!(target_arch = "x86_64") {
    Architecture::X86_64
} else if cfg!(target_arch = "aarch64") {
    Architecture::Aarch64
} else {
    Architecture::Unknown
};

/// The part for this process's processor, or else the first one.
fn slice<'data, Fat: FatArch, R: ReadRef<'data>>(arches: &[Fat], data: R) -> object::read::Result<&'data [u8]> {
    let here = arches.iter().find(|arch| arch.architecture() == HERE);
    here.or(arches.first()).map_or(Ok(&[]), |arch| arch.data(data))
}

fn from_file<'data, R: ReadRef<'data>>(file: &File<'data, R>) -> object::read::Result<Vec<Export>> {
    // These formats do not say what a name stands for; where it points does.
    let ranges = |wanted: fn(SectionKind) -> bool| -> Vec<(u64, u64)> {
        let sections = file.sections().filter(|section| wanted(section.kind()));
        sections.map(|section| (section.address(), section.address().saturating_add(section.size()))).collect()
    };
    let code = ranges(|kind| kind == SectionKind::Text);
    let kind_at = |address: u64| {
        if code.iter().any(|&(start, end)| (start..end).contains(&address)) {
            ExportKind::Function
        } else {
            ExportKind::Data
        }
    };
    let mut found = Vec::new();
    for export in file.exports()? {
        // One bad entry says nothing about the others.
        let Ok(export) = export else { continue };
        let ordinal = match export.flags() {
            ExportFlags::Pe { ordinal } => Some(u32::from(ordinal.0)),
            _ => None,
        };
        let name = match export.name() {
            NameOrOrdinal::Name(name) => {
                let name = String::from_utf8_lossy(name).into_owned();
                // C names have a mark before them in these files, which the loader adds when it looks one up.
                match name.strip_prefix('_') {
                    Some(plain) if file.format() == BinaryFormat::MachO => plain.to_owned(),
                    _ => name,
                }
            }
            NameOrOrdinal::Ordinal(number) => format!("#{number}"),
        };
        let (kind, address) = match export.target() {
            ExportTarget::Address { address } => (kind_at(address), address),
            ExportTarget::Absolute { value } => (ExportKind::Other, value),
            ExportTarget::Tls { offset } => (ExportKind::Data, offset),
            ExportTarget::TlvDescriptor { address } => (ExportKind::Data, address),
            ExportTarget::Resolver { resolver, stub } => (ExportKind::Function, stub.unwrap_or(resolver)),
            _ => (ExportKind::Other, 0),
        };
        found.push(Export { name, demangled: None, kind, address, size: 0, version: None, ordinal });
    }
    Ok(found)
}
