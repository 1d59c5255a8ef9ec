//! Aggregates as C source, and as our own types.

use std::fmt::Write;
use std::sync::Arc;

use moonglue_abi::{Abi, FieldDef, Prim, Record, RecordDef, RecordKind, RecordOptions, Type};

use super::shapes::{Aggregate, Dice, Shape};

/// An aggregate together with the functions that are made for it in C.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// How many `I` (`long long`) and `double` parameters stand in front of it in its crowded function: around where the
    /// registers end.
    pub(crate) ints: usize,
    pub(crate) doubles: usize,
}

/// A value inside an aggregate: how C reaches it, its type, and its width if it is a bit field.
struct Leaf {
    path: String,
    prim: Prim,
    bits: Option<u32>,
}

const HEAD: &str = "#include <stdarg.h>
#include <string.h>
typedef unsigned long long U;
typedef long long I;
static __attribute__((noipa)) U astray(void *at, U align) { return (unsigned long)at % align * 1000003; }
";

/// C source for all aggregates, and what each is called.
///
/// For an aggregate `A` there are, with `sum` a checksum of the values in it:
/// - `size_A`, `align_A`, `fill_A(A *, seed)`, `sum_A(A *)`
/// - `take_A(int, double, A, I, float)`: a checksum of it and its neighbours
/// - `crowd_A(I.., double.., A, A, int, double)`: the same where registers run out
/// - `vary_A(int, A, ...)`: the same of `double, A, I, A, int` among variadic arguments
/// - `give_A(int, double, I seed, A)`: one made from the arguments
/// - `tell_A(f, seed)`, `tell_crowd_A(f, seed)`: call `f` with the parameters of `take_A`, `crowd_A`
/// - `ask_A(f, seed)`: the checksum of what `f(int, double, I)` gives, or 0 if it wrote beside it
///
/// All of them look at where the aggregate lies, too: `astray` gives 0 for an address that suits its alignment.
pub(crate) fn generate(aggregates: &[Aggregate]) -> (String, Vec<Case>) {
    let mut source = String::from(HEAD);
    let mut dice = Dice::new(11);
    let mut cases = Vec::new();
    for (index, aggregate) in aggregates.iter().enumerate() {
        let name = format!("A{index}");
        let (definition, ty, leaves) = define(aggregate, &name);
        source += &definition;
        let (ints, doubles) = (3 + dice.below(4), 5 + dice.below(4));
        functions(&mut source, &name, &leaves, ints, doubles);
        cases.push(Case { name, ty, ints, doubles });
    }
    (source, cases)
}

/// A type definition, the same type as ours, and its leaves.
fn define(aggregate: &Aggregate, name: &str) -> (String, Type, Vec<Leaf>) {
    let (mut before, mut body) = (String::new(), String::new());
    let mut fields = Vec::new();
    let mut members = Vec::new();
    for (index, field) in aggregate.fields.iter().enumerate() {
        let member = format!("m{index}");
        let (text, declaration, ty, leaves) = declare(&field.shape, &member, &format!("{name}_{index}"));
        before += &text;
        body += &declaration;
        if let Some(bits) = field.bits {
            write!(body, " : {bits}").expect("writing to a string");
        }
        body += "; ";
        let prefix =
            |leaf: Leaf| Leaf { path: format!(".{member}{}", leaf.path), bits: field.bits.or(leaf.bits), ..leaf };
        members.push((ty.size(Abi::HOST), leaves.into_iter().map(prefix).collect::<Vec<_>>()));
        fields.push(FieldDef { name: member, ty, bits: field.bits });
    }
    let leaves = if aggregate.union {
        // One member is alive: the largest, so that all of the bytes have to arrive.
        members.into_iter().rev().max_by_key(|(size, _)| *size).map(|(_, leaves)| leaves).unwrap_or_default()
    } else {
        members.into_iter().flat_map(|(_, leaves)| leaves).collect()
    };
    let keyword = if aggregate.union { "union" } else { "struct" };
    let align = aggregate.align.map(|align| format!(" __attribute__((aligned({align})))")).unwrap_or_default();
    let mut text = format!("typedef {keyword} {name}_ {{ {body}}}{align} {name};\n");
    if let Some(pack) = aggregate.pack {
        text = format!("#pragma pack(push, {pack})\n{text}#pragma pack(pop)\n");
    }
    let kind = if aggregate.union { RecordKind::Union } else { RecordKind::Struct };
    let options = RecordOptions { pack: aggregate.pack, align: aggregate.align, ..RecordOptions::default() };
    let record = Record::new(RecordDef { kind, name: name.to_owned(), base: None, fields, options });
    let record = record.unwrap_or_else(|error| panic!("{name}: {error}"));
    (before + &text, Type::Record(Arc::new(record)), leaves)
}

/// Definitions needed before, the declaration of `member`, its type, its leaves.
fn declare(shape: &Shape, member: &str, inner: &str) -> (String, String, Type, Vec<Leaf>) {
    match shape {
        Shape::Prim(prim) => {
            let leaf = Leaf { path: String::new(), prim: *prim, bits: None };
            (String::new(), format!("{} {member}", prim.c_name()), Type::Prim(*prim), vec![leaf])
        }
        Shape::Record(aggregate) => {
            let (text, ty, leaves) = define(aggregate, inner);
            (text, format!("{inner} {member}"), ty, leaves)
        }
        Shape::Array(element, count) => {
            let (text, declaration, ty, _) = declare(element, member, inner);
            let ty = Type::array(ty, *count).unwrap_or_else(|error| panic!("{inner}: {error}"));
            let leaves = (0..*count).flat_map(|index| {
                let (.., leaves) = declare(element, member, inner);
                leaves.into_iter().map(move |leaf| Leaf { path: format!("[{index}]{}", leaf.path), ..leaf })
            });
            (text, format!("{declaration}[{count}]"), ty, leaves.collect())
        }
    }
}

fn functions(source: &mut String, name: &str, leaves: &[Leaf], ints: usize, doubles: usize) {
    let (mut fill, mut sum) = (String::new(), String::new());
    for (index, leaf) in leaves.iter().enumerate() {
        let value = format!("((s + {}) % 61 - 30)", 7 * index + 3);
        let Leaf { path, prim, .. } = leaf;
        match prim {
            Prim::FloatComplex | Prim::DoubleComplex | Prim::LongDoubleComplex => {
                fill += &format!("__real__ v->{0} = {value} / 4.0; __imag__ v->{0} = {value} / 2.0; ", &path[1..]);
                sum += &format!(
                    "h = h * 31 + (I)(__real__ v->{0} * 8); h = h * 31 + (I)(__imag__ v->{0} * 8); ",
                    &path[1..]
                );
            }
            Prim::Float | Prim::Double | Prim::LongDouble => {
                fill += &format!("v->{} = {value} / 4.0; ", &path[1..]);
                sum += &format!("h = h * 31 + (I)(v->{} * 8); ", &path[1..]);
            }
            Prim::Long | Prim::LongLong if leaf.bits.is_none() => {
                fill += &format!("v->{} = {value} * 0x123456789abLL; ", &path[1..]);
                sum += &format!("h = h * 31 + v->{}; ", &path[1..]);
            }
            _ => {
                fill += &format!("v->{} = {value}; ", &path[1..]);
                sum += &format!("h = h * 31 + (I)v->{}; ", &path[1..]);
            }
        }
    }
    let longs: String = (0..ints).map(|i| format!("I i{i}, ")).collect();
    let reals: String = (0..doubles).map(|i| format!("double d{i}, ")).collect();
    let weighed: String = (0..ints)
        .map(|i| format!(" + i{i} * {}", i + 2))
        .chain((0..doubles).map(|i| format!(" + (I)(d{i} * 8) * {}", i + 20)))
        .collect();
    let given: String =
        (0..ints).map(|i| format!("s + {i}, ")).chain((0..doubles).map(|i| format!("s * 0.5 + {i}, "))).collect();
    write!(
        source,
        "U size_{name}(void) {{ return sizeof({name}); }}
U align_{name}(void) {{ return _Alignof({name}); }}
void fill_{name}({name} *v, I s) {{ {fill} }}
U sum_{name}({name} *v) {{ U h = 17; {sum} return h; }}
U take_{name}(int a, double b, {name} v, I c, float d) {{ return astray(&v, _Alignof({name})) + sum_{name}(&v) + 3 * a + 5 * (I)(b * 8) + 7 * c + 11 * (I)(d * 8); }}
U crowd_{name}({longs}{reals}{name} v, {name} w, int y, double z) {{ return astray(&v, _Alignof({name})) + astray(&w, _Alignof({name})) + sum_{name}(&v) + 1001 * sum_{name}(&w) + y + (I)(z * 8) * 3{weighed}; }}
U vary_{name}(int a, {name} u, ...) {{ va_list l; va_start(l, u); double b = va_arg(l, double); {name} v = va_arg(l, {name}); I c = va_arg(l, I);
  {name} w = va_arg(l, {name}); int d = va_arg(l, int); va_end(l);
  return astray(&u, _Alignof({name})) + sum_{name}(&u) + 3 * sum_{name}(&v) + 1001 * sum_{name}(&w) + 3 * a + 5 * (I)(b * 8) + 7 * c + 11 * d; }}
{name} give_{name}(int a, double b, I s, {name} v) {{ {name} r; fill_{name}(&r, s + 2 * a + 3 * (I)b + sum_{name}(&v) % 5); return r; }}
U tell_{name}(U (*f)(int, double, {name}, I, float), I s) {{ {name} v; fill_{name}(&v, s); return f(-4, 2.5, v, 1LL << 40, 0.25f) + 1; }}
U tell_crowd_{name}(U (*f)({longs}{reals}{name}, {name}, int, double), I s) {{ {name} v, w; fill_{name}(&v, s); fill_{name}(&w, s + 9); return f({given}v, w, -1, 0.75) + 1; }}
U ask_{name}({name} (*f)(int, double, I), I s) {{ struct {{ char a[32]; {name} v; char b[32]; }} r; memset(&r, 0x5a, sizeof r); r.v = f(-2, 1.5, s);
  for (int i = 0; i < 32; i++) if (r.a[i] != 0x5a || r.b[i] != 0x5a) return 0; return sum_{name}(&r.v); }}
"
    )
    .expect("writing to a string");
}
