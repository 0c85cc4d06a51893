//! What can go wrong with a board, named by what failed for the user.

use std::io;

/// Why a board could not do it.
#[derive(Debug, thiserror::Error)]
pub enum BoardError {
    /// No such port.
    #[error("there is no port {path}; `benchvise boards` lists those there are")]
    NoPort {
        /// The port asked for.
        path: String,
    },
    /// Another program has the port open.
    #[error("{by} is using the port; close it and try again: {path}")]
    PortBusy {
        /// The program and its process id, or `another program` where the system tells nothing.
        by: String,
        /// The port asked for.
        path: String,
    },
    /// What is on the port waits for an image.
    #[error("the board waits for an image; {remedy}: {path}")]
    InBootloader {
        /// How it gets out of that.
        remedy: String,
        /// The port asked for.
        path: String,
    },
    /// The user may not open the port.
    #[error("no permission to open the port; {remedy}: {path}")]
    PermissionDenied {
        /// What to do.
        remedy: String,
        /// The port asked for.
        path: String,
    },
    /// The board's process could not be started.
    #[error("the board's process did not start ({source}): {path}")]
    SpawnFailed {
        /// What the operating system said.
        source: io::Error,
        /// The program.
        path: String,
    },
    /// The emulator is not installed.
    #[error("{program} is not installed; on Debian and Ubuntu: sudo apt-get install {package}")]
    EmulatorMissing {
        /// Its program.
        program: &'static str,
        /// The package it is in.
        package: &'static str,
    },
    /// The firmware of an emulated board was not built.
    #[error("this board's firmware is missing; build it with `make firmware`: {path}")]
    ImageMissing {
        /// Where it was looked for.
        path: String,
    },
    /// The other end of the pipe is gone, and nobody knows what it was.
    #[error("the board is gone ({how}); connect it and start again")]
    Gone {
        /// What is known about the end.
        how: String,
    },
    /// A board on a serial port went away.
    #[error("the board was unplugged ({how}); plug it in and start again")]
    Unplugged {
        /// What the system said.
        how: String,
    },
    /// A board that is a process ended.
    #[error("the board's process ended ({how}); start again")]
    ProcessEnded {
        /// Its exit status or signal.
        how: String,
    },
    /// The board began anew in the middle of a run.
    #[error(
        "the board restarted during the run, or its clock did; look at its power supply and start again"
    )]
    Restarted,
    /// A port is open and silent.
    #[error(
        "nothing answered within {secs} s; put the Benchvise agent on the board, or see that this is its port and {baud} its baud rate: {path}"
    )]
    NoAgent {
        /// How long, in seconds.
        secs: f32,
        /// Bits per second it was asked at.
        baud: u32,
        /// The port.
        path: String,
    },
    /// What comes is text for people.
    #[error("the board says “{said}” and answers nothing; put the Benchvise agent on it")]
    OtherFirmware {
        /// The last line it said.
        said: String,
    },
    /// Nothing was heard for too long.
    #[error("the board has said nothing for {secs} s while {doing}; reset it and start again")]
    AgentSilent {
        /// What was waited for.
        doing: &'static str,
        /// How long, in seconds.
        secs: f32,
    },
    /// What arrives is not the agent's wire.
    #[error(
        "the board talks but not this program's language ({bytes} bytes that are no message); is its firmware the Benchvise agent, and the baud rate right"
    )]
    Garbage {
        /// How much of it.
        bytes: u64,
    },
    /// The agent speaks another major version.
    #[error(
        "the board speaks version {theirs} of the wire and this program version {ours}; update the older one"
    )]
    VersionMismatch {
        /// The board's major version.
        theirs: u8,
        /// Ours.
        ours: u8,
    },
    /// The agent knows only runs that stream.
    #[error(
        "the agent on the board is too old to run without streams; put a newer one on it, or run with them"
    )]
    StreamsOnly,
    /// The board broke the rules of the wire.
    #[error("the board broke the protocol: {detail}")]
    Misbehaved {
        /// What it did.
        detail: String,
    },
    /// The board said no.
    #[error("{detail}")]
    Refused {
        /// What kind of thing failed.
        code: agent::wire::ErrorCode,
        /// The board's own words.
        detail: String,
    },
    /// A command of the benchmark's monitor was refused.
    #[error("the board refuses the benchmark's command {command}: {detail}")]
    CommandRefused {
        /// The command.
        command: String,
        /// The board's own words.
        detail: String,
    },
    /// What is on the port is no benchmark.
    #[error(
        "the board says “{said}” and does not know the benchmark's commands; is MLPerf Tiny on it, in its performance mode"
    )]
    NoMonitor {
        /// The last line it said.
        said: String,
    },
    /// No line was what is listened for.
    #[error(
        "no line met the pattern within {secs} s; the last one was “{said}”: see what comes with `benchvise listen`"
    )]
    PatternUnmet {
        /// How long, in seconds.
        secs: f32,
        /// The last line.
        said: String,
    },
    /// A driver that is another program broke its rules.
    #[error("the driver {program} broke the rules: {detail}; docs/drivers.md has them")]
    DriverMisbehaved {
        /// Which program.
        program: String,
        /// What it did.
        detail: String,
    },
    /// A driver that is another program said that it cannot.
    #[error("the driver {program} says: {detail}")]
    DriverFailed {
        /// Which program.
        program: String,
        /// Its own words.
        detail: String,
    },
    /// A driver that is another program says nothing.
    #[error(
        "the driver {program} said nothing for {secs} s and was ended; look at it, and start again"
    )]
    DriverSilent {
        /// Which program.
        program: String,
        /// How long, in seconds.
        secs: f32,
    },
    /// A driver that is another program ended.
    #[error("the driver {program} ended ({how}); look at it, and start again")]
    DriverEnded {
        /// Which program.
        program: String,
        /// Its exit status or signal, with its last words.
        how: String,
    },
    /// No model can be loaded into it.
    #[error("this board runs a model of its own, and none can be loaded into it; ask for no model")]
    OwnModel,
    /// The prompt or the model does not fit a message.
    #[error("{0} is larger than the wire can carry")]
    TooLarge(&'static str),
    /// No meter of that kind is plugged in.
    #[error("no {meter} is plugged in; plug it in, or name its port")]
    NoMeter {
        /// Which.
        meter: &'static str,
    },
    /// Several meters of that kind are plugged in.
    #[error("several meters of the kind {meter} are plugged in; name the port of one: {paths}")]
    SeveralMeters {
        /// Which.
        meter: &'static str,
        /// Their ports.
        paths: String,
    },
    /// What answers is no such meter.
    #[error(
        "what is on this port answers ({bytes} bytes) but is no {meter}; name the meter's own port, or its kind"
    )]
    NotThisMeter {
        /// Which was expected.
        meter: &'static str,
        /// What it said.
        bytes: usize,
    },
    /// The meter says nothing.
    #[error(
        "the meter says nothing for {secs} s; is this the port of a {meter}, and is it not in use"
    )]
    MeterSilent {
        /// Which was expected.
        meter: &'static str,
        /// How long, in seconds.
        secs: f32,
    },
    /// The meter gave up in the middle of it.
    #[error("the {meter} ended sampling ({why}); look at its own display, and start again")]
    MeterFailed {
        /// Which.
        meter: &'static str,
        /// Its own words.
        why: String,
    },
    /// The meter cannot be set up as asked.
    #[error("the {meter} cannot be used so: {what}")]
    MeterSetup {
        /// Which.
        meter: &'static str,
        /// What is wrong, and what to do.
        what: String,
    },
    /// The operating system failed us.
    #[error("the port failed: {0}")]
    Io(#[from] io::Error),
}
