//! Settings, log and engine for one call.

use std::path::PathBuf;

use engine::settings::{LogLevel, Settings};
use engine::{Engine, Options};
use protocol::{Code, Failure};
use server::Token;
use tracing::level_filters::LevelFilter;

use super::args::Cli;
use super::bench::Bench;
use super::out::{self, Trouble};
use crate::remote::{Away, Host};

/// What every command works with.
pub(crate) struct Context {
    pub(crate) bench: Bench,
    pub(crate) settings: Settings,
    /// The file of the token, where the user names one.
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

/// Resolves the settings, begins the log, starts the engine.
pub(crate) fn start(cli: &Cli) -> Result<Context, Trouble> {
    let settings = settings(cli)?;
    let warnings = settings.warnings().to_vec();
    let context = begin(cli, settings)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    Ok(context)
}

/// The same with whatever of the settings can be used, and no word about the rest: they are about
/// to change.
pub(crate) fn start_to_repair(cli: &Cli) -> Result<Context, Trouble> {
    let file = Settings::default_file();
    begin(cli, Settings::resolve_what_can_be(file.as_deref(), &environment, &flags(cli)))
}

fn begin(cli: &Cli, settings: Settings) -> Result<Context, Trouble> {
    let shown = match (cli.quiet, cli.verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, _) => LevelFilter::TRACE,
    };
    let level = match settings.log_level() {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    crate::log::begin(&settings.log_folder(), level, shown);
    let token_file =
        cli.token_file.clone().or_else(|| given("BENCHVISE_TOKEN_FILE").map(Into::into));
    let bench = match address(cli) {
        Some(address) => Bench::There(Box::new(away(cli, &address, token_file.clone())?)),
        None => Bench::Here(Engine::start(Options {
            worker: std::env::current_exe().ok(),
            commit: option_env!("BENCHVISE_COMMIT").map(Into::into),
            settings: settings.clone(),
            root: cli.root.clone(),
            ..Options::default()
        })?),
    };
    Ok(Context { bench, settings, token_file, json: cli.json, quiet: cli.quiet })
}

/// The address of the host that is worked with, where one is named.
pub(crate) fn address(cli: &Cli) -> Option<String> {
    cli.remote.clone().or_else(|| given("BENCHVISE_REMOTE"))
}

fn away(cli: &Cli, address: &str, token_file: Option<PathBuf>) -> Result<Away, Failure> {
    let file = token_file.unwrap_or_else(Settings::token_file);
    let token = Token::read(&file).map_err(|error| {
        Failure::new(Code::BadInput, error.to_string())
            .with_hint("bring the token's file from the host and name it with --token-file")
    })?;
    let remark: fn(&str) = match cli.quiet {
        true => |_| {},
        false => out::remark,
    };
    Ok(Away::new(Host::at(address, token)?, remark))
}

/// A variable that says something.
fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn settings(cli: &Cli) -> Result<Settings, Trouble> {
    let file = Settings::default_file();
    Settings::resolve(file.as_deref(), &environment, &flags(cli))
        .map_err(|error| Failure::new(Code::BadInput, error.to_string()).into())
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn flags(cli: &Cli) -> Vec<(&'static str, String)> {
    cli.store.iter().map(|folder| ("store", folder.display().to_string())).collect()
}
