//! What a sender of ours never sends is refused, whatever it is; between two Lua states values are the same.

use mlua::{Function, LuaString, MultiValue, Table, Value as LuaValue};
use moonglue_abi::{Abi, Prim};
use moonglue_wire::encode;

use super::graph::{FieldNode, Graph, Items, Node, Order, RecordNode, TypeEntry, TypeNode, Value};
use crate::{Policy, Runtime};

/// A runtime and its functions `pack` and `unpack`.
struct Side {
    runtime: Runtime,
    pack: Function,
    unpack: Function,
}

impl Side {
    fn new() -> Side {
        // SAFETY: the scripts are the ones below.
        let runtime = unsafe { Runtime::builder().allow_ffi(Policy::unrestricted()) }.build().expect("a runtime");
        let natives: Table = crate::lua::natives(runtime.lua()).expect("natives");
        let (pack, unpack) = (natives.get("pack").expect("pack"), natives.get("unpack").expect("unpack"));
        Side { runtime, pack, unpack }
    }

    fn pack(&self, expression: &str) -> Vec<u8> {
        let values: MultiValue =
            self.runtime.eval(format!("local ct = require 'ctypes' return {expression}")).expect("values");
        let mut all = MultiValue::from_vec(vec![
            LuaValue::String(self.runtime.lua().create_string("value ").expect("a string")),
            LuaValue::Integer(0),
        ]);
        all.extend(values);
        let bytes: LuaString = self.runtime.call(&self.pack, all).expect("packed");
        bytes.as_bytes().to_vec()
    }

    fn unpack(&self, bytes: &[u8]) -> Result<MultiValue, String> {
        let bytes = self.runtime.lua().create_string(bytes).expect("a string");
        self.runtime.call(&self.unpack, bytes).map_err(|error| error.to_string())
    }

    /// The error for a graph that makes no sense.
    fn refusal(&self, graph: &Graph<'_>) -> String {
        let mut bytes = Vec::new();
        encode(graph, &mut bytes).expect("encoded");
        self.unpack(&bytes).expect_err("it makes no sense")
    }
}

const EVERYTHING: &str = "nil, true, 1, 2.5, 'text', {1, 2, {x = 'y'}, [true] = 0.5}, ct.complex(1, 2), ct.c_long(7), \
    ct.Structure('S', {{'a', ct.c_byte}, {'b', ct.c_double * 3}, {'c', ct.c_int, 5}})(1, {1, 2, 3}, 4), \
    (ct.c_char * 4)('abc'), select(2, pcall(ct.c_int, 'x'))";

#[test]
fn values_are_the_same_in_another_state() {
    let (one, other) = (Side::new(), Side::new());
    let values = other.unpack(&one.pack(EVERYTHING)).expect("unpacked");
    assert_eq!(values.len(), 11);
    let text: Function = other.runtime.globals().get("tostring").expect("tostring");
    let texts: Vec<String> = values.iter().map(|value| text.call(value).expect("a text")).collect();
    assert_eq!(texts[8], "S{a=1, b={1.0, 2.0, 3.0}, c=4}");
    assert_eq!(texts[10], "TypeError: c_int: expected c_int, got string");
    let twice = one.pack("(function() local t = {} t.t = t return t, t end)()");
    let values = other.unpack(&twice).expect("unpacked");
    assert_eq!(values[0], values[1]);
    let table = values[0].as_table().expect("a table");
    assert_eq!(table.get::<Table>("t").expect("a table"), *table);
}

#[test]
fn spoilt_bytes_are_errors_or_other_values() {
    let side = Side::new();
    let good = side.pack(EVERYTHING);
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut refused = 0;
    for _ in 0..20_000 {
        let mut bytes = good.clone();
        match random(4) {
            0 => bytes.truncate(random(good.len())),
            1 => bytes.insert(random(good.len()), random(256) as u8),
            _ => {}
        }
        for _ in 0..random(4) {
            let place = random(bytes.len().max(1));
            if let Some(byte) = bytes.get_mut(place) {
                *byte = random(256) as u8;
            }
        }
        if let Err(text) = side.unpack(&bytes) {
            assert!(!text.contains("defect"), "{text}");
            refused += 1;
        }
    }
    assert!(refused > 5000, "{refused}");
}

fn prim(prim: Prim) -> u8 {
    Prim::ALL.iter().position(|known| *known == prim).expect("known") as u8
}

fn entry(node: TypeNode<'_>) -> TypeEntry<'_> {
    TypeEntry { abi: Abi::ALL.iter().position(|abi| *abi == Abi::HOST).expect("known") as u8, node }
}

fn int() -> TypeEntry<'static> {
    entry(TypeNode::Simple { name: "c_int", prim: prim(Prim::Int), swapped: false })
}

fn record(fields: Vec<FieldNode<'_>>) -> TypeEntry<'_> {
    entry(TypeNode::Record(RecordNode {
        union: false,
        name: "R",
        base: None,
        fields,
        anonymous: Vec::new(),
        pack: None,
        align: None,
        ms_rules: None,
        order: Order::Native,
    }))
}

#[test]
fn what_makes_no_sense_is_refused() {
    let side = Side::new();
    let of_types = |types| Graph { types, nodes: Vec::new(), values: Vec::new() };
    let of_nodes = |types, nodes| Graph { types, nodes, values: vec![Value::Node(0)] };
    let pairs = |key| vec![Node::Table(Items { list: Vec::new(), pairs: vec![(key, Value::Nil)] })];
    let simple = |name, number| entry(TypeNode::Simple { name, prim: number, swapped: false });
    let field = |name, ty, bits| FieldNode { name, ty, bits };
    let cases = [
        of_nodes(Vec::new(), Vec::new()),
        of_nodes(Vec::new(), pairs(Value::Nil)),
        of_nodes(Vec::new(), pairs(Value::Float(f64::NAN))),
        of_nodes(Vec::new(), vec![Node::Object { ty: 0, bytes: b"1234" }]),
        of_nodes(vec![int()], vec![Node::Object { ty: 0, bytes: b"123" }]),
        of_nodes(vec![int()], vec![Node::Object { ty: 1, bytes: b"1234" }]),
        of_types(vec![simple("c_int", prim(Prim::Double))]),
        of_types(vec![simple("c_int", 200)]),
        of_types(vec![simple("c_void_p", prim(Prim::Pointer))]),
        of_types(vec![simple("nothing", prim(Prim::Int))]),
        of_types(vec![entry(TypeNode::Simple { name: "c_char", prim: prim(Prim::Char), swapped: true })]),
        of_types(vec![TypeEntry { abi: 99, ..int() }]),
        of_types(vec![entry(TypeNode::Array { element: 0, count: 1 })]),
        of_types(vec![int(), entry(TypeNode::Array { element: 0, count: u64::MAX })]),
        of_types(vec![int(), record(vec![field("x", 1, None)])]),
        of_types(vec![int(), record(vec![field("", 0, None)])]),
        of_types(vec![int(), record(vec![field("x", 0, None), field("x", 0, None)])]),
        of_types(vec![int(), record(vec![field("x", 0, Some(33))])]),
        of_types(vec![int(), record(vec![field("x", 0, Some(0))])]),
    ];
    for (number, graph) in cases.iter().enumerate() {
        let text = side.refusal(graph);
        assert!(!text.contains("defect"), "case {number}: {text}");
    }
    let huge = of_nodes(
        vec![int(), entry(TypeNode::Array { element: 0, count: 1 << 50 })],
        vec![Node::Object { ty: 1, bytes: b"1234" }],
    );
    assert!(side.refusal(&huge).contains("size"));
}
