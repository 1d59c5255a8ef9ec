//! Which processor and system a file was made for, and which ones this process is.

use std::fmt;

/// A processor family. Together with [`Machine::bits`] it names what code can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Arch {
    /// i386 and x86-64: told apart by the number of bits.
    X86,
    /// x86-64 instructions with 32-bit pointers.
    X32,
    /// ARM and AArch64: told apart by the number of bits.
    Arm,
    /// RISC-V.
    RiscV,
    /// PowerPC.
    PowerPc,
    /// IBM Z.
    S390,
    /// MIPS.
    Mips,
    /// LoongArch.
    LoongArch,
    /// SPARC.
    Sparc,
    /// Another one, with the number the file gives it.
    Other(u32),
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Arch::X86 => "x86",
            Arch::X32 => "x32",
            Arch::Arm => "ARM",
            Arch::RiscV => "RISC-V",
            Arch::PowerPc => "PowerPC",
            Arch::S390 => "IBM Z",
            Arch::Mips => "MIPS",
            Arch::LoongArch => "LoongArch",
            Arch::Sparc => "SPARC",
            Arch::Other(number) => return write!(f, "machine {number}"),
        })
    }
}

/// The system whose loader takes a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum System {
    /// ELF of the System V or GNU flavour.
    Linux,
    /// ELF marked for a BSD.
    Bsd,
    /// PE.
    Windows,
    /// Mach-O.
    MacOs,
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            System::Linux => "Linux",
            System::Bsd => "BSD",
            System::Windows => "Windows",
            System::MacOs => "macOS",
        })
    }
}

/// What code in a file, or of a process, runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Machine {
    /// The system.
    pub system: System,
    /// The width of a pointer: 32 or 64.
    pub bits: u8,
    /// The processor family.
    pub arch: Arch,
    /// Whether the most significant byte comes first.
    pub big_endian: bool,
}

impl Machine {
    /// What this process is.
    pub const HOST: Machine = Machine {
        system: if cfg!(windows) {
            System::Windows
        } else if cfg!(target_vendor = "apple") {
            System::MacOs
        } else if cfg!(any(target_os = "linux", target_os = "android")) {
            System::Linux
        } else {
            System::Bsd
        },
        bits: if cfg!(target_pointer_width = "64") { 64 } else { 32 },
        arch: if cfg!(all(target_arch = "x86_64", target_pointer_width = "32")) {
            Arch::X32
        } else if cfg!(any(target_arch = "x86", target_arch = "x86_64")) {
            Arch::X86
        } else if cfg!(any(target_arch = "arm", target_arch = "aarch64")) {
            Arch::Arm
        } else if cfg!(any(target_arch = "riscv32", target_arch = "riscv64")) {
            Arch::RiscV
        } else if cfg!(any(target_arch = "powerpc", target_arch = "powerpc64")) {
            Arch::PowerPc
        } else if cfg!(target_arch = "s390x") {
            Arch::S390
        } else if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
            Arch::Mips
        } else if cfg!(target_arch = "loongarch64") {
            Arch::LoongArch
        } else if cfg!(any(target_arch = "sparc", target_arch = "sparc64")) {
            Arch::Sparc
        } else {
            Arch::Other(0)
        },
        big_endian: cfg!(target_endian = "big"),
    };

    /// Whether code for this machine can be loaded into this process.
    #[must_use]
    pub fn runs_here(&self) -> bool {
        // BSD loaders take unmarked ELF files, which read as Linux here.
        let system =
            self.system == Self::HOST.system || (Self::HOST.system == System::Bsd && self.system == System::Linux);
        system && self.same_processor(&Self::HOST)
    }

    /// Whether width, family and byte order agree, whatever the system.
    #[must_use]
    pub fn same_processor(&self, other: &Machine) -> bool {
        (self.bits, self.arch, self.big_endian) == (other.bits, other.arch, other.big_endian)
    }
}

/// The processor alone: `64-bit x86`.
impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-bit {}", self.bits, self.arch)?;
        // Only where both orders are in use does the order say something.
        if self.big_endian && matches!(self.arch, Arch::Arm | Arch::Mips) {
            f.write_str(" (big-endian)")?;
        }
        if !self.big_endian && self.arch == Arch::PowerPc {
            f.write_str(" (little-endian)")?;
        }
        Ok(())
    }
}
