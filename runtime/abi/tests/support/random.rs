//! Random records, the same ones for the same seed.

use std::sync::Arc;

use moonglue_abi::{Abi, BitRules, ByteOrder, FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type};

/// SplitMix64: small, and good enough to shuffle field types.
pub struct Random {
    state: u64,
    records: usize,
    fields: usize,
}

/// What records may contain.
#[derive(Clone, Copy)]
pub struct Menu {
    pub bit_rules: bool,
    pub big_endian: bool,
    pub bit_fields: bool,
    pub most_fields: u64,
    pub prims: &'static [Prim],
}

const FLOATS: [Prim; 5] = [Prim::Float, Prim::Double, Prim::LongDouble, Prim::FloatComplex, Prim::DoubleComplex];

impl Menu {
    pub const EVERYTHING: Menu =
        Menu { bit_rules: true, big_endian: true, bit_fields: true, most_fields: 6, prims: &Prim::ALL };
    /// Records that tend to fit two registers, of the kinds C code passes by value.
    pub const SMALL: Menu =
        Menu { bit_rules: false, big_endian: false, bit_fields: true, most_fields: 3, prims: &Prim::ALL };
    /// Records that tend to be nothing but floats.
    pub const FLOATS: Menu = Menu { bit_fields: false, prims: &FLOATS, ..Menu::SMALL };
}

impl Random {
    /// The seed comes from `MOONGLUE_SEED` when that is set, so that a run can explore other records.
    pub fn new(default_seed: u64) -> Random {
        let seed = std::env::var("MOONGLUE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(default_seed);
        Random { state: seed, records: 0, fields: 0 }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    pub fn record(&mut self, menu: Menu, depth: usize) -> Arc<Record> {
        let kind = if self.percent(75) { RecordKind::Struct } else { RecordKind::Union };
        let base = (depth > 0 && self.percent(8)).then(|| self.record(menu, depth - 1));
        let base = base.filter(|base| base.def().kind == kind);
        // Records where many bit fields meet are the hard ones.
        let bit_chance = self.pick(&[0, 25, 60, 90]);
        let count = self.below(menu.most_fields + 1);
        let fields = (0..count).map(|_| self.field(menu, depth, bit_chance)).collect();
        let options = self.options(menu);
        self.records += 1;
        let name = format!("R{}", self.records);
        Arc::new(Record::new(RecordDef { kind, name, base, fields, options }).expect("a valid record"))
    }

    fn options(&mut self, menu: Menu) -> RecordOptions {
        RecordOptions {
            pack: self.percent(30).then(|| self.pick(&[1, 2, 4, 8, 16])),
            align: self.percent(15).then(|| self.pick(&[1, 2, 4, 8, 16, 32])),
            bit_rules: (menu.bit_rules && self.percent(40))
                .then(|| self.pick(&[BitRules::SysV, BitRules::Ms, BitRules::Ms])),
            order: if menu.big_endian && self.percent(12) { ByteOrder::Big } else { ByteOrder::Native },
        }
    }

    fn field(&mut self, menu: Menu, depth: usize, bit_chance: u64) -> FieldDef {
        if menu.bit_fields && self.percent(bit_chance) {
            return self.bit_field();
        }
        let ty = self.ty(menu, depth);
        FieldDef { name: self.field_name(), ty, bits: None }
    }

    fn field_name(&mut self) -> String {
        self.fields += 1;
        format!("f{}", self.fields)
    }

    fn bit_field(&mut self) -> FieldDef {
        let usable: Vec<Prim> = Prim::ALL.into_iter().filter(|prim| prim.allows_bits()).collect();
        let prim = self.pick(&usable);
        let most = match prim {
            Prim::Bool => 1,
            // Every target must have the field for C to accept it there.
            prim => Abi::ALL.into_iter().map(|abi| 8 * prim.size(abi) as u64).min().expect("there are targets"),
        };
        let width = match self.below(8) {
            0 => most,
            1 | 2 => most.min(self.pick(&[8, 16, 32])),
            _ => 1 + self.below(most),
        };
        let (name, width) = match self.below(20) {
            0 => (String::new(), 0),
            1 | 2 => (String::new(), width),
            _ => (self.field_name(), width),
        };
        FieldDef { name, ty: prim.into(), bits: Some(width as u32) }
    }

    fn ty(&mut self, menu: Menu, depth: usize) -> Type {
        match self.below(10) {
            0 | 1 if depth > 0 => Type::Record(self.record(menu, depth - 1)),
            2 if depth > 0 => {
                let elem = self.ty(menu, depth - 1);
                Type::array(elem, self.below(4) as usize).expect("a small array")
            }
            _ => self.pick(menu.prims).into(),
        }
    }
}
