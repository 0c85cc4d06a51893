//! The flags of how a board is spoken to.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use protocol::{DRIVERS, DriverSpec};

use super::out::Trouble;
use super::start::Context;

/// What the board understands.
#[derive(Args, Debug)]
#[command(next_help_heading = "Drivers")]
pub(crate) struct DriverArgs {
    /// How the board is spoken to: a model is loaded into the agent; the others measure what the
    /// board runs by itself
    #[arg(long, default_value = "agent", value_name = "D", value_parser = names())]
    pub(crate) driver: String,
    /// mlperf-tiny: a file of input bytes; several take turns, a window each
    #[arg(long = "input", value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// mlperf-tiny: shortest window [default: 10, as the benchmark's rules say]
    #[arg(long, value_name = "SECONDS")]
    window: Option<u32>,
    /// mlperf-tiny: fewest inferences in a window [default: 10, as the benchmark's rules say]
    #[arg(long, value_name = "N")]
    iterations: Option<u32>,
    /// log: a regular expression whose named groups are figures; several must each meet a line
    /// [default: token rates as people print them]
    #[arg(long = "pattern", value_name = "REGEX")]
    patterns: Vec<String>,
    /// log: what is typed to begin a repetition, such as "run\n" [default: nothing]
    #[arg(long, value_name = "TEXT")]
    start: Option<String>,
    /// log: how long a repetition may take [default: 60]
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u32>,
    /// mlperf-tiny, log: bits per second [default: 115200, or what is known of the board]
    #[arg(long, value_name = "BAUD", value_parser = clap::value_parser!(u32).range(50..=20_000_000))]
    baud: Option<u32>,
    /// process: the driver, a program
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// process: an argument of the driver; may be given several times
    #[arg(long = "argument", value_name = "A", allow_hyphen_values = true)]
    arguments: Vec<String>,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(DRIVERS.map(|driver| driver.name))
}

impl DriverArgs {
    /// What the flags ask for; a flag of another driver than the chosen one is a mistake.
    pub(crate) fn spec(self, context: &Context) -> Result<DriverSpec, Trouble> {
        let mut flags = vec![
            ("--input", "mlperf-tiny", !self.inputs.is_empty()),
            ("--window", "mlperf-tiny", self.window.is_some()),
            ("--iterations", "mlperf-tiny", self.iterations.is_some()),
            ("--pattern", "log", !self.patterns.is_empty()),
            ("--start", "log", self.start.is_some()),
            ("--wait", "log", self.wait.is_some()),
            ("--program", "process", self.program.is_some()),
            ("--argument", "process", !self.arguments.is_empty()),
        ];
        if !["mlperf-tiny", "log"].contains(&&*self.driver) {
            flags.push(("--baud", "mlperf-tiny and log", self.baud.is_some()));
        }
        let foreign = flags.iter().find(|(_, of, given)| *given && *of != self.driver);
        if let Some((flag, of, _)) = foreign {
            return Err(Trouble::usage(format!(
                "{flag} is for the driver {of}, and this one is {}; give --driver {}",
                self.driver,
                of.split(' ').next().unwrap_or_default()
            )));
        }
        match self.driver.as_str() {
            "mlperf-tiny" => Ok(DriverSpec::MlperfTiny {
                // As a run keeps them: they say the same wherever it is looked at from.
                inputs: self
                    .inputs
                    .iter()
                    .map(|file| context.rooted(file))
                    .collect::<Result<_, _>>()?,
                window_s: self.window.unwrap_or(10),
                iterations: self.iterations.unwrap_or(10),
                baud: self.baud,
            }),
            "log" => Ok(DriverSpec::Log {
                patterns: self.patterns,
                start: self.start,
                baud: self.baud,
                wait_s: self.wait.unwrap_or(60),
            }),
            "process" => match self.program {
                Some(program) => Ok(DriverSpec::Process { program, arguments: self.arguments }),
                None => {
                    Err(Trouble::usage("the driver process is a program; name it: --program FILE"))
                }
            },
            _ => Ok(DriverSpec::Agent),
        }
    }
}
