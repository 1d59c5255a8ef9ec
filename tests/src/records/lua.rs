//! The Lua side: the same records, compared with what the compiled library says.

use std::fmt::Write as _;

use super::{Class, Kind, Leaf, Record, SCALARS, leaves};

/// A script that opens the library named by its first argument, prints a line for each disagreement, and
/// at the end how many records agree. With a second argument the library is in another process. Values fit a `long` of `long_bits`
/// bits.
pub fn lua_source(records: &[Record], long_bits: u32) -> String {
    let mut text = String::from(PROLOGUE);
    for (index, record) in records.iter().enumerate() {
        define(&mut text, records, record).expect("writing to a string cannot fail");
        check(&mut text, record, &leaves(records, index, long_bits)).expect("writing to a string cannot fail");
    }
    text.push_str(EPILOGUE);
    text
}

const PROLOGUE: &str = r#"local ct = require "ctypes"
local lib = ct.CDLL(arg[1], { bridge = arg[2] or "never" })
local abi = ct.abi(lib)
local R, bad, agreeing = {}, {}, 0

local function check(name, offsets, set, differing)
  local T, before = R[name], #bad
  local function complain(text) bad[#bad + 1] = name .. ": " .. text end
  local function fn(prefix, restype, ...)
    local f = lib[prefix .. name]
    f.restype, f.argtypes = restype, { ... }
    return f
  end
  local info = (ct.c_size_t * (2 + #offsets))()
  fn("info_", nil, ct.POINTER(ct.c_size_t))(info)
  if info[0] ~= abi.sizeof(T) then complain(("size %d, C has %d"):format(abi.sizeof(T), info[0])) end
  if info[1] ~= abi.alignment(T) then complain(("alignment %d, C has %d"):format(abi.alignment(T), info[1])) end
  for i, field in ipairs(arg[2] and {} or offsets) do
    if T[field].offset ~= info[i + 1] then
      complain(("offset of %s %d, C has %d"):format(field, T[field].offset, info[i + 1]))
    end
  end
  if #bad > before then return end

  local function compare(v, how)
    local path = differing(v)
    if path then complain(path .. " " .. how) end
  end
  local check_c = fn("check_", ct.c_int, ct.POINTER(T))
  local from_c = T()
  fn("fill_", nil, ct.POINTER(T))(from_c)
  compare(from_c, "as C wrote it")
  local from_lua = T()
  set(from_lua)
  compare(from_lua, "as the script wrote it")
  if check_c(from_lua) ~= 1 then complain "C reads other values" end
  if arg[2] then
    local there = require("bridge").alloc(lib, T)
    set(there)
    compare(there, "as the script wrote it over there")
    if check_c(there) ~= 1 then complain "C reads other values over there" end
  end
  if fn("take_", ct.c_int, ct.c_int, T, ct.c_double)(7, from_lua, 2.5) ~= 1 then complain "by value as argument" end
  compare(fn("echo_", T, T)(from_lua), "by value as result")
  local seen
  local relayed = fn("relay_", T, ct.CFUNCTYPE(T, T, ct.c_int), T)(function(v, n)
    seen = n == 9 and differing(v) or n ~= 9 and "the int beside it"
    return v
  end, from_lua)
  if seen then complain(seen .. " in a callback") end
  compare(relayed, "as a callback's result")
  compare(ct.CFUNCTYPE(T, T)(lib["echo_" .. name].address)(from_lua), "through a raw address")
  if #bad == before then agreeing = agreeing + 1 end
end
"#;

const EPILOGUE: &str = r#"for _, line in ipairs(bad) do print(line) end
print(agreeing .. " records agree")
"#;

fn define(text: &mut String, records: &[Record], record: &Record) -> std::fmt::Result {
    let word = if record.is_union { "Union" } else { "Structure" };
    let name = &record.name;
    write!(text, "R.{name} = ct.{word}(\"{name}\", {{ ")?;
    for field in &record.fields {
        let bits = field.bits.map(|bits| format!(", {bits}")).unwrap_or_default();
        write!(text, "{{ \"{}\", {}{bits} }}, ", field.name, type_text(records, &field.kind))?;
    }
    write!(text, "}}, {{ ")?;
    if let Some(pack) = record.pack {
        write!(text, "pack = {pack}, ")?;
    }
    if let Some(align) = record.align {
        write!(text, "align = {align}, ")?;
    }
    writeln!(text, "layout = \"{}\" }})", if record.ms { "ms" } else { "sysv" })
}

fn check(text: &mut String, record: &Record, leaves: &[Leaf]) -> std::fmt::Result {
    write!(text, "check(\"{}\", {{ ", record.name)?;
    for field in record.fields.iter().filter(|field| field.bits.is_none()) {
        write!(text, "\"{}\", ", field.name)?;
    }
    writeln!(text, "}}, function(v)")?;
    for leaf in leaves {
        writeln!(text, "  v{} = {}", leaf.path, value(leaf))?;
    }
    writeln!(text, "end, function(v)")?;
    for leaf in leaves {
        writeln!(text, "  if v{} ~= {} then return \"{}\" end", leaf.path, value(leaf), leaf.path)?;
    }
    writeln!(text, "end)")
}

fn type_text(records: &[Record], kind: &Kind) -> String {
    match kind {
        Kind::Scalar(scalar) => format!("ct.{}", SCALARS[*scalar].lua),
        Kind::Record(index) => format!("R.{}", records[*index].name),
        Kind::Array(item, length) => format!("{} * {length}", type_text(records, item)),
    }
}

fn value(leaf: &Leaf) -> String {
    let integer = leaf.integer();
    match leaf.class {
        Class::Signed(_) | Class::Unsigned(_) if integer == i64::MIN => "math.mininteger".to_owned(),
        Class::Signed(_) | Class::Unsigned(_) | Class::Pointer => integer.to_string(),
        Class::Bool => leaf.seed.is_multiple_of(2).to_string(),
        Class::Float => format!("{integer}.5"),
        Class::Complex => format!("ct.complex({integer}.5, {integer}.25)"),
    }
}
