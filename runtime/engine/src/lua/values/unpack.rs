//! From a graph to Lua values.

use std::ffi::c_int;

use moonglue_abi::{Abi, Transfer};
use moonglue_wire::decode;

use super::carry::{CarryError, carry};
use super::graph::{Graph, Items, Node, Value};
use super::rebuild::{Rebuilt, nonsense, rebuild};
use crate::lua::context::Context;
use crate::lua::ctype::{Kind, TypeRef};
use crate::lua::error::{Kind as ErrorKind, Res, fail};
use crate::lua::state::State;

/// Pushes the values that `bytes` are, and tells their number. `bytes` stay where they are.
pub(super) fn unpack_values(state: State, context: &'static Context, bytes: &[u8]) -> Res {
    let graph: Graph<'_> = match decode(bytes) {
        Ok(graph) => graph,
        Err(error) => return nonsense(&error.to_string()),
    };
    let room = c_int::try_from(graph.values.len()).ok().and_then(|count| count.checked_add(10));
    if !room.is_some_and(|room| state.reserve(room)) {
        return fail(ErrorKind::MemoryError, format_args!("{} values are more than Lua can hold", graph.values.len()));
    }
    let types = rebuild(state, context, &graph.types)?;
    state.new_table(graph.nodes.len(), 0);
    let unpacker = Unpacker { state, context, count: graph.nodes.len(), nodes: state.top() };
    for (number, node) in graph.nodes.iter().enumerate() {
        unpacker.make(node, &types)?;
        state.raw_seti(unpacker.nodes, number as i64 + 1);
    }
    for (number, node) in graph.nodes.iter().enumerate() {
        if let Node::Table(items) | Node::Error(items) = node {
            state.raw_geti(unpacker.nodes, number as i64 + 1);
            unpacker.fill(items)?;
            state.pop(1);
        }
    }
    for value in &graph.values {
        unpacker.push(value)?;
    }
    Ok(graph.values.len() as c_int)
}

struct Unpacker {
    state: State,
    context: &'static Context,
    /// How many nodes there are.
    count: usize,
    /// Stack position of the table that has them, from 1.
    nodes: c_int,
}

impl Unpacker {
    /// Pushes a node; tables are still empty.
    fn make(&self, node: &Node<'_>, types: &[Rebuilt]) -> Res<()> {
        match node {
            Node::Table(items) => self.state.new_table(items.list.len(), items.pairs.len()),
            Node::Error(items) => {
                self.state.new_table(items.list.len(), items.pairs.len());
                self.state.push_ref(self.context.refs.error_metatable.get());
                self.state.set_metatable(-2);
            }
            Node::Object { ty, bytes } => match types.get(*ty as usize) {
                Some(ty) => self.object(ty, bytes)?,
                None => return nonsense("an object of no type"),
            },
        }
        Ok(())
    }

    /// Pushes an object of a type that was sent, with what its bytes say.
    fn object(&self, sent: &Rebuilt, bytes: &[u8]) -> Res<()> {
        let ty = sent.ty;
        // Before anything is made that is as large as the type says.
        if sent.data.size(sent.abi) != bytes.len() || sent.data.size(Abi::HOST) != ty.size() {
            return nonsense("an object that has not its type's size");
        }
        let way = Transfer::new(&sent.data, sent.abi, Abi::HOST);
        let addr = self.state.push_new(ty)?.addr;
        if bytes.is_empty() || ty.size() == 0 {
            return Ok(());
        }
        // SAFETY: the object is new, has its type's bytes, and nobody else knows it.
        let here = unsafe { std::slice::from_raw_parts_mut(addr, ty.size()) };
        if way.is_copy() {
            here.copy_from_slice(bytes);
            return Ok(());
        }
        if is_swapped(ty) && way.from_size() != way.to_size() {
            return fail(ErrorKind::TypeError, format_args!("{}: has another size here, in this byte order", ty.name));
        }
        carry(way.steps(), bytes, here).or_else(|error| {
            let kind = match error {
                CarryError::OutOfRange { .. } => ErrorKind::OverflowError,
                CarryError::Union | CarryError::Address => ErrorKind::TypeError,
            };
            fail(kind, format_args!("{}: {error}", ty.name))
        })
    }

    /// Fills the table on the top of the stack.
    fn fill(&self, items: &Items<'_>) -> Res<()> {
        let table = self.state.top();
        for (k, value) in items.list.iter().enumerate() {
            self.push(value)?;
            self.state.raw_seti(table, k as i64 + 1);
        }
        for (key, value) in &items.pairs {
            match key {
                Value::Nil => return nonsense("a key that is nil"),
                Value::Float(number) if number.is_nan() => return nonsense("a key that is no number"),
                _ => {}
            }
            self.push(key)?;
            self.push(value)?;
            self.state.raw_set(table);
        }
        Ok(())
    }

    fn push(&self, value: &Value<'_>) -> Res<()> {
        let state = self.state;
        match value {
            Value::Nil => state.push_nil(),
            Value::Boolean(v) => state.push_boolean(*v),
            Value::Integer(v) => state.push_integer(*v),
            Value::Float(v) => state.push_number(*v),
            Value::Bytes(v) => state.push_bytes(v),
            Value::Complex { re, im } => state.push_complex(self.context, *re, *im),
            Value::Node(number) if (*number as usize) < self.count => {
                state.raw_geti(self.nodes, i64::from(*number) + 1);
            }
            Value::Node(_) => return nonsense("a value that is not there"),
        }
        Ok(())
    }
}

/// Whether its scalars, outside of records, have their bytes in the order that is not the machine's.
fn is_swapped(ty: TypeRef) -> bool {
    match &ty.kind {
        Kind::Simple(simple) => simple.swapped,
        Kind::Array(element, _) => is_swapped(element),
        _ => false,
    }
}
