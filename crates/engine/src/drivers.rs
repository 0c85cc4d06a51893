//! Boards that are spoken to in another way than the agent's wire.

use std::path::Path;
use std::time::Duration;

use board::{
    BoardPort, Driver, LogDriver, LogOptions, LogPattern, MlperfDriver, MlperfOptions,
    ProcessDriver, ProcessOptions, TOKEN_RATES, unescape,
};
use protocol::{DriverSpec, ModelChoice, RunSpec};

use crate::Engine;
use crate::emulated::Circumstances;
use crate::error::EngineError;
use crate::find_board::Place;
use crate::model::{read, sha256_hex};

/// Largest input of the benchmark that is read, in bytes.
const INPUT_LIMIT_BYTES: u64 = 1 << 20;
/// What the benchmark's rules ask of a window: seconds, inferences.
const RULES: (u32, u32) = (10, 10);

/// What can be said of a driver before a board is touched.
pub(crate) fn check(spec: &RunSpec) -> Result<(), EngineError> {
    let wrong = |words: String| Err(EngineError::BadRequest(words));
    if spec.driver.is_agent() {
        return Ok(());
    }
    if spec.model != ModelChoice::OnBoard {
        let name = spec.driver.name();
        return wrong(format!(
            "with the driver {name} the board runs a model of its own; name no model"
        ));
    }
    match &spec.driver {
        DriverSpec::MlperfTiny { window_s, iterations, .. }
            if *window_s == 0 || *iterations == 0 =>
        {
            wrong("a window of no time or of no inference measures nothing; ask for 1".into())
        }
        DriverSpec::Log { wait_s: 0, .. } => {
            wrong("a repetition that may take no time finds nothing; ask for a second".into())
        }
        DriverSpec::Log { patterns, start, .. } => {
            compile(patterns)?;
            begin(start.as_deref()).map(drop)
        }
        _ => Ok(()),
    }
}

/// Opens the board; says under which circumstances it runs.
pub(crate) fn open(
    engine: &Engine,
    place: &Place,
    spoken: &DriverSpec,
) -> Result<(Box<dyn Driver>, Circumstances), EngineError> {
    let patience = engine.inner.patience;
    let mut facts: Circumstances = vec![("driver.name", spoken.name().to_owned())];
    let driver: Box<dyn Driver> = match spoken {
        DriverSpec::Agent => {
            return Err(EngineError::Panicked("the agent is opened elsewhere".into()));
        }
        DriverSpec::MlperfTiny { inputs, window_s, iterations, baud } => {
            let mut bytes = Vec::new();
            for path in inputs {
                bytes.push(input(path)?);
            }
            let hashes: Vec<String> = bytes.iter().map(|bytes| sha256_hex(bytes)).collect();
            facts.push(("mlperf.inputs", inputs.len().to_string()));
            if !hashes.is_empty() {
                facts.push(("mlperf.inputs_sha256", sha256_hex(hashes.join(" ").as_bytes())));
            }
            facts.push(("mlperf.window_s", window_s.to_string()));
            facts.push(("mlperf.iterations", iterations.to_string()));
            let kept = *window_s >= RULES.0 && *iterations >= RULES.1;
            let rules = if kept { "kept" } else { "windows shorter than they ask" };
            facts.push(("mlperf.rules", rules.into()));
            let options = MlperfOptions {
                inputs: bytes,
                window: Duration::from_secs(u64::from(*window_s)),
                iterations: *iterations,
                baud: *baud,
            };
            Box::new(MlperfDriver::on_port(&port(place, spoken)?, options, &patience)?)
        }
        DriverSpec::Log { patterns, start, baud, wait_s } => {
            let options = LogOptions {
                patterns: compile(patterns)?,
                start: begin(start.as_deref())?,
                baud: *baud,
                wait: Duration::from_secs(u64::from(*wait_s)),
            };
            facts.push(("log.patterns", patterns.join(" · ")));
            Box::new(LogDriver::on_port(&port(place, spoken)?, options)?)
        }
        DriverSpec::Process { program, arguments } => {
            let port = match place {
                Place::Port { path, .. } => Some(path.clone()),
                Place::Host => None,
                Place::Emulated(board) => {
                    return Err(EngineError::BadRequest(format!(
                        "{} runs our agent; a driver of your own opens a board of its own: name its port, or none",
                        board.name
                    )));
                }
            };
            facts.push(("driver.program", program.display().to_string()));
            facts.push(("driver.arguments", arguments.join(" ")));
            let (program, arguments) = (program.clone(), arguments.clone());
            let options = ProcessOptions { program, arguments, port };
            Box::new(ProcessDriver::start(&options, &patience)?)
        }
    };
    Ok((driver, facts))
}

/// A serial port, as these drivers need one.
pub(crate) fn port(place: &Place, spoken: &DriverSpec) -> Result<BoardPort, EngineError> {
    match place {
        Place::Port { path, known, usb_identity } => {
            Ok(BoardPort { path: path.clone(), known: *known, identity: usb_identity.clone() })
        }
        Place::Host | Place::Emulated(_) => Err(EngineError::BadRequest(format!(
            "the driver {} speaks over a serial port; name the board's: --board /dev/ttyACM0",
            spoken.name()
        ))),
    }
}

fn input(path: &Path) -> Result<Vec<u8>, EngineError> {
    let bytes = read(path, INPUT_LIMIT_BYTES)?;
    if bytes.is_empty() {
        return Err(EngineError::BadRequest(format!(
            "this input is empty; name another: {}",
            path.display()
        )));
    }
    Ok(bytes)
}

/// The same; none stands for the patterns of token rates.
pub(crate) fn patterns(patterns: &[String]) -> Result<Vec<LogPattern>, EngineError> {
    match patterns {
        [] => compile(&TOKEN_RATES.map(str::to_owned)),
        patterns => compile(patterns),
    }
}

/// The patterns, or what is wrong with the first wrong one.
fn compile(patterns: &[String]) -> Result<Vec<LogPattern>, EngineError> {
    let one = |pattern: &String| {
        LogPattern::new(pattern).map_err(|why| {
            EngineError::BadRequest(format!("the pattern cannot be used ({why}): {pattern}"))
        })
    };
    patterns.iter().map(one).collect()
}

pub(crate) fn begin(start: Option<&str>) -> Result<Vec<u8>, EngineError> {
    unescape(start.unwrap_or_default()).map_err(|why| {
        EngineError::BadRequest(format!("what is sent to begin cannot be read: {why}"))
    })
}
