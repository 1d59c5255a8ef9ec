//! By-value classification for targets whose programs cannot run here: the assembly their compilers write shows which
//! registers a value took.

mod support;

use std::collections::HashMap;
use std::fmt::Write;

use moonglue_abi::{Abi, Class, Passing, Prim, Type, passing, result_passing};
use support::compilers::Compiler;
use support::random::{Menu, Random};
use support::spell::{Declarations, variable};

fn types() -> Vec<Type> {
    let mut random = Random::new(1_618);
    let mut types: Vec<Type> = Prim::ALL.into_iter().map(Type::Prim).collect();
    types.extend((0..200).map(|_| Type::Record(random.record(Menu::SMALL, 1))));
    types.extend((0..200).map(|_| Type::Record(random.record(Menu::FLOATS, 2))));
    types
}

/// The body of each function in the listing, its instructions' white space made single blanks.
fn functions(compiler: &Compiler, types: &[Type], flags: &[&str], template: &str) -> HashMap<String, String> {
    let mut declarations = Declarations::default();
    let mut code = String::new();
    for (index, ty) in types.iter().enumerate() {
        if let Type::Record(record) = ty {
            declarations.add(record, compiler.abi);
        }
        writeln!(code, "typedef {};", variable(ty, &format!("T{index}"))).unwrap();
        writeln!(code, "{}", template.replace("#", &index.to_string())).unwrap();
    }
    let listing = compiler.listing(&format!("{}\n{code}", declarations.text), flags);
    let mut bodies: HashMap<String, String> = HashMap::new();
    let mut current = None;
    for line in listing.lines() {
        match line.strip_suffix(':') {
            Some(label) if !label.starts_with(['.', 'L']) => current = Some(label.trim_start_matches('_').to_owned()),
            Some(_) => {}
            None => {
                let instruction = line.split_whitespace().collect::<Vec<_>>().join(" ");
                if let (Some(name), false) = (&current, instruction.starts_with('.')) {
                    *bodies.entry(name.clone()).or_default() += &format!("{instruction}\n");
                }
            }
        }
    }
    bodies
}

fn report(abi: Abi, types: &[Type], wrong: &[String]) {
    let shown = wrong.iter().take(5).cloned().collect::<String>();
    assert!(wrong.is_empty(), "{}: {} of {} types differ:\n{shown}", abi.name(), wrong.len(), types.len());
}

fn spelled(ty: &Type, abi: Abi) -> String {
    let mut declarations = Declarations::default();
    if let Type::Record(record) = ty {
        declarations.add(record, abi);
    }
    format!("{}{}", declarations.text, variable(ty, "value"))
}

#[test]
fn values_travel_on_arm_as_gcc_sends_them() {
    let abi = Abi::Aarch64Linux;
    let Some(compiler) = Compiler::find_or_say(abi) else { return };
    let types = types();
    // What comes after a value shows how many registers of each kind the value took.
    let template = "int int#(T# value, int next) { return next; }\n\
        double float#(T# value, double next) { return next; }\n\
        T# make#(void);\nvoid take#(T# *out) { *out = make#(); }";
    let bodies = functions(&compiler, &types, &["-O2"], template);
    let mut wrong = Vec::new();
    for (index, ty) in types.iter().enumerate() {
        let body = |name: &str| bodies[&format!("{name}{index}")].as_str();
        let seen = (
            register_moved(body("int"), "mov w0, w"),
            register_moved(body("float"), "fmov d0, d"),
            body("take").lines().take_while(|line| !line.contains("make")).any(|line| line.contains(" x8, ")),
        );
        let (integers, floats) = match passing(ty, abi) {
            Passing::Nothing => (0, 0),
            Passing::Registers(classes) => (classes.len(), 0),
            Passing::Reference => (1, 0),
            Passing::Hfa { count, .. } => (0, count.into()),
            other => panic!("no way on ARM: {other:?}"),
        };
        let ours = (integers, floats, result_passing(ty, abi) == Passing::Memory);
        if seen != ours {
            wrong.push(format!("{}\n  gcc:  {seen:?}\n  ours: {ours:?}\n", spelled(ty, abi)));
        }
    }
    report(abi, &types, &wrong);
}

/// Which register the function returned; 0 when nothing had to be moved.
fn register_moved(body: &str, instruction: &str) -> usize {
    body.lines().find_map(|line| line.strip_prefix(instruction)).map_or(0, |number| number.parse().expect("a register"))
}

#[test]
fn results_come_back_on_32_bit_linux_as_gcc_gives_them() {
    i386_results(Abi::I386Linux);
}

#[test]
fn results_come_back_on_32_bit_windows_as_gcc_gives_them() {
    i386_results(Abi::I386Windows);
}

fn i386_results(abi: Abi) {
    let Some(compiler) = Compiler::find_or_say(abi) else { return };
    let types = types();
    // The argument is not the first thing on the stack when a hidden pointer is.
    let template = "T# make#(int);\nvoid take#(T# *out) { *out = make#(77); }";
    let flags = ["-O1", "-fno-pic", "-maccumulate-outgoing-args", "-mno-sse", "-fomit-frame-pointer"];
    let bodies = functions(&compiler, &types, &flags, template);
    let mut wrong = Vec::new();
    for (index, ty) in types.iter().enumerate() {
        let body = &bodies[&format!("take{index}")];
        let mut after_call = body.lines().skip_while(|line| !line.starts_with("call"));
        let stores_register = |line: &str| line.split(' ').nth(1).is_some_and(|source| source.starts_with('%'));
        let first_use = after_call.find(|line| line.starts_with("fst") || stores_register(line));
        let seen = if body.contains("movl $77, 4(%esp)") {
            "memory"
        } else if first_use.is_some_and(|line| line.starts_with("fst")) {
            "x87"
        } else {
            "registers"
        };
        let ours = match result_passing(ty, abi) {
            Passing::Memory => "memory",
            Passing::X87 => "x87",
            Passing::Registers(classes) => {
                assert!(classes.iter().all(|class| *class == Class::Integer));
                "registers"
            }
            other => panic!("no way for a result: {other:?}"),
        };
        if seen != ours && !(abi.is_windows() && only_gcc_differs(ty, seen)) {
            wrong.push(format!("{}\n  gcc:  {seen:?}\n  ours: {ours:?}\n{body}", spelled(ty, abi)));
        }
    }
    report(abi, &types, &wrong);
}

/// Where gcc leaves the rule of Microsoft's compiler, which we keep: a struct that is one float comes back in `st0`, and one
/// with a part that no integer register holds whole comes back in memory, even when the struct itself would fit.
fn only_gcc_differs(ty: &Type, seen: &str) -> bool {
    match ty {
        Type::Record(_) if seen == "x87" => true,
        Type::Record(_) if seen == "memory" => has_odd_part(ty),
        _ => false,
    }
}

fn has_odd_part(ty: &Type) -> bool {
    let odd = !matches!(ty.size(Abi::I386Windows), 0 | 1 | 2 | 4 | 8);
    match ty {
        Type::Record(record) => {
            let def = record.def();
            let base = def.base.as_ref().is_some_and(|base| has_odd_part(&Type::Record(base.clone())));
            odd || base || def.fields.iter().any(|field| has_odd_part(&field.ty))
        }
        Type::Array(..) => odd,
        Type::Void | Type::Prim(_) => false,
    }
}
