//! Settings, log and engine for one call.

use engine::settings::{LogLevel, Settings};
use engine::{Engine, Options};
use protocol::{Code, Command, Failure, Reply};
use tracing::level_filters::LevelFilter;

use super::args::Cli;
use super::out::Trouble;

/// What every command works with.
pub(crate) struct Context {
    pub(crate) engine: Engine,
    pub(crate) settings: Settings,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

impl Context {
    /// Sends a command.
    pub(crate) fn send(&self, command: Command) -> Result<Reply, Trouble> {
        Ok(self.engine.send(command)?)
    }
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
    let engine = Engine::start(Options {
        worker: std::env::current_exe().ok(),
        commit: option_env!("BENCHVISE_COMMIT").map(Into::into),
        settings: settings.clone(),
        root: cli.root.clone(),
        ..Options::default()
    })?;
    Ok(Context { engine, settings, json: cli.json, quiet: cli.quiet })
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
