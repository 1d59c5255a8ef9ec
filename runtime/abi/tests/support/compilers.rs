//! The C compilers of the targets.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use moonglue_abi::Abi;

/// A compiler and the tool that takes sections out of its object files.
pub struct Compiler {
    pub abi: Abi,
    gcc: &'static str,
    flags: &'static [&'static str],
    objcopy: &'static str,
}

impl Compiler {
    /// The compiler for that target, or the reason why there is none on this machine.
    pub fn find(abi: Abi) -> Result<Compiler, String> {
        let (gcc, flags, objcopy): (_, &[&str], _) = match abi {
            Abi::X86_64Linux => ("gcc", &["-m64"], "objcopy"),
            Abi::I386Linux => ("gcc", &["-m32"], "objcopy"),
            Abi::X86_64Windows => ("x86_64-w64-mingw32-gcc", &[], "x86_64-w64-mingw32-objcopy"),
            Abi::I386Windows => ("i686-w64-mingw32-gcc", &[], "i686-w64-mingw32-objcopy"),
            Abi::Aarch64Linux if cfg!(target_arch = "aarch64") => ("gcc", &[], "objcopy"),
            Abi::Aarch64Linux => ("aarch64-linux-gnu-gcc", &[], "aarch64-linux-gnu-objcopy"),
        };
        for tool in [gcc, objcopy] {
            Command::new(tool).arg("--version").output().map_err(|error| format!("{tool}: {error}"))?;
        }
        let compiler = Compiler { abi, gcc, flags, objcopy };
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        compiler.try_sections("int only;", scratch.path(), &[])?;
        Ok(compiler)
    }

    /// The compiler for that target; without one, a line on the terminal says so and why.
    pub fn find_or_say(abi: Abi) -> Option<Compiler> {
        Compiler::find(abi)
            .map_err(|reason| notice(&format!("{}: not compared with a C compiler ({reason})", abi.name())))
            .ok()
    }

    /// The compilers present; for each one missing, a line on the terminal says so and why.
    pub fn all_present() -> Vec<Compiler> {
        let found: Vec<_> = Abi::ALL.into_iter().filter_map(Compiler::find_or_say).collect();
        let own = found.iter().any(|compiler| compiler.abi == Abi::HOST);
        assert!(own || !cfg!(target_os = "linux"), "this machine's own C compiler is needed");
        found
    }

    /// Compiles to assembly, with those flags.
    pub fn listing(&self, source: &str, flags: &[&str]) -> String {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let file = scratch.path().join("calls.c");
        std::fs::write(&file, source).expect("a source file");
        let mut command = Command::new(self.gcc);
        command.args(self.flags).args(["-std=gnu11", "-w", "-S", "-o", "-"]).args(flags).arg(&file);
        let said = run(&mut command).unwrap_or_else(|reason| panic!("{reason}"));
        String::from_utf8(said).expect("assembly is text")
    }

    /// Compiles and returns the contents of those sections.
    pub fn sections<const N: usize>(&self, source: &str, names: [&str; N]) -> [Vec<u8>; N] {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let found = self.try_sections(source, scratch.path(), &names).unwrap_or_else(|reason| panic!("{reason}"));
        found.try_into().expect("as many contents as names")
    }

    fn try_sections(&self, source: &str, folder: &Path, names: &[&str]) -> Result<Vec<Vec<u8>>, String> {
        let file = folder.join("records.c");
        let object = folder.join("records.o");
        std::fs::write(&file, source).map_err(|error| error.to_string())?;
        run(Command::new(self.gcc)
            .args(self.flags)
            .args(["-std=gnu11", "-w", "-O0", "-c", "-o"])
            .arg(&object)
            .arg(&file))?;
        let mut contents = Vec::new();
        for name in names {
            let out = folder.join("section");
            run(Command::new(self.objcopy).args(["-O", "binary", "-j", name]).arg(&object).arg(&out))?;
            contents.push(std::fs::read(&out).map_err(|error| error.to_string())?);
        }
        Ok(contents)
    }
}

/// Runs a tool to its end; a failure carries what it said.
pub fn run(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("{command:?}: {}: {}", output.status, said.lines().take(20).collect::<Vec<_>>().join("\n")))
    }
}

/// A line the test harness does not swallow.
pub fn notice(text: &str) {
    let _ = writeln!(std::io::stderr(), "note: {text}");
}
