//! Searching `LD_LIBRARY_PATH`. One test only: it changes the environment, which no other thread may read meanwhile.

mod fixture_libraries;

use std::os::unix::fs::symlink;

use fixture_libraries::{Workshop, open, open_name, other_width};
use moonglue_ffi::{Library, LoadError, OpenRequest, Outcome, find_library, resolve};

#[test]
fn names_are_found_in_the_folders_of_the_environment() {
    let workshop = Workshop::new();
    std::fs::create_dir(workshop.path("first")).unwrap();
    std::fs::create_dir(workshop.path("second")).unwrap();
    let path = format!("{}:{}", workshop.path("first").display(), workshop.path("second").display());
    // SAFETY: this binary has one test, so no other thread is running that could read the environment.
    unsafe { std::env::set_var("LD_LIBRARY_PATH", path) };

    // The newest version, under the name the library gives itself.
    workshop.library("second/libmglue.so.9", "int version = 9;", &["-Wl,-soname,libmglue.so.9"]);
    let newest = workshop.library("second/libmglue.so.10.2", "int version = 10;", &["-Wl,-soname,libmglue.so.10"]);
    for name in ["mglue", "libmglue", "libmglue.so"] {
        assert_eq!(find_library(name).as_deref(), Some("libmglue.so.10"), "{name}");
    }
    assert_eq!(find_library("libmglue.so.9").as_deref(), Some("libmglue.so.9"));
    let library = open_name("mglue").unwrap();
    assert_eq!(library.path(), Some(newest.as_path()));

    // The name a linker uses comes before numbered ones; without a soname the file's name is the answer.
    let linked = workshop.library("second/libplain.so", "int version = 1;", &[]);
    workshop.library("second/libplain.so.7", "int version = 7;", &[]);
    assert_eq!(find_library("plain").as_deref(), Some("libplain.so"));
    assert_eq!(open_name("libplain.so").unwrap().path(), Some(linked.as_path()));
    assert_eq!(open(&linked).unwrap().handle(), open_name("plain").unwrap().handle());

    // What cannot be loaded is passed over, as the loader does.
    workshop.write("first/libpicky.so", "INPUT ( libpicky.so.1 )\n");
    std::fs::create_dir(workshop.path("first/libpicky.so.1")).unwrap();
    let good = workshop.library("second/libpicky.so.1", "int version = 1;", &[]);
    let resolution = resolve("picky");
    assert_eq!(resolution.found.as_deref(), Some(good.as_path()));
    assert!(
        resolution.tried.iter().any(|tried| tried.path.ends_with("first/libpicky.so") && tried.outcome.is_refusal())
    );
    assert!(resolution.tried.iter().any(|tried| tried.outcome == Outcome::Directory));

    // A policy sees the file behind the link, and that file is opened.
    let real = workshop.library("hidden.so", "int version = 3;", &[]);
    symlink(&real, workshop.path("first/liblinked.so")).unwrap();
    let seen = std::cell::RefCell::new(Vec::new());
    let check = |path: &std::path::Path| {
        seen.borrow_mut().push(path.to_path_buf());
        Ok(())
    };
    let request = OpenRequest { check: &check, unchecked: false, ..OpenRequest::any(Some("linked")) };
    // SAFETY: built above.
    let library = unsafe { Library::open(&request) }.unwrap();
    assert_eq!(library.path(), Some(real.as_path()));
    assert_eq!(*seen.borrow(), std::slice::from_ref(&real));

    // One that is only there for another processor says so.
    if let Some(narrow) = other_width(&workshop, "second/libnarrow.so") {
        let error = open_name("narrow").unwrap_err();
        assert!(matches!(&error, LoadError::WrongMachine { path, .. } if *path == narrow), "{error:?}");
        assert_eq!(find_library("narrow"), None);
    }

    // Several names in many places are listed once each.
    let text = open_name("mglue_absent").unwrap_err().to_string();
    let names = "mglue_absent, libmglue_absent.so, libmglue_absent.so.*, mglue_absent.so, mglue_absent.so.*";
    let start = format!("library \"mglue_absent\" not found\n  tried {names} in:\n    ");
    assert!(text.starts_with(&start), "{text}");
    let first = format!("\n    {}\n", workshop.path("first").display());
    assert_eq!(text.matches(&first).count(), 1, "{text}");
    assert!(
        text.ends_with("loader: mglue_absent: cannot open shared object file: No such file or directory"),
        "{text}"
    );

    // A file in the current directory is pointed out.
    let here = workshop.library("libnearby.so", "int version = 4;", &[]);
    std::env::set_current_dir(workshop.folder()).unwrap();
    let text = open_name("libnearby.so").unwrap_err().to_string();
    assert!(text.contains("write \"./libnearby.so\" to load what is there"), "{text}");
    assert_eq!(open_name("./libnearby.so").unwrap().path(), Some(here.as_path()));
}
