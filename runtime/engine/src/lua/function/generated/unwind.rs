//! What unwinders need to go on through generated code: a crash report's native backtrace does not end there.
//!
//! The code has one shape: `push rbx`, then a fixed frame. The table says so in DWARF's terms, as compilers write it into
//! `.eh_frame`, and is handed to the unwinder of the C compiler's runtime.

/// The description of one piece of code, known to the unwinder as long as this lives.
pub(super) struct Unwind(#[cfg(all(target_os = "linux", target_env = "gnu"))] Box<[u8]>);

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod tables {
    use super::Unwind;

    const DEF_CFA: u8 = 0x0c;
    const DEF_CFA_OFFSET: u8 = 0x0e;
    const ADVANCE: u8 = 0x40;
    const OFFSET: u8 = 0x80;
    const RSP: u8 = 7;
    const RBX: u8 = 3;
    const RETURN_ADDRESS: u8 = 16;
    const PUSH_RBX: u8 = 1;
    /// Bytes of `sub rsp, frame` with four bytes of `frame`.
    const SUB_RSP: u8 = 7;

    unsafe extern "C" {
        fn __register_frame(begin: *const u8);
        fn __deregister_frame(begin: *const u8);
    }

    fn unsigned(mut v: u32, out: &mut Vec<u8>) {
        while v >= 0x80 {
            out.push(v as u8 | 0x80);
            v >>= 7;
        }
        out.push(v as u8);
    }

    /// A record: its length, its words, and padding to eight bytes.
    fn record(body: &[u8], out: &mut Vec<u8>) {
        let padded = (body.len() + 4).next_multiple_of(8) - 4;
        out.extend((padded as u32).to_ne_bytes());
        out.extend(body);
        out.resize(out.len() + padded - body.len(), 0);
    }

    impl Unwind {
        /// Describes `size` bytes of code at `start` with that frame.
        pub(in super::super) fn new(start: *const u8, size: usize, frame: i32) -> Unwind {
            let mut table = Vec::new();
            // What all pieces share: version 1, no augmentation, units of one byte up and eight bytes down.
            let mut common = vec![0, 0, 0, 0, 1, 0, 1, 0x78, RETURN_ADDRESS];
            common.extend([DEF_CFA, RSP, 8, OFFSET | RETURN_ADDRESS, 1]);
            record(&common, &mut table);
            // The distance back to the common record, counted from here.
            let mut piece = (table.len() as u32 + 4).to_ne_bytes().to_vec();
            piece.extend((start as usize).to_ne_bytes());
            piece.extend(size.to_ne_bytes());
            piece.extend([ADVANCE | PUSH_RBX, DEF_CFA_OFFSET, 16, OFFSET | RBX, 2, ADVANCE | SUB_RSP, DEF_CFA_OFFSET]);
            unsigned(16 + frame.unsigned_abs(), &mut piece);
            record(&piece, &mut table);
            table.extend([0; 4]);
            let table = table.into_boxed_slice();
            // SAFETY: a whole table with the end that the unwinder looks for; it stays where it is until it is taken back.
            unsafe { __register_frame(table.as_ptr()) };
            Unwind(table)
        }
    }

    impl Drop for Unwind {
        fn drop(&mut self) {
            // SAFETY: registered by `new`, which is the only way to make one.
            unsafe { __deregister_frame(self.0.as_ptr()) };
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
impl Unwind {
    pub(super) fn new(_: *const u8, _: usize, _: i32) -> Unwind {
        Unwind()
    }
}
