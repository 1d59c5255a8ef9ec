//! The Lua modules that ship with Moonglue, as source text for the engine.

/// A module: the name `require` takes and its Lua source.
pub struct Module {
    /// What `require` takes.
    pub name: &'static str,
    /// The Lua source text.
    pub source: &'static str,
}

/// Every module of the library, in the order of their names.
pub const MODULES: &[Module] = &[
    Module { name: "bridge", source: include_str!("../lua/bridge.lua") },
    Module { name: "bridge.client", source: include_str!("../lua/bridge.client.lua") },
    Module { name: "bridge.files", source: include_str!("../lua/bridge.files.lua") },
    Module { name: "bridge.options", source: include_str!("../lua/bridge.options.lua") },
    Module { name: "bridge.served", source: include_str!("../lua/bridge.served.lua") },
];
