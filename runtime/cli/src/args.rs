//! The command line, as `lua` understands it.

use std::ffi::OsString;

use clap::{ArgAction, ArgMatches, CommandFactory, FromArgMatches, Parser};

use crate::version;

/// Run Lua scripts that call C libraries.
#[derive(Parser, Debug)]
#[command(
    name = "moonglue",
    disable_version_flag = true,
    override_usage = "moonglue [OPTIONS] [SCRIPT [ARGS]...]",
    after_help = version::after_help(),
    long_version = version::long()
)]
struct Options {
    /// Execute the string STAT
    #[arg(short = 'e', value_name = "STAT", action = ArgAction::Append, allow_hyphen_values = true)]
    execute: Vec<OsString>,

    /// Require library MOD into global MOD, or into global G with `G=MOD`
    #[arg(short = 'l', value_name = "MOD", action = ArgAction::Append)]
    library: Vec<OsString>,

    /// Turn warnings on
    #[arg(short = 'W', action = ArgAction::Count)]
    warnings: u8,

    /// Enter interactive mode after running SCRIPT
    #[arg(short = 'i')]
    interactive: bool,

    /// Show version information
    #[arg(short = 'v', action = ArgAction::Count)]
    show_version: u8,

    /// Ignore environment variables
    #[arg(short = 'E')]
    ignore_environment: bool,

    /// Say what is in this build
    #[arg(long, action = ArgAction::Version)]
    version: Option<bool>,

    /// A script (`-` is standard input) and what it finds in `arg`; options after it are its own
    #[arg(value_name = "SCRIPT [ARGS]", trailing_var_arg = true)]
    rest: Vec<OsString>,
}

/// Something to do before the script, in the order given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// `-e`
    Execute(OsString),
    /// `-l`
    Require(OsString),
    /// `-W`
    WarningsOn,
}

/// What a command line asks for.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) steps: Vec<Step>,
    pub(crate) interactive: bool,
    pub(crate) show_version: bool,
    pub(crate) ignore_environment: bool,
    /// The whole command line, program first.
    pub(crate) words: Vec<OsString>,
    /// Where the script stands in `words`; 0 without a script.
    pub(crate) script: usize,
}

impl Invocation {
    /// Understands a command line, program name first.
    ///
    /// # Errors
    ///
    /// What is wrong with it, or the text `--help` and `--version` ask for.
    pub(crate) fn parse(words: Vec<OsString>) -> Result<Invocation, clap::Error> {
        let matches = Options::command().try_get_matches_from(&words)?;
        let mut options = Options::from_arg_matches(&matches)?;
        let steps = steps_in_order(&matches, &mut options);
        let script = if options.rest.is_empty() { 0 } else { words.len() - options.rest.len() };
        Ok(Invocation {
            steps,
            interactive: options.interactive,
            show_version: options.show_version > 0 || options.interactive && script == 0,
            ignore_environment: options.ignore_environment,
            words,
            script,
        })
    }

    /// Whether a script is named (or `-` given for standard input).
    pub(crate) fn has_script(&self) -> bool {
        self.script > 0
    }

    /// Whether anything makes a prompt or a script on standard input unnecessary.
    pub(crate) fn has_work(&self) -> bool {
        self.show_version || self.steps.iter().any(|step| matches!(step, Step::Execute(_)))
    }
}

fn steps_in_order(matches: &ArgMatches, options: &mut Options) -> Vec<Step> {
    let places = |id: &str| -> Vec<usize> {
        let given = matches.value_source(id) == Some(clap::parser::ValueSource::CommandLine);
        if given { matches.indices_of(id).map(Iterator::collect).unwrap_or_default() } else { Vec::new() }
    };
    let mut steps: Vec<(usize, Step)> = Vec::new();
    steps.extend(places("execute").into_iter().zip(options.execute.drain(..).map(Step::Execute)));
    steps.extend(places("library").into_iter().zip(options.library.drain(..).map(Step::Require)));
    steps.extend(places("warnings").into_iter().map(|place| (place, Step::WarningsOn)));
    steps.sort_by_key(|(place, _)| *place);
    steps.into_iter().map(|(_, step)| step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Invocation {
        let words = std::iter::once("moonglue").chain(words.iter().copied()).map(OsString::from).collect();
        Invocation::parse(words).expect("a valid command line")
    }

    #[test]
    fn steps_keep_their_order() {
        let invocation = parse(&["-e", "a", "-lmod", "-W", "-e-- b", "script", "-e", "not ours"]);
        let expected =
            [Step::Execute("a".into()), Step::Require("mod".into()), Step::WarningsOn, Step::Execute("-- b".into())];
        assert_eq!(invocation.steps, expected);
        assert_eq!(invocation.words[invocation.script], "script");
    }

    #[test]
    fn what_follows_the_script_is_its_own() {
        let invocation = parse(&["-i", "--", "script", "-h", "--", "-e"]);
        assert_eq!(invocation.words[invocation.script..], ["script", "-h", "--", "-e"].map(OsString::from));
        assert!(invocation.interactive && invocation.steps.is_empty());
    }

    #[test]
    fn a_dash_is_a_script() {
        assert_eq!(parse(&["-", "a"]).script, 1);
        assert!(!parse(&["-v"]).has_script());
    }

    #[test]
    fn unknown_options_are_refused() {
        let words = ["moonglue", "-x"].map(OsString::from).to_vec();
        assert!(Invocation::parse(words).expect_err("-x is no option").use_stderr());
    }
}
