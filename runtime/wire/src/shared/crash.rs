//! How a bridge died, in a form that can be written down in a signal handler.

/// Bytes kept of the names.
const SYMBOL: usize = 256;
const OBJECT: usize = 512;

/// Words of the numbers in front of the names.
const NUMBERS: usize = 9;

/// What kind of end it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashKind {
    /// A fatal signal.
    Signal,
    /// The library ended the process with `exit`.
    Exit,
}

/// How a process died. `Name` is what names are in: bytes for the one who writes it down, [`CrashRecord`] for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crash<Name> {
    /// What kind of end it is.
    pub kind: CrashKind,
    /// The signal, or the exit status.
    pub number: i32,
    /// The signal's code.
    pub code: i32,
    /// The address the signal is about.
    pub address: u64,
    /// The instruction.
    pub pc: u64,
    /// The host's number of the function that was being called, [`Call::function`](crate::Call::function).
    pub function: u32,
    /// The thread of the bridge, [`u32::MAX`] for one that never had to do with it.
    pub thread: u32,
    /// The symbol the instruction belongs to, where that is known.
    pub symbol: Name,
    /// The file the instruction belongs to, where that is known.
    pub object: Name,
}

/// What a bridge has left behind.
pub type CrashRecord = Crash<Option<String>>;

impl Crash<&[u8]> {
    /// Gives each word with its number.
    pub(super) fn write(&self, mut put: impl FnMut(usize, u32)) {
        let numbers: [u32; NUMBERS] = [
            match self.kind {
                CrashKind::Signal => 0,
                CrashKind::Exit => 1,
            },
            self.number.cast_unsigned(),
            self.code.cast_unsigned(),
            self.address as u32,
            (self.address >> 32) as u32,
            self.pc as u32,
            (self.pc >> 32) as u32,
            self.function,
            self.thread,
        ];
        for (at, number) in numbers.into_iter().enumerate() {
            put(at, number);
        }
        write_name(self.symbol, NUMBERS, SYMBOL, &mut put);
        write_name(self.object, NUMBERS + SYMBOL / 4, OBJECT, &mut put);
    }
}

impl CrashRecord {
    /// Reads the words back; `None` when they make no sense.
    pub(super) fn read(get: impl Fn(usize) -> u32) -> Option<CrashRecord> {
        let long = |at| u64::from(get(at)) | u64::from(get(at + 1)) << 32;
        Some(CrashRecord {
            kind: match get(0) {
                0 => CrashKind::Signal,
                1 => CrashKind::Exit,
                _ => return None,
            },
            number: get(1).cast_signed(),
            code: get(2).cast_signed(),
            address: long(3),
            pc: long(5),
            function: get(7),
            thread: get(8),
            symbol: read_name(NUMBERS, SYMBOL, &get),
            object: read_name(NUMBERS + SYMBOL / 4, OBJECT, &get),
        })
    }
}

/// Four bytes to a word, zeros behind; of a name that is too long, the first part.
fn write_name(name: &[u8], at: usize, room: usize, put: &mut impl FnMut(usize, u32)) {
    let byte = |index: usize| if index < room - 1 { name.get(index).copied().unwrap_or(0) } else { 0 };
    for word in 0..room / 4 {
        let bytes = [byte(4 * word), byte(4 * word + 1), byte(4 * word + 2), byte(4 * word + 3)];
        put(at + word, u32::from_le_bytes(bytes));
    }
}

fn read_name(at: usize, room: usize, get: &impl Fn(usize) -> u32) -> Option<String> {
    let bytes: Vec<u8> = (0..room / 4).flat_map(|word| get(at + word).to_le_bytes()).collect();
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    (end > 0).then(|| String::from_utf8_lossy(&bytes[..end]).into_owned())
}
