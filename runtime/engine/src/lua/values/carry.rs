//! The bytes of a value as another target has them.

use moonglue_abi::{Place, Step};

use crate::lua::remote::carry::{bits, load, store};

/// Why a value cannot be carried over.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum CarryError {
    /// An integer that has no room.
    #[error("{value} does not fit the {bits} bits it has on this side")]
    OutOfRange {
        /// The integer.
        value: i128,
        /// Its bits over here.
        bits: u32,
    },
    /// A union whose members are laid out differently.
    #[error("a union whose members are of other sizes on this side, so that nothing tells how to read it")]
    Union,
    /// An address, which means nothing here.
    #[error("an address means nothing on this side")]
    Address,
}

/// Follows the steps of a `Transfer` from the bytes `from` to the zeroed bytes `to`, which are as long as it says.
pub(super) fn carry(steps: &[Step], from: &[u8], to: &mut [u8]) -> Result<(), CarryError> {
    for step in steps {
        match step {
            Step::Copy { at, len } => to[at.to..at.to + len].copy_from_slice(&from[at.from..at.from + len]),
            Step::Integer { at, from_size, to_size, signed, swapped } => {
                let here = &from[at.from..at.from + usize::from(*from_size)];
                let there = &mut to[at.to..at.to + usize::from(*to_size)];
                // SAFETY: the slice has as many bytes as the integer.
                let value = unsafe { load(here.as_ptr(), *from_size, *signed, *swapped) };
                let value = narrowed(value, u32::from(*to_size) * 8, *signed)?;
                // SAFETY: the slice has as many bytes as the integer.
                unsafe { store(there.as_mut_ptr(), *to_size, value, *swapped) };
            }
            Step::Bits { at, from: spot, to: spot_there, signed, swapped } => {
                let unit = &from[at.from..at.from + usize::from(spot.size)];
                let unit_there = &mut to[at.to..at.to + usize::from(spot_there.size)];
                // SAFETY: the slice has the bytes of the unit.
                let value = unsafe { bits(spot, *signed, *swapped).load(unit.as_ptr()) };
                let value = narrowed(value, spot_there.width.into(), *signed)?;
                // SAFETY: the slice has the bytes of the unit.
                unsafe { bits(spot_there, *signed, *swapped).store(unit_there.as_mut_ptr(), value) };
            }
            Step::Union { at, from_size, to_size, .. } if from_size == to_size => {
                to[at.to..at.to + to_size].copy_from_slice(&from[at.from..at.from + from_size]);
            }
            Step::Union { .. } => return Err(CarryError::Union),
            Step::Pointer { .. } => return Err(CarryError::Address),
            Step::Repeat { at, count, stride, steps } => {
                for n in 0..*count {
                    let item = Place { from: at.from + n * stride.from, to: at.to + n * stride.to };
                    carry(steps, &from[item.from..], &mut to[item.to..])?;
                }
            }
        }
    }
    Ok(())
}

/// The value, refused when that many bits do not hold it: another process is to see the same number.
fn narrowed(value: u64, bits: u32, signed: bool) -> Result<u64, CarryError> {
    let number = if signed { i128::from(value.cast_signed()) } else { i128::from(value) };
    let (lowest, end) = if signed { (-(1 << (bits - 1)), 1 << (bits - 1)) } else { (0, 1 << bits) };
    if (lowest..end).contains(&number) { Ok(value) } else { Err(CarryError::OutOfRange { value: number, bits }) }
}
