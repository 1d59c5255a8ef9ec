//! Output and warnings go where the host says.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use moonglue::Runtime;

#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Page {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.borrow()).into_owned()
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_scripts_print_is_taken() {
    let (out, err) = (Page::default(), Page::default());
    let runtime = Runtime::builder().stdout(out.clone()).stderr(err.clone()).build().expect("builds");
    runtime
        .exec(
            "print('a', 1, nil, setmetatable({}, {__tostring = function() return 'shown' end}))
             io.write('b', 2, 2.5, '\\n'):write('c\\n')
             io.stdout:write('d\\n'):flush()
             io.output():write('e\\n')
             io.stderr:write('wrong\\n')
             assert(io.type(io.stdout) == 'file' and io.type(io.stdin) == 'file' and io.type(1) == nil)
             warn('@on') warn('be', 'ware') warn('@off') warn('silent')",
        )
        .expect("runs");
    assert_eq!(out.text(), "a\t1\tnil\tshown\nb22.5\nc\nd\ne\n");
    assert_eq!(err.text(), "wrong\nLua warning: beware\n");
}

#[test]
fn another_output_file_is_still_possible() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = Page::default();
    let runtime = Runtime::builder().stdout(out.clone()).build().expect("builds");
    let path = folder.path().join("out.txt");
    runtime.globals().set("path", path.to_str().expect("a plain path")).expect("set");
    runtime
        .exec("local f = io.output(path) io.write('to the file') f:close() io.output(io.stdout) io.write('back')")
        .expect("runs");
    assert_eq!(
        (out.text().as_str(), std::fs::read_to_string(path).expect("written").as_str()),
        ("back", "to the file")
    );
}

#[test]
fn wrong_values_and_a_broken_writer() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("no room"))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let runtime = Runtime::builder().stdout(Full).build().expect("builds");
    let error = runtime.exec("print 'x'").expect_err("no room");
    assert!(error.to_string().contains("no room"), "{error}");
    let error = runtime.exec("io.write({})").expect_err("no string");
    assert!(error.to_string().contains("bad argument #1 to 'write' (string expected, got table)"), "{error}");
}
