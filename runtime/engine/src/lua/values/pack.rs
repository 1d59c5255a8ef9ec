//! From Lua values to a graph.
//!
//! The walk runs no Lua code and makes nothing in Lua: no metamethod is called, and no finalizer runs between its start and
//! the bytes. So the strings and objects it borrows stay where they are.

use std::ffi::{c_int, c_void};

use rustc_hash::FxHashMap;

use super::describe::TypeList;
use super::graph::{Graph, Items, Node, Value};
use super::path::{Place, path};
use crate::lua::context::Context;
use crate::lua::error::{Failure, Kind as ErrorKind, Res, fail};
use crate::lua::library::library_at;
use crate::lua::state::{State, ffi};

/// What is left to be looked into: tables and the place of their nodes.
struct Pending {
    /// Stack position of the table that has them, by the places of their nodes, from 1.
    table: c_int,
    next: usize,
}

struct Packer<'a> {
    state: State,
    context: &'static Context,
    types: TypeList,
    nodes: Vec<Node<'a>>,
    /// Where each node was met first.
    places: Vec<Place<'a>>,
    known: FxHashMap<*const c_void, u32>,
    pending: Pending,
}

/// The bytes of the values at the stack positions from `first` to the top. `name` tells what the value of a number, from 0, is
/// called in messages.
pub(super) fn pack_values(
    state: State,
    context: &'static Context,
    first: c_int,
    name: impl Fn(usize) -> String,
) -> Res<Vec<u8>> {
    let last = state.top();
    if !state.reserve(10) {
        return fail(ErrorKind::MemoryError, "the Lua stack is full");
    }
    state.new_table(0, 0);
    let mut packer = Packer {
        state,
        context,
        types: TypeList::default(),
        nodes: Vec::new(),
        places: Vec::new(),
        known: FxHashMap::default(),
        pending: Pending { table: last + 1, next: 0 },
    };
    let named = |(place, failure): (Place<'_>, Failure), places: &[Place<'_>]| failure.at(path(place, places, &name));
    let mut values = Vec::with_capacity((last + 1 - first).max(0) as usize);
    for i in first..=last {
        let place = Place::Root((i - first) as usize);
        let value = packer.value(i, place).map_err(|failure| named((place, failure), &packer.places))?;
        values.push(value);
    }
    packer.tables().map_err(|failed| named(failed, &packer.places))?;
    let graph = Graph { types: packer.types.entries, nodes: packer.nodes, values };
    let mut bytes = Vec::new();
    let encoded = moonglue_wire::encode(&graph, &mut bytes);
    state.pop(1);
    match encoded {
        Ok(()) => Ok(bytes),
        Err(error) => fail(ErrorKind::OverflowError, format_args!("these values are too large to be sent: {error}")),
    }
}

impl<'a> Packer<'a> {
    /// The value at `i`, an absolute stack position; a table's contents come later.
    fn value(&mut self, i: c_int, place: Place<'a>) -> Res<Value<'a>> {
        let state = self.state;
        Ok(match state.tag(i) {
            ffi::LUA_TNIL => Value::Nil,
            ffi::LUA_TBOOLEAN => Value::Boolean(state.boolean(i)),
            ffi::LUA_TNUMBER if state.is_integer(i) => Value::Integer(state.integer(i)),
            ffi::LUA_TNUMBER => Value::Float(state.number(i)),
            ffi::LUA_TSTRING => Value::Bytes(state.bytes(i).unwrap_or_default()),
            ffi::LUA_TTABLE if library_at(state, i).is_some() => return refuse(state, i),
            ffi::LUA_TTABLE => self.table(i, place),
            ffi::LUA_TUSERDATA => match state.complex_at(i) {
                Some((re, im)) => Value::Complex { re, im },
                None => self.object(i, place)?,
            },
            _ => return refuse(state, i),
        })
    }

    fn table(&mut self, i: c_int, place: Place<'a>) -> Value<'a> {
        let state = self.state;
        if let Some(node) = self.known.get(&state.pointer(i)) {
            return Value::Node(*node);
        }
        let is_error = state.metatable(i) && {
            state.push_ref(self.context.refs.error_metatable.get());
            let same = state.raw_equal(-1, -2);
            state.pop(2);
            same
        };
        let node = if is_error { Node::Error(Items::default()) } else { Node::Table(Items::default()) };
        let value = self.enter(i, node, place);
        state.push_value(i);
        state.raw_seti(self.pending.table, self.nodes.len() as i64);
        value
    }

    fn object(&mut self, i: c_int, place: Place<'a>) -> Res<Value<'a>> {
        let state = self.state;
        let Some(object) = state.object(i) else { return refuse(state, i) };
        if let Some(node) = self.known.get(&state.pointer(i)) {
            return Ok(Value::Node(*node));
        }
        if object.by_reference {
            return fail(ErrorKind::TypeError, "a reference (byref) cannot be sent");
        }
        object.ty.require_complete()?;
        let ty = self.types.place(object.ty).map_err(|failure| match object.ty.is_aggregate() {
            true => failure.in_part(&object.ty.name),
            false => failure,
        })?;
        let len = object.ty.size();
        let bytes: &'a [u8] = match len {
            0 => &[],
            // SAFETY: an object has at least its type's bytes (for C's memory the script vouched when it made the object), and
            // nothing changes or frees them while the walk lasts.
            _ => unsafe { std::slice::from_raw_parts(object.addr, len) },
        };
        Ok(self.enter(i, Node::Object { ty, bytes }, place))
    }

    fn enter(&mut self, i: c_int, node: Node<'a>, place: Place<'a>) -> Value<'a> {
        let number = self.nodes.len() as u32;
        self.nodes.push(node);
        self.places.push(place);
        self.known.insert(self.state.pointer(i), number);
        Value::Node(number)
    }

    /// Looks into all tables, those found on the way included.
    fn tables(&mut self) -> Result<(), (Place<'a>, Failure)> {
        while self.pending.next < self.nodes.len() {
            let number = self.pending.next;
            self.pending.next += 1;
            if self.state.raw_geti(self.pending.table, number as i64 + 1) == ffi::LUA_TTABLE {
                let items = self.items(number as u32)?;
                self.nodes[number] = match &self.nodes[number] {
                    Node::Error(_) => Node::Error(items),
                    _ => Node::Table(items),
                };
            }
            self.state.pop(1);
        }
        Ok(())
    }

    /// What the table on the top of the stack has.
    fn items(&mut self, node: u32) -> Result<Items<'a>, (Place<'a>, Failure)> {
        let state = self.state;
        let table = state.top();
        let len = state.raw_len(table);
        let mut items = Items { list: Vec::with_capacity(len), pairs: Vec::new() };
        for k in 1..=len as i64 {
            state.raw_geti(table, k);
            let place = Place::Item(node, k);
            items.list.push(self.value(table + 1, place).map_err(|failure| (place, failure))?);
            state.pop(1);
        }
        state.push_nil();
        while state.next(table) {
            let (key_at, value_at) = (table + 1, table + 2);
            let in_list = state.is_integer(key_at) && (1..=len as i64).contains(&state.integer(key_at));
            if !in_list {
                let key = self.value(key_at, Place::Key(node)).map_err(|failure| (Place::Key(node), failure))?;
                let place = match key {
                    Value::Bytes(name) => Place::Field(node, name),
                    Value::Integer(number) => Place::Item(node, number),
                    _ => Place::Other(node),
                };
                let value = self.value(value_at, place).map_err(|failure| (place, failure))?;
                items.pairs.push((key, value));
            }
            state.pop(1);
        }
        Ok(items)
    }
}

/// The error for a value of a kind that stays in its process.
fn refuse<T>(state: State, i: c_int) -> Res<T> {
    let what = state.describe(i);
    let text = match state.tag(i) {
        ffi::LUA_TFUNCTION if state.object(i).is_some() => format!("a C function ({what})"),
        ffi::LUA_TFUNCTION => "a function".to_owned(),
        ffi::LUA_TTHREAD => "a coroutine".to_owned(),
        ffi::LUA_TTABLE => "a library".to_owned(),
        ffi::LUA_TLIGHTUSERDATA => "an address (light userdata)".to_owned(),
        _ => format!("a userdata ({what})"),
    };
    fail(ErrorKind::TypeError, format_args!("{text} cannot be sent"))
}
