//! Aggregates of many kinds, made from a fixed seed.

use moonglue_abi::Prim;

/// A type, as the test describes it to C and to us.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Prim(Prim),
    Array(Box<Shape>, usize),
    Record(Box<Aggregate>),
}

/// A struct or union.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aggregate {
    pub(crate) union: bool,
    pub(crate) pack: Option<u32>,
    pub(crate) align: Option<u32>,
    pub(crate) fields: Vec<Field>,
}

/// A field, with its width if it is a bit field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) shape: Shape,
    pub(crate) bits: Option<u32>,
}

impl From<Shape> for Field {
    fn from(shape: Shape) -> Field {
        Field { shape, bits: None }
    }
}

impl From<Prim> for Field {
    fn from(prim: Prim) -> Field {
        Shape::Prim(prim).into()
    }
}

const KINDS: [Prim; 7] = [Prim::SChar, Prim::Short, Prim::Int, Prim::Long, Prim::Float, Prim::Double, Prim::LongDouble];

/// A small generator: the same sequence on every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// Every aggregate of the matrix.
pub(crate) fn all() -> Vec<Aggregate> {
    let mut list = known_traps();
    for size in 1..=64 {
        list.push(structure([array(Prim::SChar, size).into()]));
        if size <= 20 {
            list.push(packed(1, [Prim::SChar.into(), array(Prim::SChar, size - 1).into(), Prim::Short.into()]));
        }
    }
    for (index, first) in KINDS.into_iter().enumerate() {
        list.push(structure([first.into()]));
        for second in KINDS {
            list.push(structure([first.into(), second.into()]));
            list.push(packed(1, [first.into(), second.into()]));
        }
        for second in &KINDS[index + 1..] {
            list.push(union([first.into(), (*second).into()]));
        }
    }
    let mut dice = Dice::new(2026);
    for _ in 0..120 {
        list.push(random(&mut dice, 0));
    }
    list.extend(aligned(60, 64));
    list
}

/// So many at random, each with an alignment of its own: from 1 to 128 bytes, or that of its fields.
pub(crate) fn aligned(count: usize, seed: u64) -> Vec<Aggregate> {
    let mut dice = Dice::new(seed);
    let next = |_| {
        let mut aggregate = random(&mut dice, 1);
        if dice.one_in(3) {
            let inner = Aggregate { align: Some(1 << dice.below(8)), ..random(&mut dice, 2) };
            aggregate.fields.push(Shape::Record(Box::new(inner)).into());
        }
        Aggregate { align: [None, Some(1 << dice.below(8))][dice.below(4).min(1)], ..aggregate }
    };
    (0..count).map(next).collect()
}

/// What libffi alone, or a careless classification, gets wrong.
fn known_traps() -> Vec<Aggregate> {
    use Prim::*;
    let nested = |aggregate: Aggregate| Field::from(Shape::Record(Box::new(aggregate)));
    let bits = |prim: Prim, bits: u32| Field { shape: Shape::Prim(prim), bits: Some(bits) };
    vec![
        union([Double.into(), Long.into()]),
        union([array(Float, 4).into(), array(Double, 2).into()]),
        packed(1, [SChar.into(), Double.into()]),
        packed(1, [SChar.into(), Int.into(), Short.into()]),
        packed(2, [Short.into(), Double.into(), Int.into()]),
        structure([LongDouble.into()]),
        structure([array(LongDouble, 1).into()]),
        union([LongDouble.into(), Double.into()]),
        packed(1, [LongDouble.into()]),
        structure([array(Float, 3).into()]),
        structure([Float.into(), Float.into(), Int.into()]),
        structure([Int.into(), Float.into(), Double.into()]),
        structure([FloatComplex.into()]),
        structure([FloatComplex.into(), Int.into()]),
        structure([DoubleComplex.into()]),
        structure([LongDoubleComplex.into()]),
        union([FloatComplex.into(), Long.into()]),
        structure([bits(Int, 3), bits(Int, 9), bits(UInt, 20)]),
        structure([bits(LongLong, 40), bits(LongLong, 40)]),
        structure([Float.into(), bits(Int, 7)]),
        packed(1, [bits(Int, 5), bits(LongLong, 33), SChar.into()]),
        structure([nested(structure([Double.into()])), nested(union([Float.into(), Int.into()]))]),
        structure([nested(packed(1, [SChar.into(), Short.into()])), Double.into()]),
        Aggregate { align: Some(16), ..structure([Int.into()]) },
        Aggregate { align: Some(16), ..structure([Double.into()]) },
        Aggregate { align: Some(16), ..structure([Int.into(), Float.into(), Double.into()]) },
        Aggregate { align: Some(16), ..structure([Int.into(), Long.into(), Double.into()]) },
        Aggregate { align: Some(8), ..structure([Float.into()]) },
        structure([nested(Aggregate { align: Some(16), ..structure([Float.into()]) })]),
        Aggregate { align: Some(32), ..structure([Double.into()]) },
        Aggregate { align: Some(32), ..structure([Float.into(), Float.into()]) },
        Aggregate { align: Some(32), ..structure([Int.into(), Double.into(), Long.into(), SChar.into()]) },
        Aggregate { align: Some(32), ..structure([LongDouble.into()]) },
        Aggregate { align: Some(32), ..union([Double.into(), array(SChar, 33).into()]) },
        Aggregate { align: Some(32), ..packed(1, [SChar.into(), Double.into()]) },
        Aggregate { align: Some(64), ..structure([Int.into()]) },
        Aggregate { align: Some(64), ..structure([array(Double, 9).into()]) },
        Aggregate { align: Some(128), ..structure([SChar.into(), LongDoubleComplex.into()]) },
        structure([Long.into(), nested(Aggregate { align: Some(32), ..structure([Float.into()]) })]),
        packed(4, [Short.into(), nested(Aggregate { align: Some(64), ..structure([Double.into()]) })]),
    ]
}

fn random(dice: &mut Dice, depth: usize) -> Aggregate {
    let union = dice.one_in(4);
    let pack = if dice.one_in(4) { Some([1, 2, 4][dice.below(3)]) } else { None };
    let count = 1 + dice.below(4);
    let fields = (0..count).map(|_| random_field(dice, depth)).collect();
    Aggregate { union, pack, align: None, fields }
}

fn random_field(dice: &mut Dice, depth: usize) -> Field {
    // Small types more often: only aggregates of up to 16 bytes travel in registers.
    let prim = if dice.one_in(8) { Prim::LongDouble } else { KINDS[dice.below(6)] };
    match dice.below(6) {
        0 if depth < 2 => Shape::Record(Box::new(random(dice, depth + 1))).into(),
        1 => array(prim, 1 + dice.below(3)).into(),
        _ => prim.into(),
    }
}

fn array(element: Prim, count: usize) -> Shape {
    Shape::Array(Box::new(Shape::Prim(element)), count)
}

pub(crate) fn structure(fields: impl IntoIterator<Item = Field>) -> Aggregate {
    Aggregate { fields: fields.into_iter().collect(), ..Aggregate::default() }
}

fn union(fields: impl IntoIterator<Item = Field>) -> Aggregate {
    Aggregate { union: true, ..structure(fields) }
}

fn packed(pack: u32, fields: impl IntoIterator<Item = Field>) -> Aggregate {
    Aggregate { pack: Some(pack), ..structure(fields) }
}
