//! The grey text behind the cursor: the signature of the call being typed.

use super::help::described;
use super::introspect;
use super::lexer::{TokenKind, tokens};
use super::resolve::{Link, Resolver, chain};
use moonglue::mlua::Value;

/// The signature of the innermost call that is open at the end of `line`.
pub(crate) fn signature(resolver: &Resolver<'_>, line: &str) -> Option<String> {
    let found = tokens(line);
    let mut depth = 0usize;
    let open = found.iter().rposition(|token| {
        match (token.kind, token.text) {
            (TokenKind::Symbol, ")" | "]" | "}") => depth += 1,
            (TokenKind::Symbol, "(" | "[" | "{") if depth > 0 => depth -= 1,
            (TokenKind::Symbol, "(") => return true,
            _ => {}
        }
        false
    })?;
    let links = chain(&found[..open])?;
    // `function f(` defines, it does not call.
    let defines = found[..open].iter().rev().find(|token| token.kind == TokenKind::Keyword);
    if defines.is_some_and(|keyword| {
        keyword.text == "function" && !found[..open].iter().any(|t| t.start > keyword.start && t.text == "(")
    }) {
        return None;
    }
    let value = resolver.value(&links)?;
    let name = written(&links)?;
    of_value(resolver, &value, &name)
}

/// How to call `value`, which is known as `name`.
pub(crate) fn of_value(resolver: &Resolver<'_>, value: &Value, name: &str) -> Option<String> {
    if let Some(signature) = introspect::signature(resolver.lua, value) {
        return Some(signature);
    }
    let Value::Function(function) = value else { return None };
    match resolver.natives.parameters(function) {
        Some(parameters) => Some(format!("{name}({parameters})")),
        None => {
            let known = described(resolver.lua, function)?;
            Some(format!("{}{}", known.name, known.parameters))
        }
    }
}

fn written(links: &[Link]) -> Option<String> {
    match links.last()? {
        Link::Name(name) => Some(name.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repl::natives::Natives;
    use crate::repl::testing::runtime;

    fn hint(line: &str) -> Option<String> {
        let runtime = runtime();
        runtime.exec("function add(a, b, ...) end t = { add = add }").expect("the test's own code");
        let natives = Natives::take(&runtime).expect("a full Lua");
        signature(&Resolver { lua: runtime.lua(), natives: &natives }, line)
    }

    #[test]
    fn inside_a_call() {
        assert_eq!(hint("add(").as_deref(), Some("add(a, b, ...)"));
        assert_eq!(hint("x = t.add(1, {2}, f(3)").as_deref(), Some("add(a, b, ...)"));
        assert_eq!(hint("string.rep('x', ").as_deref(), Some("string.rep(s, n [, separator])"));
    }

    #[cfg(unix)]
    #[test]
    fn prototypes_of_c_functions() {
        let runtime = runtime();
        runtime
            .exec("libc = ctypes.CDLL(ctypes.find_library('c')) libc.labs.restype = ctypes.c_long libc.labs.argtypes = { ctypes.c_long }")
            .expect("the test's own code");
        let natives = Natives::take(&runtime).expect("a full Lua");
        let resolver = Resolver { lua: runtime.lua(), natives: &natives };
        assert_eq!(signature(&resolver, "libc.labs(").as_deref(), Some("c_long labs(c_long)"));
        assert_eq!(signature(&resolver, "libc.never_used("), None);
    }

    #[test]
    fn elsewhere() {
        for line in ["add", "add()", "unknown(", "function add(", "(", "add(1)[", "-- add("] {
            assert_eq!(hint(line), None, "{line}");
        }
    }
}
