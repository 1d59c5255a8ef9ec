//! Layouts against the C compilers of all targets, on random records.

mod support;

use std::sync::Arc;

use moonglue_abi::{Abi, BitRules, Record};
use support::compilers::Compiler;
use support::observe::{observe, predict};
use support::random::{Menu, Random};
use support::spell::{Declarations, any_inside};

const RECORDS: usize = 1500;

#[test]
fn random_records_lie_as_the_compilers_lay_them() {
    let mut random = Random::new(20_261_125);
    let records: Vec<_> = (0..RECORDS).map(|_| random.record(Menu::EVERYTHING, 2)).collect();
    for compiler in Compiler::all_present() {
        compare(&compiler, &records);
    }
}

/// Whether the compiler has an answer of its own for this record.
fn comparable(record: &Record, abi: Abi) -> bool {
    let asks_for_ms = |record: &Record| record.def().options.bit_rules == Some(BitRules::Ms);
    match abi {
        // gcc has no MS rules on ARM.
        Abi::Aarch64Linux => !any_inside(record, &asks_for_ms),
        // The one difference we keep: with MS rules inside, a record of the size and alignment of one `double` or `long long`
        // is aligned to 8 among MS records, but to 4 for `_Alignof` and elsewhere. Here it always is 8.
        Abi::I386Linux => {
            let like_a_double = |record: &Record| {
                let layout = record.layout(abi);
                matches!(layout.size, 8 | 16) && layout.align == 8 && record.def().options.align.is_none()
            };
            !any_inside(record, &asks_for_ms) || !any_inside(record, &like_a_double)
        }
        _ => true,
    }
}

fn compare(compiler: &Compiler, records: &[Arc<Record>]) {
    let abi = compiler.abi;
    let records: Vec<_> = records.iter().filter(|record| comparable(record, abi)).cloned().collect();
    let observed = observe(compiler, &records);
    let mut wrong = 0;
    let mut first = String::new();
    for (record, seen) in records.iter().zip(observed) {
        let ours = predict(record, abi);
        if ours != seen {
            wrong += 1;
            if wrong <= 3 {
                let mut declarations = Declarations::default();
                declarations.add(record, abi);
                first += &format!("{}\n  gcc:  {seen:x?}\n  ours: {ours:x?}\n", declarations.text);
            }
        }
    }
    assert!(wrong == 0, "{}: {wrong} of {} records differ:\n{first}", abi.name(), records.len());
}
