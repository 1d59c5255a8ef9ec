//! Chooses the records, the same ones for the same seed.

use super::{Class, Field, Kind, Record, SCALARS};

/// A source of choices: xorshift64*, which is the same on every machine.
#[derive(Debug)]
pub struct Choice(u64);

impl Choice {
    /// Choices that depend on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// One of `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).expect("31 bits fit") % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// `count` records; later ones may hold earlier ones.
pub fn generate(seed: u64, count: usize) -> Vec<Record> {
    let mut choice = Choice::new(seed);
    let mut records: Vec<Record> = Vec::with_capacity(count);
    for index in 0..count {
        let is_union = choice.one_in(5);
        let pack = choice.one_in(4).then(|| choice.pick(&[1, 2, 4, 8]));
        let has_bits = choice.one_in(3);
        // GCC's ms_struct and Microsoft's compiler part ways for packed records.
        let ms = has_bits && pack.is_none() && !is_union && choice.one_in(3);
        let align = (pack.is_none() && !ms && choice.one_in(8)).then(|| choice.pick(&[2, 8, 16]));
        let fields =
            (0..1 + choice.below(6)).map(|i| field(&mut choice, &records, format!("f{i}"), has_bits)).collect();
        records.push(Record { name: format!("R{index}"), is_union, pack, align, ms, fields });
    }
    records
}

fn field(choice: &mut Choice, records: &[Record], name: String, has_bits: bool) -> Field {
    if has_bits && choice.below(3) > 0 {
        let scalar = choice.below(9);
        let most = match SCALARS[scalar].class {
            Class::Signed(bits) | Class::Unsigned(bits) => bits as usize,
            _ => 1,
        };
        let bits = u32::try_from(1 + choice.below(most)).expect("at most 64");
        return Field { name, kind: Kind::Scalar(scalar), bits: Some(bits) };
    }
    Field { name, kind: kind(choice, records, 0), bits: None }
}

fn kind(choice: &mut Choice, records: &[Record], depth: usize) -> Kind {
    match choice.below(8) {
        0 if depth < 2 => Kind::Array(Box::new(kind(choice, records, depth + 1)), 1 + choice.below(4)),
        1 if !records.is_empty() => {
            let index = choice.below(records.len());
            // Nesting of nesting would grow without end.
            let is_flat = records[index].fields.iter().all(|field| matches!(field.kind, Kind::Scalar(_)));
            if is_flat { Kind::Record(index) } else { Kind::Scalar(choice.below(SCALARS.len())) }
        }
        // Long double and complex are rarer in life; small integers make the padding.
        2..=5 => Kind::Scalar(choice.below(11)),
        _ => Kind::Scalar(choice.below(SCALARS.len())),
    }
}
