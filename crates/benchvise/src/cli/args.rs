//! Every command and flag, declared once: help, man page, completions and parsing come from here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use super::driver_args::DriverArgs;
pub(crate) use super::eval_args::{EvalCommand, RecommendCommand};
pub(crate) use super::flash_args::{FlashArgs, WayArg};
pub(crate) use super::many_args::{CacheCommand, ManyArgs};
pub(crate) use super::meter_args::{MeterArgs, MeterEmulatorArgs};
pub(crate) use super::neural_args::NeuralArgs;

/// Profile tiny language models on edge boards, compress documents until they fit, and compare.
#[derive(Parser, Debug)]
#[command(name = "benchvise", version = version(), max_term_width = 100, propagate_version = true)]
pub(crate) struct Cli {
    /// Folder of the store
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say more on standard error; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say nothing on standard error but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Work with the bench host at this address instead of with this computer [env: BENCHVISE_REMOTE]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) remote: Option<String>,
    /// The file with a host's token, which `serve` makes where there is none [env: BENCHVISE_TOKEN_FILE]
    /// [default: in the user's folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The folder that stands for / where `doctor` writes and `flash` looks, taken from their arguments
    #[arg(skip)]
    pub(crate) root: Option<PathBuf>,
    /// Without one, the window opens
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

fn version() -> String {
    match option_env!("BENCHVISE_COMMIT") {
        Some(commit) => format!("{} ({commit})", env!("CARGO_PKG_VERSION")),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    }
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Open the window, as no command at all does, or make a picture of it without a display
    Window(super::window_args::WindowArgs),
    /// List boards, how they are, and what keeps them from being used
    Boards(BoardsArgs),
    /// Run a model on a board and record latency, memory and energy
    Profile(Box<ProfileArgs>),
    /// Put an image onto a board: a Pico's drive, an ESP32's bootloader, a debug probe
    Flash(FlashArgs),
    /// Print what a board says, with what patterns make of it
    Listen(ListenArgs),
    /// Follow a run that is being recorded, by this or another program
    Watch {
        /// The run
        #[arg(default_value = "latest")]
        run: String,
    },
    /// List stored runs, newest first
    Runs(RunsArgs),
    /// Show one run
    Show {
        /// An id, a unique prefix, latest, latest~2, or tag:key=value
        run: String,
    },
    /// Write a note to a run
    Note {
        /// Which run
        run: String,
        /// The note; empty removes it
        text: String,
    },
    /// Put a label on a run, or change it
    Tag {
        /// Which run
        run: String,
        /// The label's name; tag:KEY=VALUE finds the run again
        key: String,
        /// What it says
        value: String,
    },
    /// Take a label off a run
    Untag {
        /// Which run
        run: String,
        /// The label's name
        key: String,
    },
    /// Delete runs; they can be brought back for 30 days
    Delete {
        /// Which runs
        run: String,
    },
    /// Bring deleted runs back
    Undelete {
        /// Which runs
        run: String,
    },
    /// Write runs to a file
    Export(ExportArgs),
    /// Read runs from a bundle
    Import {
        /// The bundle
        bundle: PathBuf,
    },
    /// Compare runs: verdicts with intervals, and what differed
    Compare(CompareArgs),
    /// Compress documents to a token budget
    Compress(Box<CompressArgs>),
    /// Measure how good compressions are
    #[command(subcommand)]
    Eval(EvalCommand),
    /// Say how far documents can be compressed
    #[command(subcommand)]
    Recommend(RecommendCommand),
    /// Fit what counts how much to your own questions, and say whether that is a gain
    Tune(super::tune_args::TuneArgs),
    /// Try a document on a board, in full and compressed
    Fit(FitArgs),
    /// Do the whole job once, on a document of ours, and write a report
    Tour(TourArgs),
    /// Serve the engine to windows and command lines elsewhere, and as a page
    Serve(super::serve_args::ServeArgs),
    /// Look at this machine and say what to do
    Doctor(DoctorArgs),
    /// Check, back up, restore and measure the store
    #[command(subcommand)]
    Store(StoreCommand),
    /// Get and list models
    #[command(subcommand)]
    Model(ModelCommand),
    /// List and forget results that are remembered
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Show, check and change the settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Be a board: answer a host over a serial port of this computer, until Ctrl-C
    Agent(AgentArgs),
    /// Play the host board (started by the program itself)
    #[command(hide = true)]
    BoardAgent(BoardAgentArgs),
    /// Play a power meter on a pseudo-terminal, whose path is printed
    #[command(hide = true)]
    MeterEmulator(MeterEmulatorArgs),
    /// Read documents that could hurt their reader (started by the program itself)
    #[command(hide = true)]
    DocumentWorker,
}

#[derive(Args, Debug)]
pub(crate) struct ModelArgs {
    /// A llama2.c checkpoint, or the name of a model got before, such as stories260K
    /// [default: the setting model, else a synthetic one, labelled so]
    #[arg(long, value_name = "FILE|NAME")]
    pub(crate) model: Option<PathBuf>,
    /// The checkpoint's tokenizer.bin
    #[arg(long, value_name = "FILE", requires = "model")]
    pub(crate) tokenizer: Option<PathBuf>,
    /// Precision of the weights; 8 quantises on load
    #[arg(long, default_value = "32", value_name = "32|8")]
    pub(crate) bits: BitsArg,
    /// Make a synthetic model from this seed, whatever the settings name [default seed: 1]
    #[arg(long, value_name = "N", conflicts_with = "model")]
    pub(crate) synthetic_seed: Option<u64>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
pub(crate) enum BitsArg {
    #[value(name = "32")]
    F32,
    #[value(name = "8")]
    Int8,
}

#[derive(Args, Debug)]
pub(crate) struct ListenArgs {
    /// A port, or a board's identity, serial number or name
    #[arg(long)]
    pub(crate) board: String,
    /// A regular expression whose named groups are figures; may be given several times
    /// [default: token rates as people print them]
    #[arg(long = "pattern", value_name = "REGEX")]
    pub(crate) patterns: Vec<String>,
    /// Typed first, such as "run\n"
    #[arg(long, value_name = "TEXT")]
    pub(crate) start: Option<String>,
    /// Bits per second [default: what is known of the board, else 115200]
    #[arg(long, value_name = "BAUD", value_parser = clap::value_parser!(u32).range(50..=20_000_000))]
    pub(crate) baud: Option<u32>,
    /// For so long; without it, until Ctrl-C
    #[arg(long, value_name = "SECONDS")]
    pub(crate) seconds: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct ProfileArgs {
    /// Which board: host is this computer; else a port, an identity, a serial number, or a name
    #[arg(long, default_value = "host")]
    pub(crate) board: String,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// The prompt
    #[arg(long, default_value = "", value_name = "TEXT", conflicts_with = "prompt_file")]
    pub(crate) prompt: String,
    /// A file with the prompt; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) prompt_file: Option<PathBuf>,
    /// Tokens to make in each repetition
    #[arg(long, default_value_t = 64, value_name = "N")]
    pub(crate) tokens: u32,
    /// Repetitions that count [default: 10; with mlperf-tiny 5, as its rules say]
    #[arg(long, value_name = "R")]
    pub(crate) repeat: Option<u32>,
    /// Repetitions before them that do not [default: 1 with the agent, else 0]
    #[arg(long, value_name = "W")]
    pub(crate) warmup: Option<u32>,
    /// Seed of the sampler
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
    /// 0 always takes the likeliest token
    #[arg(long, default_value_t = 0.0, value_name = "T")]
    pub(crate) temperature: f32,
    /// Nucleus of the sampler; 1 is off
    #[arg(long, default_value_t = 1.0, value_name = "P")]
    pub(crate) top_p: f32,
    /// Let the board send its totals alone: no times of tokens, of phases, no memory over time
    #[arg(long)]
    pub(crate) no_stream: bool,
    /// A label; may be given several times
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) tags: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) driver: DriverArgs,
    #[command(flatten)]
    pub(crate) meter: MeterArgs,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE".into()),
    }
}

#[derive(Args, Debug)]
pub(crate) struct BoardsArgs {
    /// List ports too that are no boards: the computer's own, modems, Bluetooth
    #[arg(long)]
    pub(crate) all: bool,
    /// Go on and say what comes, goes or changes, until Ctrl-C; with --json the whole list each time
    #[arg(long)]
    pub(crate) watch: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// Show the udev rule that lets you open the attached boards, ask, and write it
    #[arg(long)]
    pub(crate) fix: bool,
    /// Do not ask
    #[arg(long, requires = "fix")]
    pub(crate) yes: bool,
    /// The folder that stands for / where the rule is written (for tests)
    #[arg(long, requires = "fix", hide = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct RunsArgs {
    /// Words to look for in board, model, note and tags
    pub(crate) filter: Vec<String>,
    /// List deleted runs instead
    #[arg(long)]
    pub(crate) deleted: bool,
    /// At most this many
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: u32,
    /// After skipping this many
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) offset: u32,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
pub(crate) enum FormatArg {
    /// A row per token
    Csv,
    /// Everything, for another program
    Json,
    /// Everything, for another Benchvise
    Bundle,
}

#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// Which runs
    pub(crate) run: String,
    /// How
    #[arg(long, default_value = "bundle")]
    pub(crate) format: FormatArg,
    /// Where to; - is standard output, except for bundles
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailOn {
    /// Exit 1 where something regressed
    Regressed,
    /// Exit 1 where something regressed or the data do not say
    Inconclusive,
}

#[derive(Args, Debug)]
pub(crate) struct CompareArgs {
    /// One run, or several joined by commas
    pub(crate) base: String,
    /// One run, or several joined by commas
    pub(crate) candidate: String,
    /// Smallest effect that matters [default: the setting min_effect, 5%]
    #[arg(long, value_name = "5%", value_parser = percent)]
    pub(crate) min_effect: Option<f64>,
    /// When to exit with 1
    #[arg(long, value_name = "WHEN")]
    pub(crate) fail_on: Option<FailOn>,
    /// Only this metric; may be given several times
    #[arg(long = "metric", value_name = "M")]
    pub(crate) metrics: Vec<String>,
}

fn percent(text: &str) -> Result<f64, String> {
    let (number, scale) = match text.strip_suffix('%') {
        Some(number) => (number, 0.01),
        None => (text, 1.0),
    };
    let value = number.trim().parse::<f64>().map_err(|_| "write it as 5% or 0.05".to_owned())?;
    let fraction = value * scale;
    match (0.0..1.0).contains(&fraction) {
        true => Ok(fraction),
        false => Err("it must lie between 0 and 100 %; write it as 5% or 0.05".into()),
    }
}

#[derive(Args, Debug, Clone)]
pub(crate) struct CompressArgs {
    /// Documents, or folders of them; - is standard input
    #[arg(required_unless_present_any = ["jsonl", "stream"])]
    pub(crate) files: Vec<PathBuf>,
    /// Tokens that may remain
    #[arg(long, value_name = "N", conflicts_with = "ratio")]
    pub(crate) budget: Option<u64>,
    /// Or: input tokens over output tokens
    #[arg(long, value_name = "R", value_parser = ratio)]
    pub(crate) ratio: Option<f64>,
    /// The budget is for all documents together
    #[arg(long, requires = "budget")]
    pub(crate) total_budget: bool,
    /// Who counts: o200k, cl100k, a tokenizer.json, or a llama2.c tokenizer.bin
    /// [default: the setting tokenizer, o200k]
    #[arg(long, value_name = "T")]
    pub(crate) tokenizer: Option<String>,
    /// How the text is cut
    #[arg(long, default_value = "automatic", value_name = "S")]
    pub(crate) strategy: String,
    /// A question, or a list of topics: what bears on it is kept first
    #[arg(long, value_name = "TEXT")]
    pub(crate) focus: Option<String>,
    #[command(flatten)]
    pub(crate) shaping: super::shaping_args::ShapingArgs,
    #[command(flatten)]
    pub(crate) pinning: super::shaping_args::PinArgs,
    /// Say what the documents are like and compress nothing
    #[arg(long, conflicts_with_all = ["budget", "ratio", "jsonl", "map", "explain"])]
    pub(crate) analyse: bool,
    /// Where to; a folder for several documents and for folders; - is standard output
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) left: super::left_args::LeftArgs,
    /// Write the span map of one document here
    #[arg(long, value_name = "MAP.json")]
    pub(crate) map: Option<PathBuf>,
    /// Explain one document here, as a page of its own: what is left with gaps that open, what was
    /// lost, and where
    #[arg(long, value_name = "PAGE.html")]
    pub(crate) explain: Option<PathBuf>,
    /// Read requests {id, text, budget, ratio, lang, kind, focus, …} one a line, answer {id, compressed, ms}
    #[arg(long, conflicts_with_all = ["files", "map", "explain", "total_budget", "budget", "ratio", "focus", "output", "strategy", "readable", "rules", "keep", "pins"])]
    pub(crate) jsonl: bool,
    /// Threads for --jsonl, --stream and --summary [default: all cores]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    #[command(flatten)]
    pub(crate) neural: NeuralArgs,
    #[command(flatten)]
    pub(crate) many: ManyArgs,
}

fn ratio(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches(['x', '×']);
    match number.parse::<f64>() {
        Ok(ratio) if ratio.is_finite() && ratio >= 1.0 => Ok(ratio),
        _ => Err("it must be a number of at least 1, such as 4".into()),
    }
}

#[derive(Args, Debug)]
pub(crate) struct FitArgs {
    /// The document; - is standard input
    pub(crate) file: PathBuf,
    /// Which board: host is this computer; else a port, an identity, a serial number, or a name
    #[arg(long, default_value = "host")]
    pub(crate) board: String,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) meter: MeterArgs,
    /// Tokens to make after the document
    #[arg(long, default_value_t = 64, value_name = "N")]
    pub(crate) tokens: u32,
    /// Tokens of the window kept free beyond that
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) reserve: u32,
    /// The question, put after the document
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub(crate) prompt: String,
    /// What to keep first [default: nothing; give the question here too to focus on it]
    #[arg(long, value_name = "TEXT")]
    pub(crate) focus: Option<String>,
    /// Compress to this many tokens instead of to what the window leaves
    #[arg(long, value_name = "N")]
    pub(crate) budget: Option<u64>,
    /// Interleaved repetitions of each side
    #[arg(long, default_value_t = 10, value_name = "R")]
    pub(crate) repeat: u32,
    /// Seed of the sampler
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
}

#[derive(Args, Debug)]
pub(crate) struct TourArgs {
    /// Folder for the report
    #[arg(long, default_value = "report", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// A llama2.c checkpoint, or the name of a model got before
    /// [default: the setting model, one already got, one that can be got now, else synthetic]
    #[arg(long, value_name = "FILE|NAME")]
    pub(crate) model: Option<PathBuf>,
    /// Its tokenizer.bin
    #[arg(long, value_name = "FILE", requires = "model")]
    pub(crate) tokenizer: Option<PathBuf>,
    /// Do not try to download a model
    #[arg(long)]
    pub(crate) offline: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum StoreCommand {
    /// Look whether both files are sound
    Check,
    /// Copy the store to a folder while it is in use, and read the copy back
    Backup {
        /// A folder that does not exist yet, or is empty
        folder: PathBuf,
    },
    /// Put a backup in place of the store; the files before are kept aside
    Restore {
        /// The backup's folder
        folder: PathBuf,
    },
    /// Say what the store takes
    Usage,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ModelCommand {
    /// Download a model; what was cut off goes on where it stopped
    Get {
        /// stories260K for boards, all-MiniLM-L6-v2 for compress --encoder; or one of the model hub's:
        /// PUBLISHER/NAME, an encoder or a token classifier, or PUBLISHER/NAME/FILE.gguf, a language model
        name: String,
    },
    /// List known models and those that are here
    List,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ConfigCommand {
    /// Show all settings
    Show {
        /// Say where each value comes from
        #[arg(long)]
        origin: bool,
    },
    /// Check the settings file, or another one
    Check {
        /// The file
        file: Option<PathBuf>,
    },
    /// Write a setting into the settings file; everything else in it stays as it is
    Set {
        /// Which setting, as `config show` names it
        key: String,
        /// What it shall be
        value: String,
    },
    /// Take a setting out of the settings file, so that its default holds
    Unset {
        /// Which setting
        key: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct AgentArgs {
    /// The port to answer on: a UART, or the serial gadget of a USB device port
    #[arg(value_name = "PORT")]
    pub(crate) port: String,
    /// Bits per second; the host uses the same [default: 115200, which hosts use]
    #[arg(long, value_name = "BAUD", default_value_t = board::BAUD, hide_default_value = true)]
    pub(crate) baud: u32,
    /// What the board is called [default: the device tree's model, else the computer's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct BoardAgentArgs {
    /// The pseudo-terminal to speak on
    #[arg(long, value_name = "PATH", conflicts_with = "tcp", required_unless_present = "tcp")]
    pub(crate) port: Option<String>,
    /// Or the address to connect to
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) tcp: Option<String>,
}
