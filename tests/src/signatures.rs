//! Random scalar signatures, written down as C functions and as a script that calls each of them on every way
//! there is: directly, with `use_errno`, with an `errcheck`, through an address, and back through a callback.

use std::fmt::Write as _;

use crate::records::Choice;

/// How a value of a parameter or result looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// An integer of so many bits.
    Integer {
        bits: u32,
        signed: bool,
    },
    Bool,
    Float,
    Address,
    Text,
}

struct Scalar {
    c: &'static str,
    lua: &'static str,
    class: Class,
}

const fn integer(c: &'static str, lua: &'static str, bits: u32, signed: bool) -> Scalar {
    Scalar { c, lua, class: Class::Integer { bits, signed } }
}

const SCALARS: &[Scalar] = &[
    integer("int", "c_int", 32, true),
    Scalar { c: "double", lua: "c_double", class: Class::Float },
    integer("long", "c_long", 64, true),
    Scalar { c: "void *", lua: "c_void_p", class: Class::Address },
    Scalar { c: "const char *", lua: "c_char_p", class: Class::Text },
    integer("unsigned", "c_uint", 32, false),
    Scalar { c: "float", lua: "c_float", class: Class::Float },
    integer("signed char", "c_byte", 8, true),
    integer("unsigned char", "c_ubyte", 8, false),
    integer("short", "c_short", 16, true),
    integer("unsigned short", "c_ushort", 16, false),
    integer("unsigned long", "c_ulong", 64, false),
    Scalar { c: "_Bool", lua: "c_bool", class: Class::Bool },
    Scalar { c: "long double", lua: "c_longdouble", class: Class::Float },
];

/// A function: it returns the sum of its arguments, each times its position, as its result type.
struct Function {
    result: &'static Scalar,
    parameters: Vec<&'static Scalar>,
    /// Twice the value of each argument, so that halves are exact.
    doubled: Vec<i64>,
}

/// The C source and the script, which prints `count` and "signatures agree" when all of them do.
pub fn sources(seed: u64, count: usize) -> (String, String) {
    let mut choice = Choice::new(seed);
    let functions: Vec<Function> = (0..count).map(|_| function(&mut choice)).collect();
    (c_source(&functions), lua_source(&functions))
}

fn function(choice: &mut Choice) -> Function {
    let results: Vec<&Scalar> = SCALARS.iter().filter(|scalar| scalar.class != Class::Text).collect();
    let result = results[choice.below(results.len())];
    // The first five are what most libraries use, and what calls are likely to be specialised for.
    let kinds = if choice.below(2) == 0 { 5 } else { SCALARS.len() };
    let parameters: Vec<&Scalar> = (0..choice.below(10)).map(|_| &SCALARS[choice.below(kinds)]).collect();
    let doubled = parameters.iter().map(|parameter| doubled_value(choice, parameter.class)).collect();
    Function { result, parameters, doubled }
}

fn doubled_value(choice: &mut Choice, class: Class) -> i64 {
    let small = i64::try_from(choice.below(100)).expect("small");
    2 * match class {
        Class::Integer { bits, signed: true } => [small, -small, i64::MIN >> (64 - bits.min(32))][choice.below(3)],
        Class::Integer { bits, signed: false } => [small, (1 << bits.min(32)) - 1 - small][choice.below(2)],
        Class::Bool => i64::from(small % 2 == 0),
        Class::Address => 4096 + 16 * small,
        Class::Text => small % 30,
        Class::Float => return 2 * small - 77,
    }
}

impl Function {
    /// Twice the sum.
    fn doubled_sum(&self) -> i64 {
        self.doubled.iter().zip(1..).map(|(value, position)| value * position).sum()
    }

    /// The result as a Lua literal.
    fn expected(&self) -> String {
        let doubled = self.doubled_sum();
        match self.result.class {
            Class::Integer { bits, signed } => {
                let wrapped = (doubled / 2) << (64 - bits);
                if signed {
                    (wrapped >> (64 - bits)).to_string()
                } else {
                    // 64 unsigned bits are a Lua integer with the same bits.
                    ((wrapped.cast_unsigned() >> (64 - bits)).cast_signed()).to_string()
                }
            }
            Class::Bool => (doubled != 0).to_string(),
            Class::Address if doubled / 2 == 0 => "nil".to_owned(),
            Class::Address => (doubled / 2).to_string(),
            Class::Float if self.result.c == "float" => single(doubled),
            Class::Float | Class::Text => halved(doubled),
        }
    }
}

/// Half of `doubled` as C's `float` holds it.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "rounding as C does is what is asked for"
)]
fn single(doubled: i64) -> String {
    format!("{:?}", f64::from((doubled as f64 / 2.0) as f32))
}

fn halved(doubled: i64) -> String {
    let sign = if doubled < 0 { "-" } else { "" };
    let fraction = if doubled % 2 == 0 { "0" } else { "5" };
    format!("{sign}{}.{fraction}", (doubled / 2).abs())
}

fn literal(class: Class, doubled: i64) -> String {
    match class {
        Class::Integer { .. } | Class::Address => (doubled / 2).to_string(),
        Class::Bool => (doubled != 0).to_string(),
        Class::Float => halved(doubled),
        Class::Text => format!("(\"x\"):rep({})", doubled / 2),
    }
}

fn c_source(functions: &[Function]) -> String {
    let mut text = String::from("#include <stdint.h>\n#include <string.h>\n");
    for (index, function) in functions.iter().enumerate() {
        c_function(&mut text, index, function).expect("writing to a string cannot fail");
    }
    text
}

fn c_function(text: &mut String, index: usize, function: &Function) -> std::fmt::Result {
    let result = function.result.c;
    let list = |separate: &dyn Fn(usize, &Scalar) -> String| {
        function.parameters.iter().enumerate().map(|(i, scalar)| separate(i, scalar)).collect::<Vec<_>>().join(", ")
    };
    let types = list(&|_, scalar| scalar.c.to_owned());
    let declared = list(&|i, scalar| format!("{} a{i}", scalar.c));
    let names = list(&|i, _| format!("a{i}"));
    let (void_types, void_declared) = if types.is_empty() { ("void", "void") } else { (&*types, &*declared) };
    writeln!(text, "{result} f{index}({void_declared}) {{ long double sum = 0;")?;
    for (i, scalar) in function.parameters.iter().enumerate() {
        let value = match scalar.class {
            Class::Address => format!("(intptr_t)a{i}"),
            Class::Text => format!("strlen(a{i})"),
            _ => format!("a{i}"),
        };
        writeln!(text, "    sum += {} * (long double)({value});", i + 1)?;
    }
    let returned = match function.result.class {
        Class::Integer { .. } => format!("({result})(long long)sum"),
        Class::Address => "(void *)(intptr_t)sum".to_owned(),
        Class::Bool => "sum != 0".to_owned(),
        Class::Float | Class::Text => format!("({result})sum"),
    };
    writeln!(text, "    return {returned}; }}")?;
    let comma = if declared.is_empty() { "" } else { ", " };
    writeln!(text, "{result} relay{index}({result} (*f)({void_types}){comma}{declared}) {{ return f({names}); }}")
}

const PROLOGUE: &str = r#"local ct = require "ctypes"
local lib, errno_lib = ct.CDLL(arg[1]), ct.CDLL(arg[1], { use_errno = true })
local agreeing, unpack = 0, table.unpack

local function check(index, R, types, values, expected)
  local n, name, failed = #types, "f" .. index, false
  local function is(way, got)
    if got == expected then return end
    failed = true
    print(("%s %s: %s, expected %s"):format(name, way, got, expected))
  end
  local direct = lib[name]
  direct.argtypes, direct.restype = types, R
  is("directly", direct(unpack(values, 1, n)))
  for _ = 1, 20 do is("again", direct(unpack(values, 1, n))) end
  local with_errno = errno_lib[name]
  with_errno.argtypes, with_errno.restype = types, R
  is("with use_errno", with_errno(unpack(values, 1, n)))
  local checked = ct.symbol(lib, name)
  checked.argtypes, checked.restype, checked.errcheck = types, R, function(result) return result end
  is("with errcheck", checked(unpack(values, 1, n)))
  local F = ct.CFUNCTYPE(R, unpack(types))
  is("through its address", F(direct.address)(unpack(values, 1, n)))
  local objects = {}
  for i = 1, n do objects[i] = types[i](values[i]) end
  is("with C objects", direct(unpack(objects, 1, n)))
  local function callback(...)
    for i = 1, n do
      local got = select(i, ...)
      if got ~= values[i] then
        failed = true
        print(("%s: callback argument %d: %s, expected %s"):format(name, i, got, values[i]))
      end
    end
    return expected
  end
  local relay = lib["relay" .. index]
  relay.argtypes, relay.restype = { F, unpack(types) }, R
  is("through a callback", relay(callback, unpack(values, 1, n)))
  is("from Lua through C", F(callback)(unpack(values, 1, n)))
  if not failed then agreeing = agreeing + 1 end
end
"#;

fn lua_source(functions: &[Function]) -> String {
    let mut text = String::from(PROLOGUE);
    for (index, function) in functions.iter().enumerate() {
        let types: Vec<_> = function.parameters.iter().map(|scalar| format!("ct.{}", scalar.lua)).collect();
        let values: Vec<_> = (function.parameters.iter().zip(&function.doubled))
            .map(|(scalar, doubled)| literal(scalar.class, *doubled))
            .collect();
        writeln!(
            text,
            "check({index}, ct.{}, {{ {} }}, {{ {} }}, {})",
            function.result.lua,
            types.join(", "),
            values.join(", "),
            function.expected()
        )
        .expect("writing to a string cannot fail");
    }
    text.push_str("print(agreeing .. \" signatures agree\")\n");
    text
}
