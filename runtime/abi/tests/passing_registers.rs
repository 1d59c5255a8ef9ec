//! By-value classification against gcc: random small records passed to and returned from assembly that looks at every
//! register.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

mod support;

use std::fmt::Write;
use std::process::Command;

use moonglue_abi::{Abi, Class, FieldDef, Passing, Prim, Record, Type, passing, result_passing};
use support::compilers::run;
use support::random::{Menu, Random};
use support::spell::{Declarations, any_inside, innermost, variable};

const RECORDS: usize = 800;

/// Windows conventions are asked about with Linux's types, through gcc's `ms_abi`: sizes decide there, not names.
#[derive(Clone, Copy, PartialEq)]
enum Convention {
    SysV,
    Ms,
}

#[test]
fn random_values_travel_as_gcc_sends_them() {
    let mut random = Random::new(4_711);
    let mut types: Vec<Type> = Prim::ALL.into_iter().map(Type::Prim).collect();
    let records = (0..RECORDS).map(|_| random.record(Menu::SMALL, 2));
    types.extend(records.filter(|record| !any_inside(record, &nothing_named)).map(Type::Record));
    let answers = ask(&types);
    assert_eq!(answers.len(), 4 * types.len());
    let mut wrong = Vec::new();
    for (ty, answers) in types.iter().zip(answers.as_chunks::<4>().0) {
        let ours = [
            argument(ty, Convention::SysV),
            result(ty, Convention::SysV),
            argument(ty, Convention::Ms),
            result(ty, Convention::Ms),
        ];
        if &ours != answers {
            wrong.push(format!("{}\n  gcc:  {answers:?}\n  ours: {ours:?}\n", spelled(ty)));
        }
    }
    let shown = wrong.iter().take(5).cloned().collect::<String>();
    assert!(wrong.is_empty(), "{} of {} types differ:\n{shown}", wrong.len(), types.len());
}

fn ask(types: &[Type]) -> Vec<String> {
    let mut declarations = Declarations::default();
    let mut checks = String::new();
    let mut calls = String::new();
    for (index, ty) in types.iter().enumerate() {
        if let Type::Record(record) = ty {
            declarations.add(record, Abi::HOST);
        }
        writeln!(checks, "typedef {};", variable(ty, &format!("T{index}"))).unwrap();
        writeln!(checks, "CHECK({index}, T{index}, , _sysv, report_argument)").unwrap();
        writeln!(checks, "CHECK({index}, T{index}, __attribute__((ms_abi)), _ms, report_slot)").unwrap();
        writeln!(calls, "check_sysv{index}(); check_ms{index}();").unwrap();
    }
    let source = format!(
        "{}\n{}\n{checks}\nint main(void) {{\n{calls}\nreturn 0; }}\n",
        include_str!("support/registers.c"),
        declarations.text
    );
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (file, program) = (scratch.path().join("registers.c"), scratch.path().join("registers"));
    std::fs::write(&file, source).expect("a source file");
    let compiled = run(Command::new("gcc").args(["-std=gnu11", "-w", "-O0", "-no-pie", "-o"]).arg(&program).arg(&file));
    compiled.unwrap_or_else(|reason| panic!("{reason}"));
    let said = run(&mut Command::new(&program)).unwrap_or_else(|reason| panic!("{reason}"));
    String::from_utf8(said).expect("text").lines().map(str::to_owned).collect()
}

/// A record with bytes but none that C code can name: gcc passes it, but leaves out the code that would receive it.
fn nothing_named(record: &Record) -> bool {
    record.layout(Abi::HOST).size > 0 && !has_value(record)
}

fn has_value(record: &Record) -> bool {
    let def = record.def();
    let in_field = |field: &FieldDef| match innermost(&field.ty) {
        _ if field.name.is_empty() || field.ty.size(Abi::HOST) == 0 => false,
        Type::Record(inner) => has_value(inner),
        _ => true,
    };
    def.base.as_deref().is_some_and(has_value) || def.fields.iter().any(in_field)
}

/// What the program should print for an argument.
fn argument(ty: &Type, convention: Convention) -> String {
    let way = match convention {
        Convention::SysV => passing(ty, Abi::X86_64Linux),
        Convention::Ms => windows(ty, passing),
    };
    let classes = match &way {
        Passing::Registers(classes) => classes.as_slice(),
        _ => &[],
    };
    if convention == Convention::Ms {
        let kind = match (&way, classes) {
            (Passing::Nothing, _) => return "0 -".to_owned(),
            (Passing::Reference, _) => 'r',
            (_, [Class::Integer]) => 'i',
            (_, [Class::Sse]) => 's',
            other => panic!("no way on Windows: {other:?}"),
        };
        return format!("1 {kind}");
    }
    let integers = classes.iter().filter(|class| **class == Class::Integer).count();
    let first = match classes.first() {
        Some(Class::Integer) => 'i',
        Some(Class::Sse) => 's',
        None => '-',
    };
    format!("{integers} {} {first}", classes.len() - integers)
}

/// What the program should print for a result.
fn result(ty: &Type, convention: Convention) -> String {
    let way = match convention {
        Convention::SysV => result_passing(ty, Abi::X86_64Linux),
        Convention::Ms => windows(ty, result_passing),
    };
    match way {
        Passing::Nothing => String::new(),
        Passing::Registers(classes) => registers(&classes, ty.size(Abi::X86_64Linux)),
        Passing::X87 => "s".to_owned(),
        Passing::ComplexX87 => "st".to_owned(),
        Passing::Memory => "m".to_owned(),
        Passing::Reference | Passing::Hfa { .. } => panic!("no way for a result: {way:?}"),
    }
}

fn registers(classes: &[Class], size: usize) -> String {
    let (mut ints, mut sses) = ("ab".chars(), "cd".chars());
    let from = classes.iter().map(|class| match class {
        Class::Integer => ints.next(),
        Class::Sse => sses.next(),
    });
    let from: String = from.map(|register| register.expect("two registers of each kind")).collect();
    format!("{from:-<width$}", width = size.div_ceil(8))
}

/// Windows' answer for a type of Linux's size: asked with a stand-in where the two data models differ.
fn windows(ty: &Type, ask: fn(&Type, Abi) -> Passing) -> Passing {
    match ty {
        Type::Prim(Prim::Long | Prim::ULong | Prim::WChar) => ask(&Prim::Int.into(), Abi::X86_64Windows),
        Type::Prim(_) => ask(ty, Abi::X86_64Windows),
        _ => {
            let bytes = Type::array(Prim::UChar.into(), ty.size(Abi::X86_64Linux)).expect("a small array");
            ask(&bytes, Abi::X86_64Windows)
        }
    }
}

fn spelled(ty: &Type) -> String {
    match ty {
        Type::Record(record) => {
            let mut declarations = Declarations::default();
            declarations.add(record, Abi::HOST);
            declarations.text
        }
        other => variable(other, "value"),
    }
}
