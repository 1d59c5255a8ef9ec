//! The targets whose C data model is known.

/// A target: processor, operating system and the conventions of its usual C compiler.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Abi {
    /// 64-bit x86, System V conventions (Linux; macOS and the BSDs agree with it in everything described here).
    X86_64Linux,
    /// 32-bit x86, System V conventions.
    I386Linux,
    /// 64-bit Windows, as mingw gcc sees it (`long double` is the 80-bit format).
    X86_64Windows,
    /// 32-bit Windows, as mingw gcc sees it.
    I386Windows,
    /// 64-bit ARM, AAPCS64, little-endian.
    Aarch64Linux,
}

/// How bit fields share storage.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BitRules {
    /// A bit field follows the one before it unless it would cross a boundary of its own type (gcc on Unix).
    SysV,
    /// A bit field only shares storage with neighbours whose type has the same size (Windows compilers, gcc's `ms_struct`).
    Ms,
}

impl Abi {
    /// The target this program was compiled for.
    pub const HOST: Abi = host();

    /// Every known target.
    pub const ALL: [Abi; 5] =
        [Abi::X86_64Linux, Abi::I386Linux, Abi::X86_64Windows, Abi::I386Windows, Abi::Aarch64Linux];

    /// The target's name, for example `x86_64-linux`.
    pub fn name(self) -> &'static str {
        match self {
            Abi::X86_64Linux => "x86_64-linux",
            Abi::I386Linux => "i386-linux",
            Abi::X86_64Windows => "x86_64-windows",
            Abi::I386Windows => "i386-windows",
            Abi::Aarch64Linux => "aarch64-linux",
        }
    }

    /// The target with that [`name`](Abi::name).
    pub fn from_name(name: &str) -> Option<Abi> {
        Abi::ALL.into_iter().find(|abi| abi.name() == name)
    }

    /// Size of a data or function pointer, in bytes.
    pub fn pointer_size(self) -> usize {
        match self {
            Abi::X86_64Linux | Abi::X86_64Windows | Abi::Aarch64Linux => 8,
            Abi::I386Linux | Abi::I386Windows => 4,
        }
    }

    /// Whether this is one of the Windows targets.
    pub fn is_windows(self) -> bool {
        matches!(self, Abi::X86_64Windows | Abi::I386Windows)
    }

    /// The bit-field rules C code gets on this target without asking for others.
    pub fn default_bit_rules(self) -> BitRules {
        if self.is_windows() { BitRules::Ms } else { BitRules::SysV }
    }

    /// Position in [`Abi::ALL`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

const fn host() -> Abi {
    let windows = cfg!(windows);
    if cfg!(target_arch = "x86_64") {
        if windows { Abi::X86_64Windows } else { Abi::X86_64Linux }
    } else if cfg!(target_arch = "x86") {
        if windows { Abi::I386Windows } else { Abi::I386Linux }
    } else if cfg!(target_arch = "aarch64") {
        Abi::Aarch64Linux
    } else {
        panic!("the C data model of this processor is not known")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for (position, abi) in Abi::ALL.into_iter().enumerate() {
            assert_eq!(Abi::from_name(abi.name()), Some(abi));
            assert_eq!(abi.index(), position);
        }
        assert_eq!(Abi::from_name("x86_64"), None);
    }

    #[test]
    fn host_pointers_are_ours() {
        assert_eq!(Abi::HOST.pointer_size(), size_of::<*const u8>());
    }
}
