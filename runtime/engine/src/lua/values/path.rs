//! The way to the value at fault, for messages: `argument 1: field 'x.y[3]'`.

/// Where a value is.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// Among the values themselves, from 0.
    Root(usize),
    /// The item of that number in the table that is the node.
    Item(u32, i64),
    /// The field of that name.
    Field(u32, &'a [u8]),
    /// A field whose key is neither a name nor an integer.
    Other(u32),
    /// A key.
    Key(u32),
}

/// Tells where `place` is. `places`: where each node was met first. `root` tells the name of the value of that number.
pub(super) fn path<'a>(mut place: Place<'a>, places: &[Place<'a>], root: impl Fn(usize) -> String) -> String {
    let mut parts = Vec::new();
    let mut in_key = false;
    let number = loop {
        let node = match place {
            Place::Root(number) => break number,
            Place::Item(node, number) => {
                parts.push(format!("[{number}]"));
                node
            }
            Place::Field(node, name) => {
                parts.push(field(name));
                node
            }
            Place::Other(node) => {
                parts.push("[...]".to_owned());
                node
            }
            Place::Key(node) => {
                parts.clear();
                in_key = true;
                node
            }
        };
        place = places[node as usize];
    };
    let mut text = root(number);
    let way: String = parts.iter().rev().map(String::as_str).collect();
    let way = way.trim_start_matches('.');
    match (in_key, way.is_empty()) {
        (true, true) => text += ": a key",
        (true, false) => text += &format!(": a key of '{way}'"),
        (false, true) => {}
        (false, false) => text += &format!(": field '{way}'"),
    }
    text
}

fn field(name: &[u8]) -> String {
    const SHOWN: usize = 60;
    let text = String::from_utf8_lossy(name);
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts && text.len() <= SHOWN && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return format!(".{text}");
    }
    let shown: String = text.chars().take(SHOWN).collect();
    format!("[{shown:?}]")
}
