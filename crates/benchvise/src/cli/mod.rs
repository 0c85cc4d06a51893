//! The command line: one file a command, all over the same engine, or over a host's ([`mod@bench`]).
//!
//! Standard output carries the answer, standard error the log and progress. Exit codes: 0 done;
//! 1 what the user asked to be told about; 2 error. A profile that Ctrl-C stops is done, for its
//! record is the answer; other work that Ctrl-C stops has no answer, which is an error. A second
//! Ctrl-C ends the program at once, with 130.

pub(crate) mod args;
mod be_board;
mod bench;
mod boards;
mod boards_watch;
mod cache;
mod compare;
mod compress;
mod compress_targets;
mod config;
mod content_words;
mod doctor;
mod driver_args;
mod eval;
mod eval_args;
mod explaining;
mod export;
mod fit;
mod fix;
mod flash;
mod flash_args;
mod follow;
mod left_args;
mod listen;
mod many;
mod many_args;
mod meter_args;
mod meter_emulator;
mod model;
mod neural_args;
pub(crate) mod out;
mod overwriting;
mod profile;
mod runs;
mod serve;
mod serve_args;
mod shaping_args;
mod start;
mod store;
mod table;
mod tour;
mod tune;
mod tune_args;
mod watch;
mod window;
mod window_args;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command};
use out::{Answer, Trouble};
use start::Context;

/// Parses, runs, answers.
pub(crate) fn main() -> ExitCode {
    // clap itself exits with 2 on bad usage and 0 on help.
    let cli = Cli::parse();
    let json = cli.json;
    match run(cli) {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::ToldYou) => ExitCode::from(1),
        Err(trouble) => out::complain(&trouble, json),
    }
}

fn run(mut cli: Cli) -> Result<Answer, Trouble> {
    let command = cli.command.take().unwrap_or(Command::Window(window_args::WindowArgs::OPEN));
    match &command {
        Command::Doctor(doctor) => cli.root.clone_from(&doctor.root),
        Command::Flash(flash) => cli.root.clone_from(&flash.root),
        _ => {}
    }
    match command {
        // These need neither settings nor a store.
        Command::Agent(args) => be_board::be(&args),
        Command::BoardAgent(args) => board_agent(&args),
        Command::MeterEmulator(args) => meter_emulator::emulate(&args),
        Command::DocumentWorker => {
            // A terminal sends Ctrl-C to workers too; their owner decides what it means.
            if let Err(error) = ctrlc::set_handler(|| {}) {
                tracing::debug!(%error, "Ctrl-C would end the worker");
            }
            engine::document_worker(std::io::stdin().lock(), out::Stdout)?;
            Ok(Answer::Done)
        }
        Command::Completions { shell } => {
            // Into memory first: the generator panics where standard output is closed.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "benchvise", &mut script);
            out::Stdout.write_all(&script)?;
            Ok(Answer::Done)
        }
        Command::Man => {
            clap_mangen::Man::new(Cli::command()).render(&mut out::Stdout)?;
            Ok(Answer::Done)
        }
        Command::Config(args::ConfigCommand::Check { file }) => {
            if let Some(address) = start::address(&cli) {
                return Err(bench::here_alone("`config check`", &address));
            }
            config::check(file.as_deref(), cli.json)
        }
        // A file that cannot be used as it is can be set right by these.
        set @ Command::Config(
            args::ConfigCommand::Set { .. } | args::ConfigCommand::Unset { .. },
        ) => dispatch(set, &start::start_to_repair(&cli)?),
        other => dispatch(other, &start::start(&cli)?),
    }
}

fn dispatch(command: Command, context: &Context) -> Result<Answer, Trouble> {
    match command {
        Command::Window(args) => window::window(context, args),
        Command::Boards(args) => boards::list(context, &args),
        Command::Profile(args) => profile::profile(context, *args),
        Command::Flash(args) => flash::flash(context, args),
        Command::Listen(args) => listen::listen(context, args),
        Command::Watch { run } => watch::watch(context, &run),
        Command::Runs(args) => runs::list(context, args),
        Command::Show { run } => runs::show(context, run),
        Command::Note { run, text } => runs::note(context, run, text),
        Command::Tag { run, key, value } => runs::tag(context, run, key, Some(value)),
        Command::Untag { run, key } => runs::tag(context, run, key, None),
        Command::Delete { run } => runs::delete(context, run),
        Command::Undelete { run } => runs::undelete(context, run),
        Command::Export(args) => export::export(context, args),
        Command::Import { bundle } => export::import(context, bundle),
        Command::Compare(args) => compare::compare(context, args),
        Command::Compress(args) => compress::compress(context, *args),
        Command::Eval(command) => eval::eval(context, command),
        Command::Tune(args) => tune::tune(context, args),
        Command::Recommend(command) => eval::recommend(context, command),
        Command::Fit(args) => fit::fit(context, args),
        Command::Tour(args) => tour::tour(context, args),
        Command::Serve(args) => serve::serve(context, args),
        Command::Doctor(args) if args.fix => fix::fix(context, &args),
        Command::Doctor(_) => doctor::doctor(context),
        Command::Store(command) => store::store(context, command),
        Command::Cache(command) => cache::cache(context, command),
        Command::Model(command) => model::model(context, command),
        Command::Config(args::ConfigCommand::Show { origin: true }) => {
            config::show(context, config::Origins::Shown)
        }
        Command::Config(args::ConfigCommand::Set { key, value }) => {
            config::change(context, key, Some(value))
        }
        Command::Config(args::ConfigCommand::Unset { key }) => config::change(context, key, None),
        Command::Config(_) => config::show(context, config::Origins::Hidden),
        Command::Agent(_)
        | Command::BoardAgent(_)
        | Command::MeterEmulator(_)
        | Command::DocumentWorker
        | Command::Completions { .. }
        | Command::Man => Ok(Answer::Done),
    }
}

fn board_agent(args: &args::BoardAgentArgs) -> Result<Answer, Trouble> {
    // A terminal sends Ctrl-C to the board's process too. The host decides what it means, and the
    // board ends when the host hangs up.
    if let Err(error) = ctrlc::set_handler(|| {}) {
        tracing::debug!(%error, "Ctrl-C would end the board");
    }
    let transport: Box<dyn board::Transport> = match (&args.port, &args.tcp) {
        (Some(path), _) => Box::new(board::Pty::open(path)?),
        (None, Some(address)) => Box::new(board::Tcp::connect(address)?),
        (None, None) => return Err(Trouble::usage("give --port or --tcp")),
    };
    crate::board_agent::serve(transport, crate::board_agent::THIS_COMPUTER)?;
    out::Stdout.flush()?;
    Ok(Answer::Done)
}
