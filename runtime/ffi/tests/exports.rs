//! What libraries export.

mod fixture_libraries;

use fixture_libraries::{Workshop, open, open_name, other_width};
use moonglue_ffi::{ExportError, ExportKind, ExportTable, exports};

#[test]
fn functions_and_data_with_sizes_sorted_and_once() {
    let workshop = Workshop::new();
    let source = "
        int shared = 3; char table[100] = {1};
        int zeta(void) { return 1; }
        int alpha(void) { return zeta(); }
        static int local(void) { return 2; }
        __attribute__((visibility(\"hidden\"))) int hidden(void) { return local(); }
        __thread int per_thread = 4;
        int printf(const char *, ...);
        void says(void) { printf(\"x\"); }";
    let list = exports(Some(&workshop.library("libx.so", source, &["-nostartfiles"]))).unwrap();
    let shown: Vec<_> = list.iter().map(|export| (export.name.as_str(), export.kind)).collect();
    use ExportKind::{Data, Function};
    assert_eq!(
        shown,
        [
            ("alpha", Function),
            ("per_thread", Data),
            ("says", Function),
            ("shared", Data),
            ("table", Data),
            ("zeta", Function)
        ]
    );
    let table = list.iter().find(|export| export.name == "table").unwrap();
    assert_eq!(table.size, 100);
    assert_eq!((&table.demangled, &table.version, table.ordinal), (&None, &None, None));
}

#[test]
fn of_several_versions_the_default_counts() {
    let workshop = Workshop::new();
    workshop.write("v.map", "V1 { global: f; }; V2 { global: f; } V1;");
    let source = "
        __asm__(\".symver f_old, f@V1\"); __asm__(\".symver f_new, f@@V2\");
        int f_old(void) { return 1; } int f_new(void) { return 2; }";
    let path = workshop.library("libv.so", source, &["-nostartfiles", "-Wl,--version-script,$DIR/v.map"]);
    let list = exports(Some(&path)).unwrap();
    let found: Vec<_> = list.iter().filter(|export| export.name == "f").collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].version.as_deref(), Some("V2"));
    assert!(!list.iter().any(|export| export.name == "V1" || export.name == "V2"), "{list:?}");
}

#[test]
fn cpp_names_are_shown_as_written() {
    let workshop = Workshop::new();
    let source = "namespace space { int foo(int, double) { return 1; } } extern \"C\" int plain() { return 2; }";
    let path = workshop.library("libspace.cpp", source, &["-nostartfiles"]);
    let library = open(&path).unwrap();
    let table = library.exports().unwrap();
    assert_eq!(table.get("plain").unwrap().demangled, None);
    let foo = table.get_demangled("space::foo(int, double)").unwrap();
    assert_eq!(foo.name, "_ZN5space3fooEid");
    let name = std::ffi::CString::new(foo.name.as_str()).unwrap();
    assert!(library.symbol(&name).is_some());
}

#[test]
fn a_table_is_looked_up_by_name_and_prefix() {
    let library = open_name("libm.so.6").unwrap();
    let table = library.exports().unwrap();
    assert!(std::ptr::eq(table, library.exports().unwrap()));
    assert!(table.all().len() > 400);
    assert!(table.all().is_sorted_by(|a, b| a.name < b.name));
    assert_eq!(table.get("cos").unwrap().kind, ExportKind::Function);
    assert!(table.get("cose").is_none());
    let sin: Vec<_> = table.with_prefix("sin").iter().map(|export| export.name.as_str()).collect();
    assert!(sin.starts_with(&["sin", "sincos"]), "{sin:?}");
    assert!(sin.iter().all(|name| name.starts_with("sin")));
    assert_eq!(table.with_prefix("").len(), table.all().len());
    assert!(table.with_prefix("zzz").is_empty());
    assert_eq!(table.names().count(), table.all().len());
}

/// What the table says is what the loader finds.
#[test]
fn every_function_listed_can_be_looked_up() {
    for name in ["libm.so.6", "libc.so.6"] {
        let library = open_name(name).unwrap();
        let mut checked = 0;
        for export in library.exports().unwrap().all().iter().filter(|export| export.kind == ExportKind::Function) {
            let symbol = std::ffi::CString::new(export.name.as_str()).unwrap();
            assert!(library.symbol(&symbol).is_some(), "{name}: {}", export.name);
            checked += 1;
        }
        assert!(checked > 400, "{name}: {checked}");
    }
}

#[test]
fn libraries_of_the_other_width_are_read_too() {
    let workshop = Workshop::new();
    let Some(path) = other_width(&workshop, "libother.so") else { return };
    let names: Vec<_> = exports(Some(&path)).unwrap().into_iter().map(|export| export.name).collect();
    assert_eq!(names, ["f"]);
}

#[test]
fn the_running_program_exports_what_it_exports() {
    let own = exports(None).unwrap();
    assert_eq!(own, exports(std::env::current_exe().ok().as_deref()).unwrap());
    assert!(!own.iter().any(|export| export.name == "cos"));
}

#[test]
fn windows_exports_have_ordinals() {
    let workshop = Workshop::new();
    let list = exports(Some(&workshop.write("a.dll", small_dll()))).unwrap();
    let shown: Vec<_> = list.iter().map(|export| (export.name.as_str(), export.ordinal, export.kind)).collect();
    assert_eq!(shown, [("#9", Some(9), ExportKind::Function), ("Named", Some(8), ExportKind::Function)]);
}

/// A DLL of one section at 0x1000 that exports `Named` as number 8, and number 9 without a name.
fn small_dll() -> Vec<u8> {
    let mut file = vec![0u8; 0x400];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    let word = |value: u32| value.to_le_bytes();
    put(0, b"MZ");
    put(0x3c, &word(0x40));
    put(0x40, b"PE\0\0");
    put(0x44, &0x8664u16.to_le_bytes());
    put(0x46, &1u16.to_le_bytes()); // sections
    put(0x54, &240u16.to_le_bytes()); // optional header
    put(0x56, &0x2022u16.to_le_bytes()); // a DLL
    put(0x58, &0x20bu16.to_le_bytes());
    put(0x58 + 32, &word(0x1000)); // alignment of sections in memory
    put(0x58 + 36, &word(0x200)); // and in the file
    put(0x58 + 56, &word(0x2000)); // size in memory
    put(0x58 + 60, &word(0x200)); // size of the headers
    put(0x58 + 108, &word(16)); // data directories
    put(0x58 + 112, &word(0x1000)); // exports
    put(0x58 + 116, &word(0x80));
    put(0x148, b".text\0\0\0");
    put(0x150, &word(0x200)); // size in memory
    put(0x154, &word(0x1000));
    put(0x158, &word(0x200)); // size in the file
    put(0x15c, &word(0x200)); // place in the file
    put(0x16c, &word(0x6000_0020)); // code
    // The export directory, at 0x1000 in memory and 0x200 in the file.
    for (at, value) in [(12, 0x1060), (16, 8), (20, 2), (24, 1), (28, 0x1030), (32, 0x1040), (36, 0x1048)] {
        put(0x200 + at, &word(value));
    }
    put(0x230, &word(0x1100)); // addresses
    put(0x234, &word(0x1110));
    put(0x240, &word(0x1050)); // names
    put(0x250, b"Named\0");
    put(0x260, b"a.dll\0");
    file
}

#[test]
fn what_cannot_be_read_says_why() {
    let workshop = Workshop::new();
    let missing = exports(Some(&workshop.path("missing.so"))).unwrap_err();
    assert!(matches!(&missing, ExportError::Read { .. }), "{missing}");
    let text = ExportTable::read(Some(&workshop.write("text.so", "nothing of the kind"))).unwrap_err();
    assert!(matches!(&text, ExportError::Malformed { .. }), "{text}");
    assert!(exports(Some(&workshop.folder())).is_err());
}

/// Damage is an error or fewer names, never a panic. The dependencies are read in the same way.
#[test]
fn damaged_files_are_survived() {
    let workshop = Workshop::new();
    let source = "int one(void) { return 1; } int two = 2;";
    let path = workshop.library("libvictim.so", source, &["-nostartfiles", "-Wl,-rpath,$ORIGIN", "-Wl,-soname,v"]);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(exports(Some(&path)).unwrap().len(), 2);
    let mut damaged = 0;
    for end in (0..whole.len()).step_by(67) {
        damaged += usize::from(exports(Some(&workshop.write("cut.so", &whole[..end]))).is_err());
    }
    assert!(damaged > 0);
    // The headers and the section table closely, the rest in samples.
    let table = u32::from_le_bytes(
        if cfg!(target_pointer_width = "64") { &whole[40..44] } else { &whole[32..36] }.try_into().unwrap(),
    ) as usize;
    let bits =
        (0..600 * 8).step_by(5).chain((600 * 8..table * 8).step_by(97)).chain((table * 8..whole.len() * 8).step_by(11));
    for bit in bits {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let file = workshop.write("flipped.so", bytes);
        let _ = exports(Some(&file));
        let _ = moonglue_ffi::resolve(file.to_str().unwrap());
    }
}
