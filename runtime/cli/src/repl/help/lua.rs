//! Lua's own functions: how to call each, and what it does.

use moonglue::mlua::{Function, Lua, Table, Value};

/// One function of the standard library.
pub(crate) struct LuaFunction {
    /// Its name from the globals, such as `string.rep`.
    pub(crate) name: &'static str,
    /// Its parameters, optional ones in brackets.
    pub(crate) parameters: &'static str,
    /// What it does, in one line.
    pub(crate) summary: &'static str,
}

/// What is known about the function with this very identity, under whichever name it was reached.
pub(crate) fn lua_function(lua: &Lua, function: &Function) -> Option<&'static LuaFunction> {
    FUNCTIONS.iter().find(|known| lookup(lua, known.name).as_ref() == Some(function))
}

/// What is known about the name `topic`.
pub(super) fn named(topic: &str) -> Option<&'static LuaFunction> {
    FUNCTIONS.iter().find(|known| known.name == topic)
}

fn lookup(lua: &Lua, name: &str) -> Option<Function> {
    let mut table: Table = lua.globals();
    let (library, name) = name.split_once('.').unwrap_or(("", name));
    if !library.is_empty() {
        table = table.raw_get::<Option<Table>>(library).ok()??;
    }
    match table.raw_get::<Value>(name) {
        Ok(Value::Function(function)) => Some(function),
        _ => None,
    }
}

const fn function(name: &'static str, parameters: &'static str, summary: &'static str) -> LuaFunction {
    LuaFunction { name, parameters, summary }
}

#[rustfmt::skip]
const FUNCTIONS: &[LuaFunction] = &[
    function("assert", "(value [, message, ...])", "all its arguments if the first is true, else an error with the message"),
    function("collectgarbage", "([option [, argument]])", "run or tune the garbage collector: \"collect\", \"stop\", \"restart\", \"count\", \"step\", ..."),
    function("dofile", "([filename])", "run a file, or standard input, and return its results"),
    function("error", "(value [, level])", "raise an error; level 1 adds the caller's position to a string, 2 that of its caller"),
    function("getmetatable", "(value)", "the metatable, or its __metatable field"),
    function("ipairs", "(table)", "iterate over 1, 2, ... up to the first nil: for i, v in ipairs(t)"),
    function("load", "(chunk [, name [, mode [, environment]]])", "compile a string or the pieces a function gives; nil and a message if it cannot"),
    function("loadfile", "([filename [, mode [, environment]]])", "compile a file without running it"),
    function("next", "(table [, key])", "the key behind the given one, and its value; nil at the end"),
    function("pairs", "(table)", "iterate over all keys and values: for k, v in pairs(t)"),
    function("pcall", "(f [, ...])", "call protected: true and the results, or false and the error"),
    function("print", "(...)", "write the arguments to standard output, as tostring has them, with tabs between"),
    function("rawequal", "(a, b)", "equality without __eq"),
    function("rawget", "(table, key)", "a field without __index"),
    function("rawlen", "(value)", "the length of a table or string without __len"),
    function("rawset", "(table, key, value)", "set a field without __newindex"),
    function("require", "(name)", "load a module once; its value, and where it was found"),
    function("select", "(n, ...)", "the arguments from the n-th on; with \"#\" how many there are"),
    function("setmetatable", "(table, metatable)", "set the metatable; the table"),
    function("tonumber", "(value [, base])", "the number a string denotes, nil if it denotes none"),
    function("tostring", "(value)", "any value as a string; asks __tostring and __name"),
    function("type", "(value)", "the name of the value's type"),
    function("warn", "(message, ...)", "emit a warning; \"@on\" and \"@off\" switch warnings"),
    function("xpcall", "(f, handler [, ...])", "as pcall; the handler sees the error while the stack is still there"),
    function("coroutine.close", "(co)", "close a suspended or dead coroutine and its to-be-closed variables"),
    function("coroutine.create", "(f)", "a coroutine that will run the function"),
    function("coroutine.isyieldable", "([co])", "whether the coroutine can yield"),
    function("coroutine.resume", "(co [, ...])", "start or go on with a coroutine: true and what it yields, or false and the error"),
    function("coroutine.running", "()", "the running coroutine, and whether it is the main one"),
    function("coroutine.status", "(co)", "\"running\", \"suspended\", \"normal\" or \"dead\""),
    function("coroutine.wrap", "(f)", "a function that resumes a new coroutine and raises its errors"),
    function("coroutine.yield", "(...)", "suspend the running coroutine; the arguments of the next resume"),
    function("debug.debug", "()", "a simple prompt of its own; a line with `cont` ends it"),
    function("debug.gethook", "([thread])", "the hook, its mask and its count"),
    function("debug.getinfo", "([thread,] f [, what])", "a table about a function or a stack level"),
    function("debug.getlocal", "([thread,] f, n)", "the n-th local of a level, or the n-th parameter's name of a function"),
    function("debug.getmetatable", "(value)", "the metatable, whatever __metatable says"),
    function("debug.getregistry", "()", "the registry"),
    function("debug.getupvalue", "(f, n)", "name and value of the n-th upvalue"),
    function("debug.getuservalue", "(userdata [, n])", "the n-th user value"),
    function("debug.sethook", "([thread,] hook, mask [, count])", "call a function on calls, returns, lines or instructions"),
    function("debug.setlocal", "([thread,] level, n, value)", "assign to the n-th local of a level"),
    function("debug.setmetatable", "(value, metatable)", "set the metatable of any value"),
    function("debug.setupvalue", "(f, n, value)", "assign to the n-th upvalue"),
    function("debug.setuservalue", "(userdata, value [, n])", "set the n-th user value"),
    function("debug.traceback", "([thread,] [message [, level]])", "the message followed by the call stack as text"),
    function("debug.upvalueid", "(f, n)", "an identity of the n-th upvalue: shared ones have the same"),
    function("debug.upvaluejoin", "(f1, n1, f2, n2)", "let an upvalue of f1 be an upvalue of f2"),
    function("io.close", "([file])", "close a file, or the default output"),
    function("io.flush", "()", "write out what the default output still holds back"),
    function("io.input", "([file])", "set or get the default input"),
    function("io.lines", "([filename, ...])", "iterate over the lines of a file, closing it at the end"),
    function("io.open", "(filename [, mode])", "open a file: \"r\", \"w\", \"a\", with \"+\" and \"b\"; nil, message, number if it fails"),
    function("io.output", "([file])", "set or get the default output"),
    function("io.popen", "(program [, mode])", "start a program and read from it or write to it"),
    function("io.read", "(...)", "read from the default input: \"l\", \"L\", \"n\", \"a\" or a number of bytes"),
    function("io.tmpfile", "()", "a file that disappears when the program ends"),
    function("io.type", "(value)", "\"file\", \"closed file\" or nil"),
    function("io.write", "(...)", "write strings and numbers to the default output"),
    function("math.abs", "(x)", "the absolute value"),
    function("math.acos", "(x)", "the arc cosine, in radians"),
    function("math.asin", "(x)", "the arc sine, in radians"),
    function("math.atan", "(y [, x])", "the arc tangent of y/x in the right quadrant, in radians"),
    function("math.ceil", "(x)", "the smallest integer that is not less"),
    function("math.atan2", "(y, x)", "old: use math.atan"),
    function("math.cos", "(x)", "the cosine of radians"),
    function("math.cosh", "(x)", "old: the hyperbolic cosine"),
    function("math.frexp", "(x)", "old: mantissa and exponent of 2"),
    function("math.ldexp", "(m, e)", "old: m times 2 to the power of e"),
    function("math.log10", "(x)", "old: use math.log(x, 10)"),
    function("math.pow", "(x, y)", "old: use x ^ y"),
    function("math.sinh", "(x)", "old: the hyperbolic sine"),
    function("math.tanh", "(x)", "old: the hyperbolic tangent"),
    function("math.deg", "(x)", "radians as degrees"),
    function("math.exp", "(x)", "e to the power of x"),
    function("math.floor", "(x)", "the largest integer that is not greater"),
    function("math.fmod", "(x, y)", "the remainder of x/y, rounding the quotient towards zero"),
    function("math.log", "(x [, base])", "the logarithm, natural unless a base is given"),
    function("math.max", "(x, ...)", "the greatest argument"),
    function("math.min", "(x, ...)", "the least argument"),
    function("math.modf", "(x)", "the integral and the fractional part"),
    function("math.rad", "(x)", "degrees as radians"),
    function("math.random", "([m [, n]])", "a random float in [0,1), or an integer from 1 to m, or from m to n"),
    function("math.randomseed", "([x [, y]])", "seed the random numbers"),
    function("math.sin", "(x)", "the sine of radians"),
    function("math.sqrt", "(x)", "the square root"),
    function("math.tan", "(x)", "the tangent of radians"),
    function("math.tointeger", "(x)", "the integer equal to x, nil if there is none"),
    function("math.type", "(x)", "\"integer\", \"float\" or nil"),
    function("math.ult", "(m, n)", "m < n as unsigned integers"),
    function("os.clock", "()", "seconds of processor time used"),
    function("os.date", "([format [, time]])", "a date as text, or as a table with \"*t\""),
    function("os.difftime", "(t2, t1)", "seconds from t1 to t2"),
    function("os.execute", "([command])", "run a shell command: success, \"exit\" or \"signal\", number"),
    function("os.exit", "([code [, close]])", "end the program"),
    function("os.getenv", "(name)", "an environment variable, nil if it is not set"),
    function("os.remove", "(filename)", "remove a file"),
    function("os.rename", "(old, new)", "rename a file"),
    function("os.setlocale", "(locale [, category])", "set the program's locale"),
    function("os.time", "([table])", "now, or the given date, in seconds"),
    function("os.tmpname", "()", "a name for a temporary file"),
    function("package.loadlib", "(path, name)", "load a C library and one function of it"),
    function("package.searchpath", "(name, path [, separator [, replacement]])", "the file a module name would be found in"),
    function("string.byte", "(s [, i [, j]])", "the codes of bytes i to j"),
    function("string.char", "(...)", "the string of these byte codes"),
    function("string.dump", "(f [, strip])", "a function as bytecode"),
    function("string.find", "(s, pattern [, init [, plain]])", "first match: start, end, captures"),
    function("string.format", "(format, ...)", "text from a template: %d %s %q %5.2f %x ..."),
    function("string.gmatch", "(s, pattern [, init])", "iterate over all matches"),
    function("string.gsub", "(s, pattern, replacement [, n])", "replace matches by a string, a table's fields or a function's results"),
    function("string.len", "(s)", "the number of bytes"),
    function("string.lower", "(s)", "upper-case letters made lower"),
    function("string.match", "(s, pattern [, init])", "the captures of the first match, or the match"),
    function("string.pack", "(format, ...)", "values as bytes"),
    function("string.packsize", "(format)", "the number of bytes pack gives"),
    function("string.rep", "(s, n [, separator])", "n copies"),
    function("string.reverse", "(s)", "the bytes backwards"),
    function("string.sub", "(s, i [, j])", "the bytes from i to j; negative positions count from the end"),
    function("string.unpack", "(format, s [, position])", "values from bytes, and where it stopped"),
    function("string.upper", "(s)", "lower-case letters made upper"),
    function("table.concat", "(list [, separator [, i [, j]]])", "strings and numbers of a list joined"),
    function("table.insert", "(list, [position,] value)", "insert, at the end unless a position is given"),
    function("table.move", "(from, first, last, start [, to])", "copy a range of elements"),
    function("table.pack", "(...)", "a table of the arguments, with their number in n"),
    function("table.remove", "(list [, position])", "remove and return an element, the last by default"),
    function("table.sort", "(list [, less])", "sort in place"),
    function("table.unpack", "(list [, i [, j]])", "the elements as separate values"),
    function("utf8.char", "(...)", "the UTF-8 string of these code points"),
    function("utf8.codepoint", "(s [, i [, j [, lax]]])", "the code points that start between bytes i and j"),
    function("utf8.codes", "(s [, lax])", "iterate over positions and code points"),
    function("utf8.len", "(s [, i [, j [, lax]]])", "the number of characters; nil and a position if invalid"),
    function("utf8.offset", "(s, n [, i])", "the byte position of the n-th character"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_of_lua_is_described_and_exists() {
        let runtime = crate::repl::testing::runtime();
        let lua = runtime.lua();
        for known in FUNCTIONS {
            assert!(lookup(lua, known.name).is_some(), "{} does not exist", known.name);
        }
        let missing: Vec<String> = lua
            .load(
                "local names = {}
                 for name, value in pairs(_G) do
                   if type(value) == 'function' then names[#names + 1] = name
                   elseif type(value) == 'table' and name ~= '_G' then
                     for inner, field in pairs(value) do
                       if type(field) == 'function' then names[#names + 1] = name .. '.' .. inner end
                     end
                   end
                 end
                 return names",
            )
            .eval::<Vec<String>>()
            .expect("a list of names")
            .into_iter()
            .filter(|name| named(name).is_none() && name != "debug.setcstacklimit")
            .collect();
        assert_eq!(missing, [""; 0]);
    }
}
