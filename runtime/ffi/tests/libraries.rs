//! Opening libraries, and the errors when that fails.

mod fixture_libraries;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use fixture_libraries::{Workshop, open, open_name, other_width};
use moonglue_ffi::{Arch, FileKind, Library, LoadError, Machine, OpenRequest, Outcome, System, find_library, resolve};

const ANSWER: &str = "int answer(void) { return 42; } int number = 7;";

fn call(library: &Library, name: &std::ffi::CStr) -> i32 {
    let address = library.symbol(name).unwrap();
    // SAFETY: the fixtures' functions take nothing and return an int, and the library is open.
    let function: extern "C" fn() -> i32 = unsafe { std::mem::transmute(address.as_ptr()) };
    function()
}

#[test]
fn a_library_opens_by_path_and_closes() {
    let workshop = Workshop::new();
    let file = workshop.library("libanswer.so", ANSWER, &[]);
    let library = open(&file).unwrap();
    assert_eq!(library.path(), Some(file.as_path()));
    assert_eq!(library.name(), file.to_str().unwrap());
    assert_eq!(call(&library, c"answer"), 42);
    assert!(library.symbol(c"number").is_some());
    assert!(library.symbol(c"nothing").is_none());
    assert_ne!(library.handle(), 0);

    assert!(moonglue_ffi::loaded_libraries().contains(&file));
    library.close().unwrap();
    assert!(!moonglue_ffi::loaded_libraries().contains(&file));
    assert!(!library.is_open());
    assert_eq!(library.handle(), 0);
    assert!(library.symbol(c"answer").is_none());
    library.close().unwrap();
}

#[test]
fn the_running_program_is_a_library() {
    // SAFETY: loads nothing.
    let program = unsafe { Library::open(&OpenRequest::any(None)) }.unwrap();
    assert!(program.symbol(c"malloc").is_some());
    assert_eq!(program.path().map(Path::to_path_buf), std::env::current_exe().ok());
    program.close().unwrap();
}

#[test]
fn system_libraries_open_by_any_name() {
    for name in ["libm.so.6", "m", "libm"] {
        let library = open_name(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(library.symbol(c"cos").is_some(), "{name}");
        assert!(library.path().unwrap().to_str().unwrap().contains("libm"), "{name}");
    }
}

#[test]
fn find_library_gives_sonames() {
    for name in ["m", "libm", "libm.so", "libm.so.6"] {
        assert_eq!(find_library(name).as_deref(), Some("libm.so.6"), "{name}");
    }
    assert_eq!(find_library("c").as_deref(), Some("libc.so.6"));
    for name in ["", "no_such_library_anywhere", "/lib/libm.so.6", "m\0", "libm.so.99"] {
        assert_eq!(find_library(name), None, "{name}");
    }
}

#[test]
fn what_resolve_finds_is_loaded() {
    let resolution = resolve("libm.so.6");
    let found = resolution.found.unwrap();
    assert!(found.is_absolute());
    let library = open_name("libm.so.6").unwrap();
    assert_eq!(library.path().unwrap().canonicalize().unwrap(), found.canonicalize().unwrap());
}

#[test]
fn a_symbol_at_address_null_is_not_found() {
    let workshop = Workshop::new();
    let source = "static void *choose(void) { return 0; } void nothing(void) __attribute__((ifunc(\"choose\")));";
    let (file, output) = workshop.compile("libnull.so", source, &[]);
    if !output.status.success() {
        println!("not tested: this compiler knows no ifunc");
        return;
    }
    assert!(open(&file).unwrap().symbol(c"nothing").is_none());
}

#[test]
fn handles_are_wrapped_not_owned() {
    let workshop = Workshop::new();
    let owner = open(&workshop.library("libowned.so", ANSWER, &[])).unwrap();
    let wrap = |handle| {
        // SAFETY: nothing is loaded for a handle.
        unsafe { Library::open(&OpenRequest { handle: Some(handle), ..OpenRequest::any(Some("label")) }) }
    };
    let library = wrap(owner.handle()).unwrap();
    assert_eq!(library.name(), "label");
    assert_eq!(library.path(), owner.path());
    assert_eq!(call(&library, c"answer"), 42);
    library.close().unwrap();
    assert_eq!(call(&owner, c"answer"), 42);

    let stale = owner.handle();
    owner.close().unwrap();
    for handle in [stale, 0, 1, 0xdead_beef] {
        assert_eq!(wrap(handle).unwrap_err(), LoadError::BadHandle { handle });
    }
}

#[test]
fn a_policy_sees_the_real_file_before_it_is_opened() {
    let workshop = Workshop::new();
    let marker = workshop.path("ran");
    let source = format!(
        "#include <stdio.h>\n__attribute__((constructor)) static void run(void) {{ fclose(fopen({marker:?}, \"w\")); }}"
    );
    let file = workshop.library("libreal.so", &source, &[]);
    let link = workshop.path("liblink.so");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let seen = RefCell::new(Vec::new());
    let check = |path: &Path| {
        seen.borrow_mut().push(path.to_path_buf());
        Err("only libm".to_owned())
    };
    let open = |name: &str, check: &dyn Fn(&Path) -> Result<(), String>| {
        // SAFETY: built above, or the system's.
        unsafe { Library::open(&OpenRequest { check, unchecked: false, ..OpenRequest::any(Some(name)) }) }
    };
    let error = open(link.to_str().unwrap(), &check).unwrap_err();
    assert_eq!(error, LoadError::Denied { path: file.clone(), reason: "only libm".into() });
    assert_eq!(error.to_string(), format!("loading {} is not allowed: only libm", file.display()));
    assert_eq!(*seen.borrow(), std::slice::from_ref(&file));
    assert!(!marker.exists());

    // Loaded already by someone else or not, the policy is asked.
    seen.borrow_mut().clear();
    assert!(matches!(open("libc.so.6", &check), Err(LoadError::Denied { .. })));
    assert!(seen.borrow()[0].is_absolute());
    // Nothing is told about files that may not be loaded.
    let absent = workshop.path("absent.so");
    let denied = |path: PathBuf| Err(LoadError::Denied { path, reason: "only libm".into() });
    assert_eq!(open(absent.to_str().unwrap(), &check).map(|_| ()), denied(absent));

    open(link.to_str().unwrap(), &|_| Ok(())).unwrap();
    assert!(marker.exists());
}

#[test]
fn global_symbols_serve_later_libraries() {
    let workshop = Workshop::new();
    let base = workshop.library("libbase.so", "int base_number(void) { return 5; }", &["-Wl,-soname,libmglue_base.so"]);
    let user =
        workshop.library("libuser.so", "int base_number(void); int twice(void) { return 2 * base_number(); }", &[]);
    let error = open(&user).unwrap_err();
    assert!(
        matches!(&error, LoadError::Loader { text, .. } if text.contains("undefined symbol: base_number")),
        "{error}"
    );
    assert_eq!(error.to_string(), format!("cannot load {}: undefined symbol: base_number", user.display()));
    // Loaded, but local, and a refused request leaves it so.
    let local = open(&base).unwrap();
    let global = OpenRequest { global: true, ..OpenRequest::any(Some("libmglue_base.so")) };
    let refused = OpenRequest { check: &|_| Err("no".into()), unchecked: false, ..global };
    // SAFETY: built above.
    let error = unsafe { Library::open(&refused) }.unwrap_err();
    assert_eq!(error, LoadError::Denied { path: base, reason: "no".into() });
    open(&user).unwrap_err();
    // SAFETY: built above.
    let kept = unsafe { Library::open(&global) }.unwrap();
    assert_eq!(kept.handle(), local.handle());
    assert_eq!(call(&open(&user).unwrap(), c"twice"), 10);
    assert!(kept.is_open());
}

#[test]
fn a_missing_file_is_one_line_and_the_loaders() {
    let workshop = Workshop::new();
    let path = workshop.path("nope.so");
    let error = open(&path).unwrap_err();
    assert_eq!(error.errno(), Some(libc::ENOENT));
    let text = error.to_string();
    assert!(text.starts_with(&format!("{}: no such file\n  loader: ", path.display())), "{text}");
    assert!(text.contains("cannot open shared object file"), "{text}");
}

#[test]
fn a_missing_name_lists_every_place() {
    let error = open_name("libno_such_thing.so.3").unwrap_err();
    let LoadError::NotFound { name, tried, loader, .. } = &error else { panic!("{error:?}") };
    assert_eq!(name, "libno_such_thing.so.3");
    assert!(loader.is_some());
    assert!(tried.iter().any(|tried| tried.path.ends_with("usr/lib/libno_such_thing.so.3")
        || tried.path.ends_with("lib/libno_such_thing.so.3")));
    assert!(
        tried
            .iter()
            .any(|tried| matches!(&tried.outcome, Outcome::NoEntry { name } if name == "libno_such_thing.so.3"))
    );
    let text = error.to_string();
    assert!(text.starts_with("library \"libno_such_thing.so.3\" not found\n  tried:\n    /"), "{text}");
    assert!(text.contains("/etc/ld.so.cache: no entry for libno_such_thing.so.3\n"), "{text}");
}

#[test]
fn names_no_file_can_have() {
    assert_eq!(open_name("a\0b").unwrap_err(), LoadError::NulInName { name: "a\0b".into() });
    let text = open_name("").unwrap_err().to_string();
    assert!(text.contains("not found"), "{text}");
    assert!(open_name(&"x".repeat(10_000)).is_err());
}

#[test]
fn a_library_of_another_width_is_named() {
    let workshop = Workshop::new();
    let Some(path) = other_width(&workshop, "libother.so") else { return };
    let error = open(&path).unwrap_err();
    let LoadError::WrongMachine { found, host, .. } = &error else { panic!("{error:?}") };
    assert_eq!((u32::from(found.bits) + usize::BITS, found.arch, found.system), (96, Arch::X86, System::Linux));
    assert_eq!(*host, Machine::HOST);
    let first = error.to_string().lines().next().unwrap().to_owned();
    assert_eq!(first, format!("{} is a {found} Linux library, this process is {}", path.display(), Machine::HOST));
    assert!(first.contains("32-bit x86") && first.contains("64-bit x86"), "{first}");
    assert!(error.to_string().contains("wrong ELF class"));
    assert_eq!(error.errno(), Some(libc::ENOEXEC));
}

#[test]
fn a_library_of_another_processor_is_named() {
    let workshop = Workshop::new();
    let mut bytes = std::fs::read(workshop.library("libhere.so", ANSWER, &[])).unwrap();
    bytes[18] = 22;
    let error = open(&workshop.write("libthere.so", bytes)).unwrap_err();
    let expected = format!("is a {}-bit IBM Z Linux library", usize::BITS);
    assert!(error.to_string().contains(&expected), "{error}");
}

#[test]
fn libraries_of_other_systems_are_named() {
    let workshop = Workshop::new();
    let error = open(&workshop.write("a.dll", pe(0x14c, 0x10b))).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, LoadError::WrongSystem { .. }), "{error:?}");
    assert!(text.contains("a.dll is a 32-bit x86 Windows library, this process runs on "), "{text}");
    let mach_o = [0xcf, 0xfa, 0xed, 0xfe, 12, 0, 0, 1, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let text = open(&workshop.write("a.dylib", mach_o)).unwrap_err().to_string();
    assert!(text.contains("a.dylib is a 64-bit ARM macOS library"), "{text}");
}

fn pe(machine: u16, magic: u16) -> Vec<u8> {
    let mut bytes = vec![0; 0x200];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x80;
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes[0x84..0x86].copy_from_slice(&machine.to_le_bytes());
    bytes[0x96..0x98].copy_from_slice(&0x2000u16.to_le_bytes());
    bytes[0x98..0x9a].copy_from_slice(&magic.to_le_bytes());
    bytes
}

#[test]
fn files_that_are_no_libraries_are_described() {
    let workshop = Workshop::new();
    let library = workshop.library("libwhole.so", ANSWER, &[]);
    let whole = std::fs::read(&library).unwrap();
    let object = workshop.library("part.o", ANSWER, &["-c", "-no-pie", "-Wl,-r"]);
    let cases: Vec<(PathBuf, &str)> = vec![
        (workshop.write("text.so", "hello\n"), "is a text file, not a library"),
        (
            workshop.write("script.so", "/* GNU ld script */\nGROUP ( /lib/libq.so.6 AS_NEEDED ( /lib/ld.so.2 ) )\n"),
            "is a text for the linker, not a library; it names /lib/libq.so.6, /lib/ld.so.2",
        ),
        (workshop.write("empty.so", ""), "is empty"),
        (workshop.write("noise.so", [0u8, 1, 2, 3, 255]), "is not a library of any known kind"),
        (workshop.write("static.a", "!<arch>\n"), "is a static library, which only a linker can use"),
        (object, "is an object file that was not linked into a shared library"),
        (workshop.write("cut.so", &whole[..whole.len() / 3]), "is cut off: it has "),
        (workshop.write("head.so", &whole[..20]), "is cut off: it has 20 bytes of at least "),
        (workshop.folder(), "is a directory, not a library"),
    ];
    for (path, expected) in cases {
        let text = open(&path).unwrap_err().to_string();
        assert!(text.starts_with(&format!("{} {expected}", path.display())), "{text}");
    }
}

#[test]
fn a_pipe_is_refused_without_waiting() {
    let workshop = Workshop::new();
    let pipe = workshop.path("pipe.so");
    let name = std::ffi::CString::new(pipe.to_str().unwrap()).unwrap();
    // SAFETY: the name ends with a NUL.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    assert_eq!(moonglue_ffi::identify(&pipe).unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn a_missing_dependency_is_named_with_who_needs_it() {
    let workshop = Workshop::new();
    let deep = workshop.library("libdeep.so", "int deep(void) { return 1; }", &[]);
    workshop.library(
        "libmiddle.so",
        "int deep(void); int middle(void) { return deep(); }",
        &["-L$DIR", "-ldeep", "-Wl,-rpath,$ORIGIN"],
    );
    let top = workshop.library(
        "libtop.so",
        "int middle(void); int top(void) { return middle(); }",
        &["-L$DIR", "-lmiddle", "-Wl,-rpath,$ORIGIN", "-Wl,--allow-shlib-undefined"],
    );
    open(&top).unwrap().close().unwrap();
    std::fs::remove_file(&deep).unwrap();

    let error = open(&top).unwrap_err();
    let LoadError::MissingDependency { path, missing, needed_by, searched, loader } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*path, top);
    assert_eq!(missing, "libdeep.so");
    assert_eq!(*needed_by, workshop.path("libmiddle.so"));
    assert!(searched.iter().any(|tried| tried.path == deep && tried.outcome == Outcome::Missing));
    assert!(loader.as_deref().unwrap().contains("libdeep.so"));
    let text = error.to_string();
    let first =
        format!("{} cannot be loaded: {} needs \"libdeep.so\", which is missing", top.display(), needed_by.display());
    assert!(text.starts_with(&format!("{first}\n  tried:\n    /")), "{text}");
    assert!(text.contains(&format!("\n    {}: no such file\n", deep.display())), "{text}");

    let text = open(&workshop.path("libmiddle.so")).unwrap_err().to_string();
    assert!(text.contains("libmiddle.so needs \"libdeep.so\", which is missing"), "{text}");
    workshop.write("libdeep.so", "oops");
    let text = open(&top).unwrap_err().to_string();
    assert!(text.contains("which is not usable") && text.contains("libdeep.so: is a text file"), "{text}");
}

/// The folders an `RPATH` names count for all that is needed below, those of a `RUNPATH` for the file alone.
#[test]
fn dependencies_are_looked_for_by_the_loaders_rules() {
    let workshop = Workshop::new();
    std::fs::create_dir(workshop.path("deep")).unwrap();
    workshop.library("deep/libdeep.so", "int deep(void) { return 1; }", &[]);
    workshop.library("libmiddle.so", "int deep(void); int middle(void) { return deep(); }", &["-L$DIR/deep", "-ldeep"]);
    let source =
        "int middle(void); int absent(void); int top(void) { return middle(); } void *no(void) { return absent; }";
    let link = |file, kind| {
        let options = ["-L$DIR", "-lmiddle", "-Wl,--allow-shlib-undefined", kind, "-Wl,-rpath,$ORIGIN:$ORIGIN/deep"];
        workshop.library(file, source, &options)
    };
    // All is there, so the reason is another.
    let error = open(&link("librpath.so", "-Wl,--disable-new-dtags")).unwrap_err();
    assert!(matches!(&error, LoadError::Loader { text, .. } if text.contains("undefined symbol: absent")), "{error}");
    let error = open(&link("librunpath.so", "-Wl,--enable-new-dtags")).unwrap_err();
    assert!(matches!(&error, LoadError::MissingDependency { missing, .. } if missing == "libdeep.so"), "{error}");
}

#[test]
fn a_missing_symbol_version_is_in_the_loaders_words() {
    let workshop = Workshop::new();
    workshop.write("one.map", "ONE { global: versioned; local: *; };");
    workshop.write("two.map", "TWO { global: versioned; local: *; };");
    let source = "int versioned(void) { return 1; }";
    workshop.library("libversioned.so", source, &["-Wl,--version-script,$DIR/two.map"]);
    let user = workshop.library(
        "libuser.so",
        "int versioned(void); int user(void) { return versioned(); }",
        &["-L$DIR", "-lversioned", "-Wl,-rpath,$ORIGIN"],
    );
    workshop.library("libversioned.so", source, &["-Wl,--version-script,$DIR/one.map"]);
    let error = open(&user).unwrap_err();
    assert!(matches!(&error, LoadError::Loader { text, .. } if text.contains("version `TWO' not found")), "{error}");
}

#[test]
fn identify_survives_every_cut_and_flip() {
    let workshop = Workshop::new();
    let path = workshop.library("libvictim.so", ANSWER, &[]);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(moonglue_ffi::identify(&path).unwrap(), FileKind::Library(Machine::HOST));
    for end in (0..700).chain((700..whole.len()).step_by(509)) {
        let kind = moonglue_ffi::identify(&workshop.write("cut.so", &whole[..end])).unwrap();
        assert!(!matches!(kind, FileKind::Program(_)), "{end}: {kind:?}");
    }
    for bit in (0..64 * 8).chain((64 * 8..600 * 8).step_by(5)) {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        moonglue_ffi::identify(&workshop.write("flipped.so", bytes)).unwrap();
    }
}
