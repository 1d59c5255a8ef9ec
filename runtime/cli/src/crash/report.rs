//! The text of a crash report. Everything here runs inside a signal handler: it only formats and writes.

use std::fmt::{self, Write};

use moonglue::{ArgumentClass, NativeArgument, NativeCall};

/// What the system says of the crash.
#[derive(Clone, Copy)]
pub(super) struct Fault {
    /// `SIGSEGV`, ...
    pub(super) name: &'static str,
    /// The name in words.
    pub(super) meaning: &'static str,
    /// The address at fault, for memory faults.
    pub(super) address: Option<usize>,
    /// The address was to be executed: it was called or jumped to.
    pub(super) executed: bool,
}

/// An address this close to an argument is taken to be reached through it.
const NEAR: usize = 4096;

/// The first line.
pub(super) fn write_fault(out: &mut impl Write, fault: Fault) -> fmt::Result {
    write!(out, "\nmoonglue: crashed: {} ({})", fault.name, fault.meaning)?;
    match fault.address {
        Some(0) if fault.executed => writeln!(out, " at address 0x0: NULL was called"),
        Some(address) if fault.executed => writeln!(out, " at address {address:#x}, which was called and is no code"),
        Some(0) => writeln!(out, " at address 0x0: NULL was dereferenced"),
        Some(address) if address < NEAR => writeln!(out, " at address {address:#x}: close to NULL"),
        Some(address) => writeln!(out, " at address {address:#x}"),
        None => writeln!(out),
    }
}

/// What was being called.
pub(super) fn write_call(out: &mut impl Write, call: &NativeCall<'_>, fault: Fault) -> fmt::Result {
    write!(out, "  in the native function {}", call.function)?;
    if let Some(library) = call.library {
        write!(out, " of {library}")?;
    }
    writeln!(out)?;
    writeln!(out, "  declared as {}", call.signature)?;
    if let Some((chunk, line)) = call.place {
        writeln!(out, "  called at {}:{line}", Text(chunk.to_bytes()))?;
    }
    for (index, argument) in call.arguments.iter().enumerate() {
        write!(out, "  argument {}: {} = ", index + 1, argument.type_name)?;
        write_value(out, argument)?;
        if let Some(address) = fault.address {
            write_nearness(out, argument, address)?;
        }
        writeln!(out)?;
    }
    if call.arguments.is_empty() {
        writeln!(out, "  without arguments")?;
    }
    Ok(())
}

fn write_value(out: &mut impl Write, argument: &NativeArgument<'_>) -> fmt::Result {
    let unused = 64u32.saturating_sub(u32::try_from(argument.size).unwrap_or(8).saturating_mul(8));
    let low = argument.bits << unused >> unused;
    match argument.class {
        ArgumentClass::Signed => write!(out, "{}", argument.bits.cast_signed() << unused >> unused),
        ArgumentClass::Unsigned => write!(out, "{low}"),
        ArgumentClass::Float if argument.size == 4 => {
            write!(out, "{:?}", f32::from_bits(u32::try_from(low).unwrap_or_default()))
        }
        ArgumentClass::Float => write!(out, "{:?}", f64::from_bits(argument.bits)),
        ArgumentClass::Pointer if argument.bits == 0 => write!(out, "NULL"),
        ArgumentClass::Pointer => write!(out, "{:#x}", argument.bits),
        _ => write!(out, "{} bytes, first {low:#x}", argument.size),
    }
}

fn write_nearness(out: &mut impl Write, argument: &NativeArgument<'_>, address: usize) -> fmt::Result {
    let is_pointer = argument.class == ArgumentClass::Pointer;
    let Ok(value) = usize::try_from(argument.bits) else { return Ok(()) };
    if argument.class == ArgumentClass::Float || !is_pointer && value == 0 {
        return Ok(());
    }
    // Near a small number is near NULL, which says nothing of an argument that is no pointer.
    if value == address {
        write!(out, "   <- the faulting address")
    } else if !is_pointer && value < NEAR {
        Ok(())
    } else if address.abs_diff(value) <= NEAR {
        let sign = if address > value { '+' } else { '-' };
        write!(out, "   <- the faulting address is this {sign} {}", address.abs_diff(value))
    } else {
        Ok(())
    }
}

/// Bytes that are mostly text, shown without allocating.
struct Text<'a>(&'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.0.utf8_chunks() {
            f.write_str(piece.valid())?;
            if !piece.invalid().is_empty() {
                f.write_char('\u{fffd}')?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argument(type_name: &'static str, class: ArgumentClass, size: usize, bits: u64) -> NativeArgument<'static> {
        NativeArgument { type_name, bits, size, class }
    }

    fn text(arguments: &[NativeArgument<'_>], address: usize) -> String {
        let call = NativeCall {
            function: "copy",
            library: Some("libexample.so"),
            signature: &"c_int copy(...)",
            arguments,
            place: Some((c"script.lua", 4)),
        };
        let fault =
            Fault { name: "SIGSEGV", meaning: "invalid memory reference", address: Some(address), executed: false };
        let mut out = String::new();
        write_fault(&mut out, fault).and_then(|()| write_call(&mut out, &call, fault)).expect("a string takes all");
        out
    }

    #[test]
    fn names_what_was_called_and_from_where() {
        let out = text(&[argument("c_int", ArgumentClass::Signed, 4, 0xffff_fffe)], 0x10_0000);
        assert!(out.contains("crashed: SIGSEGV (invalid memory reference) at address 0x100000\n"), "{out}");
        assert!(out.contains("in the native function copy of libexample.so\n"), "{out}");
        assert!(out.contains("called at script.lua:4\n"), "{out}");
        assert!(out.contains("argument 1: c_int = -2\n"), "{out}");
    }

    #[test]
    fn points_at_the_argument_at_fault() {
        let arguments = [
            argument("c_double", ArgumentClass::Float, 8, 1.5f64.to_bits()),
            argument("c_void_p", ArgumentClass::Pointer, 8, 0x5000),
            argument("c_void_p", ArgumentClass::Pointer, 8, 0x5010),
        ];
        let out = text(&arguments, 0x5010);
        assert!(out.contains("c_double = 1.5\n"), "{out}");
        assert!(out.contains("= 0x5000   <- the faulting address is this + 16\n"), "{out}");
        assert!(out.contains("= 0x5010   <- the faulting address\n"), "{out}");
    }

    #[test]
    fn null_is_named() {
        let out = text(&[argument("c_char_p", ArgumentClass::Pointer, 8, 0)], 0);
        assert!(out.contains("NULL was dereferenced"), "{out}");
        assert!(out.contains("c_char_p = NULL   <- the faulting address"), "{out}");
    }
}
