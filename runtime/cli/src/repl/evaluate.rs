//! Runs one input under protection and keeps what it gave.

use super::natives::Natives;
use super::validate::compile;
use moonglue::mlua::{Error, Function, Lua, MultiValue, Result, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// What running an input came to.
pub(crate) enum Outcome {
    /// The values it returned.
    Values(Vec<Value>),
    /// It raised an error.
    Failed(Failure),
}

/// An error as it was raised, and where.
pub(crate) struct Failure {
    /// The very value given to `error`.
    pub(crate) value: Value,
    /// Lua's traceback from the place of the error, without the prompt's own frames; empty when there is none.
    pub(crate) traceback: String,
}

impl Failure {
    fn without_traceback(lua: &Lua, message: &str) -> Self {
        // A message that does not even fit into memory is shown as nil.
        let value = lua.create_string(message).map_or(Value::Nil, Value::String);
        Self { value, traceback: String::new() }
    }
}

/// Runs inputs.
pub(crate) struct Evaluator {
    lua: Lua,
    natives: Natives,
    handler: Function,
    traceback: Rc<RefCell<String>>,
}

impl Evaluator {
    /// An evaluator on `lua`.
    ///
    /// # Errors
    /// When the state has no memory left for the error handler.
    pub(crate) fn new(lua: &Lua, natives: &Natives) -> Result<Self> {
        let traceback = Rc::new(RefCell::new(String::new()));
        let kept = Rc::clone(&traceback);
        let handler = lua.create_function(move |lua, value: Value| {
            let text = lua.traceback(None, 1).map(|text| text.to_string_lossy()).unwrap_or_default();
            *kept.borrow_mut() = text;
            Ok(value)
        })?;
        Ok(Self { lua: lua.clone(), natives: natives.clone(), handler, traceback })
    }

    /// Compiles and runs `code`.
    pub(crate) fn run(&self, code: &str) -> Outcome {
        match compile(&self.lua, code) {
            Ok(function) => self.call(&function, MultiValue::new()),
            Err(error) => Outcome::Failed(self.failure_of(&error)),
        }
    }

    /// Calls `function`.
    pub(crate) fn call(&self, function: &Function, arguments: MultiValue) -> Outcome {
        self.traceback.borrow_mut().clear();
        let mut call = MultiValue::from_vec(vec![Value::Function(function.clone()), Value::Function(self.handler.clone())]);
        call.extend(arguments);
        match self.natives.xpcall.call::<MultiValue>(call) {
            Ok(results) => {
                let mut results: Vec<Value> = results.into_iter().collect();
                let succeeded = results.first().is_some_and(|first| *first == Value::Boolean(true));
                if !results.is_empty() {
                    results.remove(0);
                }
                if succeeded {
                    return Outcome::Values(results);
                }
                let value = results.into_iter().next().unwrap_or(Value::Nil);
                Outcome::Failed(Failure { value, traceback: trimmed(&self.traceback.borrow()) })
            }
            // What `xpcall` does not catch: an interrupt that goes on raising until the call has ended.
            Err(error) => Outcome::Failed(self.failure_of(&error)),
        }
    }

    /// A failure from an error of Rust's side.
    pub(crate) fn failure_of(&self, error: &Error) -> Failure {
        match error {
            Error::SyntaxError { message, .. } => Failure::without_traceback(&self.lua, message),
            Error::RuntimeError(message) | Error::MemoryError(message) => {
                let (message, traceback) = message.split_once("\nstack traceback:").unwrap_or((message, ""));
                let mut failure = Failure::without_traceback(&self.lua, message);
                failure.traceback = trimmed(traceback);
                failure
            }
            error => Failure::without_traceback(&self.lua, &error.to_string()),
        }
    }
}

/// A traceback without its heading and without the frames below the input's chunk.
fn trimmed(traceback: &str) -> String {
    let mut frames: Vec<&str> = traceback.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    frames.retain(|frame| *frame != "stack traceback:");
    let below_chunk = |frame: &&str| *frame == "[C]: in ?" || frame.starts_with("[C]: in function 'xpcall'");
    while frames.last().is_some_and(below_chunk) {
        frames.pop();
    }
    frames.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_evaluator<T>(test: impl FnOnce(&Evaluator) -> T) -> T {
        let lua = Lua::new();
        let natives = Natives::take(&lua).expect("a full Lua");
        test(&Evaluator::new(&lua, &natives).expect("an evaluator"))
    }

    fn values(outcome: Outcome) -> Vec<Value> {
        match outcome {
            Outcome::Values(values) => values,
            Outcome::Failed(failure) => panic!("failed: {:?}", failure.value),
        }
    }

    fn failure(outcome: Outcome) -> Failure {
        match outcome {
            Outcome::Values(values) => panic!("succeeded: {values:?}"),
            Outcome::Failed(failure) => failure,
        }
    }

    #[test]
    fn expressions_and_statements() {
        with_evaluator(|evaluator| {
            assert_eq!(values(evaluator.run("1 + 1, 'a'")).len(), 2);
            assert_eq!(values(evaluator.run("x = 5")), []);
            assert_eq!(values(evaluator.run("x")), [Value::Integer(5)]);
            assert_eq!(values(evaluator.run("return nil, nil")), [Value::Nil, Value::Nil]);
        });
    }

    #[test]
    fn an_error_value_stays_what_it_was() {
        with_evaluator(|evaluator| {
            let raised = failure(evaluator.run("error(setmetatable({ kind = 'K' }, {}))"));
            let table = raised.value.as_table().expect("the table").clone();
            assert_eq!(table.raw_get::<String>("kind").expect("its field"), "K");
            assert_eq!(failure(evaluator.run("error()")).value, Value::Nil);
        });
    }

    #[test]
    fn tracebacks_end_at_the_input() {
        with_evaluator(|evaluator| {
            evaluator.run("function f() error('bad') end");
            let raised = failure(evaluator.run("f()"));
            assert_eq!(raised.value.to_string().expect("text"), "stdin:1: bad");
            assert!(raised.traceback.contains("in function 'f'"), "{}", raised.traceback);
            assert!(!raised.traceback.contains("xpcall"), "{}", raised.traceback);
        });
    }

    #[test]
    fn syntax_errors_have_no_traceback() {
        with_evaluator(|evaluator| {
            let raised = failure(evaluator.run("x = = 1"));
            assert_eq!(raised.value.to_string().expect("text"), "stdin:1: unexpected symbol near '='");
            assert_eq!(raised.traceback, "");
        });
    }

    #[test]
    fn endless_recursion_is_an_error() {
        with_evaluator(|evaluator| {
            evaluator.run("function deep() return 1 + deep() end");
            let raised = failure(evaluator.run("deep()"));
            assert!(raised.value.to_string().expect("text").contains("stack overflow"));
            assert_eq!(values(evaluator.run("1")), [Value::Integer(1)]);
        });
    }
}
