//! `_`, `_1`, `_2` ... and `_err`: what the last inputs gave.

use moonglue::mlua::{Lua, Result, Value};

/// Keeps the globals with the last results, as long as the user does not want them for something else.
pub(crate) struct LastResults {
    lua: Lua,
    underscore: Value,
    count: usize,
    active: bool,
}

impl LastResults {
    pub(crate) fn new(lua: &Lua) -> Self {
        Self { lua: lua.clone(), underscore: Value::Nil, count: 0, active: true }
    }

    /// Stores the results of an input. Returns whether `_` was just found to be the user's own.
    ///
    /// # Errors
    /// When there is no memory for the names.
    pub(crate) fn store(&mut self, values: &[Value]) -> Result<bool> {
        // Raw access: a strict metatable on the globals must not stop the prompt.
        let globals = self.lua.globals();
        let current: Value = globals.raw_get("_")?;
        if self.active && !same(&current, &self.underscore) {
            self.active = false;
            return Ok(true);
        }
        let Some(first) = values.first().filter(|_| self.active) else { return Ok(false) };
        for (index, value) in values.iter().enumerate() {
            globals.raw_set(format!("_{}", index + 1), value)?;
        }
        for stale in values.len() + 1..=self.count {
            globals.raw_set(format!("_{stale}"), Value::Nil)?;
        }
        self.count = values.len();
        // A nil says nothing one would want to go on with.
        if !first.is_nil() {
            globals.raw_set("_", first)?;
            self.underscore = first.clone();
        }
        Ok(false)
    }

    /// Stores an error as `_err`.
    ///
    /// # Errors
    /// When there is no memory for the name.
    pub(crate) fn store_error(&self, error: &Value) -> Result<()> {
        self.lua.globals().raw_set("_err", error)
    }

    /// Whether `name` is one of ours rather than a variable of the user.
    pub(crate) fn owns(&self, name: &str) -> bool {
        name == "_err" || name.strip_prefix('_').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
    }
}

/// Identity that also holds for NaN, which `_` may well be.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_kept_until_the_user_takes_the_name() {
        let lua = Lua::new();
        let mut last = LastResults::new(&lua);
        assert!(!last.store(&[Value::Integer(1), Value::Integer(2)]).expect("memory"));
        let sum: i64 = lua.load("return _ + _1 + _2").eval().expect("both are numbers");
        assert_eq!(sum, 4);
        assert!(!last.store(&[Value::Nil]).expect("memory"));
        let kept: (Option<i64>, Option<i64>) = lua.load("return _, _2").eval().expect("values");
        assert_eq!(kept, (Some(1), None));
        lua.load("_ = 'mine'").exec().expect("an assignment");
        assert!(last.store(&[Value::Integer(5)]).expect("memory"));
        assert!(!last.store(&[Value::Integer(6)]).expect("memory"));
        assert_eq!(lua.globals().raw_get::<String>("_").expect("a string"), "mine");
    }

    #[test]
    fn not_a_number_is_no_assignment() {
        let lua = Lua::new();
        let mut last = LastResults::new(&lua);
        assert!(!last.store(&[Value::Number(f64::NAN)]).expect("memory"));
        assert!(!last.store(&[Value::Number(1.0)]).expect("memory"));
    }
}
