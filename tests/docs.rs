//! Every Lua block of the README and the user guide, run by the real binary and compared with the output shown below it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use moonglue_tests::binary::{bridge32, moonglue, repository};
use moonglue_tests::process;
use moonglue_tests::snippets::{Ending, Snippet, snippets};

const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn readme() {
    assert_good(&[repository().join("README.md")]);
}

#[test]
fn guide() {
    let folder = repository().join("docs/guide");
    let mut pages: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the guide is there")
        .map(|entry| entry.expect("the guide can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    assert!(!pages.is_empty(), "no page in {}", folder.display());
    assert_good(&pages);
}

/// Every name that a row calls present is there. What a row says about it is the golden scripts' matter.
#[test]
fn compatibility() {
    let text = fs::read_to_string(repository().join("COMPATIBILITY.md")).expect("the table is there");
    let mut code = "local ct = require 'ctypes'\nlocal function has(name)\n  \
        local ok, value = pcall(function() return ct[name] end)\n  \
        if not (ok and value ~= nil) and _G[name] == nil then print(name) end\nend\n"
        .to_owned();
    let mut checked = 0;
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').skip(1).map(str::trim).collect();
        let [theirs, ours, state, ..] = cells[..] else { continue };
        if !matches!(state, "same" | "differs" | "more" | "Windows only") {
            continue;
        }
        let named_here = if ours.is_empty() { theirs } else { ours };
        for item in named_here.split('`').skip(1).step_by(2) {
            let name = item.split('(').next().unwrap_or_default();
            let name = name.strip_prefix("ct.").unwrap_or(name);
            if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty() {
                code.push_str(&format!("has '{name}'\n"));
                checked += 1;
            }
        }
    }
    assert!(checked > 60, "only {checked} names were found in the table");
    let missing = Snippet { line: 1, code, ending: Ending::Well, output: String::new(), files: Vec::new() };
    run(&missing).unwrap_or_else(|reason| panic!("names that are not there: {reason}"));
}

/// The annotations for editors name what each module has, and nothing else.
#[test]
fn annotations() {
    for module in ["ctypes", "bridge"] {
        let path = repository().join(format!("stdlib/lua/{module}.d.lua"));
        let code = format!(
            "local module, annotated = require '{module}', {{}}\n\
             for line in io.lines {path:?} do\n  \
               local name = line:match '^{module}%.([%w_]+) =' or line:match '^function {module}%.([%w_]+)%('\n  \
               if name then annotated[name] = true end\n\
             end\n\
             for name in pairs(module) do if not annotated[name] then print('not annotated', name) end end\n\
             for name in pairs(annotated) do\n  \
               if not pcall(function() return module[name] end) then print('not in the module', name) end\n\
             end\n"
        );
        let differences = Snippet { line: 1, code, ending: Ending::Well, output: String::new(), files: Vec::new() };
        run(&differences).unwrap_or_else(|reason| panic!("{module}: {reason}"));
    }
}

fn assert_good(pages: &[PathBuf]) {
    let mut failures = Vec::new();
    for page in pages {
        let name = page.strip_prefix(repository()).unwrap_or(page).display();
        let text = fs::read_to_string(page).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = snippets(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for snippet in found {
            if let Err(reason) = run(&snippet) {
                failures.push(format!("{name}:{}: {reason}", snippet.line));
            }
        }
    }
    assert!(failures.is_empty(), "{} blocks are not as shown:\n\n{}", failures.len(), failures.join("\n\n"));
}

fn run(snippet: &Snippet) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    fs::write(folder.path().join("snippet.lua"), &snippet.code).map_err(|error| error.to_string())?;
    for (name, text) in &snippet.files {
        fs::write(folder.path().join(name), text).map_err(|error| error.to_string())?;
    }
    let mut command = Command::new(moonglue());
    command
        .arg("snippet.lua")
        .current_dir(folder.path())
        .env("MOONGLUE_BRIDGE32", bridge32())
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("LUA_INIT")
        .env_remove("LUA_PATH");
    let finished = process::run(&mut command, LIMIT)?;
    let ended = match (finished.status.code(), finished.status.success()) {
        (_, true) => Ending::Well,
        (Some(_), false) => Ending::Error,
        (None, false) => Ending::Crash,
    };
    if ended != snippet.ending {
        return Err(format!("ended with {}\n{}", finished.status, finished.stderr));
    }
    let (shown, other) = match ended {
        Ending::Well => (&finished.stdout, &finished.stderr),
        Ending::Error | Ending::Crash => (&finished.stderr, &finished.stdout),
    };
    let is_as_shown = match ended {
        Ending::Well => shown.trim_end() == snippet.output.trim_end(),
        // A traceback follows.
        Ending::Error | Ending::Crash => !snippet.output.is_empty() && shown.trim_start().starts_with(&snippet.output),
    };
    if !is_as_shown {
        return Err(format!("the page shows:\n{}\nit printed:\n{shown}{other}", snippet.output));
    }
    if !other.is_empty() {
        return Err(format!("it printed besides:\n{other}"));
    }
    Ok(())
}
