//! Boards and programs that do as they should, each at the end of a line that does not.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use board::{
    AgentDriver, Bits, BoardError, Driver, LogDriver, LogOptions, MlperfDriver, MlperfOptions,
    ProcessDriver, ProcessOptions, Pty, RunEvent, RunRequest, Transport,
};

use super::line::{BREAK, Fault, Faulty, Unit};
use crate::behave::{GO, model, request};
use crate::drivers::dut::Dut;
use crate::drivers::{play, port};
use crate::pipe::PATIENCE;
use crate::real::serve_sampled;

/// Tokens that a whole run makes.
pub(crate) const TOKENS: u32 = 40;

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Why it came to nothing; `None` where it ended as it should.
    pub(crate) error: Option<BoardError>,
    /// Tokens that were told of, by their numbers.
    pub(crate) heard: Vec<u32>,
    /// Tokens that the driver knows it missed; `None` where it cannot count them.
    pub(crate) lost: Option<u64>,
    /// Tokens that the board says it made.
    pub(crate) said: Option<u32>,
    /// Tokens that the board sent.
    pub(crate) sent: u32,
    /// Figures of the board's own.
    pub(crate) values: Vec<f64>,
    /// What was heard of each of its series.
    pub(crate) series: [SeriesHeard; 2],
    /// Samples of all of them that the board sent.
    pub(crate) sampled: u64,
}

/// What was heard of a series.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SeriesHeard {
    /// Samples.
    pub(crate) heard: u64,
    /// Holes before a sample.
    pub(crate) lost: u64,
    /// The sample that should come next.
    next: u64,
    /// Samples that the board says it took.
    pub(crate) taken: Option<u64>,
}

impl SeriesHeard {
    fn hear(&mut self, index: u64, values: &[f32]) {
        self.lost += index - self.next;
        self.heard += values.len() as u64;
        self.next = index + values.len() as u64;
    }
}

/// One pipe for a board that starts twice.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Box<dyn Transport>>>);

impl Shared {
    pub(super) fn new(pipe: Box<dyn Transport>) -> Shared {
        Shared(Arc::new(Mutex::new(pipe)))
    }
}

impl Transport for Shared {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        self.0.lock().unwrap().read(into, timeout)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        self.0.lock().unwrap().write(bytes)
    }
}

/// Opens the board, loads a model where it takes one, and runs once.
fn talk(
    fault: Fault,
    sent: &AtomicU32,
    opened: Result<Box<dyn Driver>, BoardError>,
    loads: bool,
) -> Outcome {
    let mut outcome = Outcome {
        error: None,
        heard: vec![],
        lost: None,
        said: None,
        sent: 0,
        values: vec![],
        series: Default::default(),
        sampled: 0,
    };
    let result = opened.and_then(|mut driver| {
        if loads {
            driver.load_model(&model(2000), Bits::Int8, &GO, &mut |_| {})?;
        }
        let before = driver.lost().unwrap_or(0);
        let request = RunRequest { text: "go".into(), ..request(3, TOKENS) };
        let totals = driver.run(&request, &GO, &mut |event| {
            if fault == Fault::SlowHost {
                std::thread::sleep(Duration::from_millis(5));
            }
            match event {
                RunEvent::Token { index, .. } => outcome.heard.push(index),
                RunEvent::Value { value, .. } => outcome.values.push(value),
                RunEvent::Samples { series, index, values, .. } => {
                    // Every value is where it belongs.
                    let ramp =
                        (index..).zip(&values).all(|(at, value)| *value == (at % 1000) as f32);
                    assert!(series != 1 || ramp, "{fault:?}: {index} {values:?}");
                    outcome.series[usize::from(series)].hear(index, &values);
                }
                RunEvent::Sampled { series, taken } => {
                    outcome.series[usize::from(series)].taken = taken;
                }
                // A clock that begins anew is seen by whatever it tells.
                RunEvent::Complaint(_) if fault == Fault::ClockWrap => {}
                RunEvent::Complaint(words) => panic!("{fault:?}: {words}"),
                _ => {}
            }
        });
        outcome.lost = driver.lost().map(|lost| lost - before);
        totals
    });
    match result {
        Ok(totals) => outcome.said = totals.tokens,
        Err(error) => outcome.error = Some(error),
    }
    outcome.sent = sent.load(Ordering::Relaxed);
    outcome
}

/// A board that runs the agent, on a serial port.
pub(crate) fn agent(fault: Fault) -> Outcome {
    let (pty, path) = Pty::pair().unwrap();
    let shared = Shared::new(Box::new(pty));
    let line = Faulty::new(Box::new(shared.clone()), fault, Unit::Frame);
    let (sent, sampled) = (Arc::clone(&line.sent), Arc::clone(&line.samples));
    let board = play(move || {
        let ticks = match fault {
            Fault::ClockWrap => Some(u32::MAX - 6_000),
            // It has been up for a while: one that restarts within a second of its start is told
            // apart from one that hangs by nothing.
            Fault::BrownOut => Some(10_000_000),
            _ => None,
        };
        let step = Duration::from_millis(1);
        serve_sampled(Box::new(line), step, ticks);
        if fault == Fault::BrownOut {
            let mut shared = shared;
            shared.write(b"rst:0x1 (POWERON)\r\n").unwrap();
            serve_sampled(Box::new(shared), step, None);
        }
    });
    let opened = AgentDriver::on_port(&path, None, &PATIENCE);
    let mut outcome = talk(fault, &sent, opened.map(|driver| Box::new(driver) as _), true);
    board.join().unwrap();
    outcome.sampled = sampled.load(Ordering::Relaxed);
    outcome
}

/// A board that runs the benchmark, and says the tokens of each inference.
pub(crate) fn mlperf(fault: Fault) -> Outcome {
    let (pty, path) = Pty::pair().unwrap();
    let shared = Shared::new(Box::new(pty));
    let line = Faulty::new(Box::new(shared.clone()), fault, Unit::Line).with_the_window();
    let sent = Arc::clone(&line.sent);
    let board = play(move || {
        let wraps = Dut { counter: (1 << 32) - 500_000, ..Dut::default() };
        let dut = if fault == Fault::ClockWrap { wraps } else { Dut::default() };
        let dut = Dut { tokens: u64::from(TOKENS), ..dut };
        dut.clone().play(line);
        if fault == Fault::BrownOut {
            let banner = "m-timestamp-mode-performance\r\nm-init-done\r\nm-ready\r\n";
            Dut { banner, ..dut }.play(shared);
        }
    });
    let window = Duration::from_secs(1);
    let options = MlperfOptions { inputs: vec![], window, iterations: 10, baud: None };
    let opened = MlperfDriver::on_port(&port(&path), options, &PATIENCE);
    let outcome = talk(fault, &sent, opened.map(|driver| Box::new(driver) as _), false);
    board.join().unwrap();
    outcome
}

/// A program that prints how fast it was, again and again.
pub(crate) fn log(fault: Fault) -> Outcome {
    let (pty, path) = Pty::pair().unwrap();
    let shared = Shared::new(Box::new(pty));
    let mut line = Faulty::new(Box::new(shared.clone()), fault, Unit::Line);
    let sent = Arc::clone(&line.sent);
    let over = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&over);
    let board = play(move || {
        let mut shared = shared;
        let mut step = 0;
        let mut lines = |line: &mut dyn Transport| {
            while !heard.load(Ordering::Relaxed) {
                step += 1;
                let said = if step % 23 == 0 { "achieved tok/s: 19.125\r\n" } else { "step\r\n" };
                if line.write(said.as_bytes()).is_err() {
                    return;
                }
                std::thread::sleep(Duration::from_millis(3));
            }
        };
        lines(&mut line);
        drop(line);
        if fault == Fault::BrownOut {
            shared.write(b"rst:0x1 (POWERON)\r\n").unwrap();
            lines(&mut shared);
        }
    });
    let wait = Duration::from_secs(2);
    let options = LogOptions { patterns: vec![], start: vec![], baud: None, wait };
    let opened = LogDriver::on_port(&port(&path), options);
    let outcome = talk(fault, &sent, opened.map(|driver| Box::new(driver) as _), false);
    over.store(true, Ordering::Relaxed);
    board.join().unwrap();
    outcome
}

/// A driver that is a program of its own: a shell. Between two programs of this computer nothing is
/// lost and no rate is wrong.
///
/// # Errors
/// Says why there is no such fault there.
pub(crate) fn process(fault: Fault) -> Result<Outcome, &'static str> {
    let each = "while read -r l; do";
    let filter = match fault {
        Fault::None
        | Fault::Unplug
        | Fault::ClockWrap
        | Fault::SlowBoard
        | Fault::SlowHost
        | Fault::BrownOut => "cat".to_owned(),
        Fault::Garbage => format!("{each} echo '\\376 garb'; echo \"$l\"; done"),
        Fault::Doubled => format!("{each} echo \"$l\"; echo \"$l\"; done"),
        Fault::Halves => format!(
            "i=0; {each} i=$((i+1)); case $i in *[05]) printf %.9s \"$l\";; *) echo \"$l\";; esac; done"
        ),
        Fault::DoubledAsks => return Err("a pipe says what a host says once"),
        Fault::WrongBaud => return Err("a pipe has no rate"),
        Fault::Stolen => return Err("nobody else can read a pipe between two programs"),
    };
    let hello = r#"{"board":{"version":1,"name":"Shell","identity":"sh-1","model":"counting","driver":"sh 1","timer_hz":1000,"emulated":true}}"#;
    let last = if matches!(fault, Fault::Unplug | Fault::BrownOut) { BREAK } else { TOKENS };
    let pause = if fault == Fault::SlowBoard { "sleep 0.02" } else { ":" };
    // The clock of one whose counter is narrow.
    let ticks = if fault == Fault::ClockWrap { "(i * 10 % 256)" } else { "(i * 10)" };
    let end = match fault {
        Fault::Unplug => "exit 3",
        // It begins anew, and waits to be greeted.
        Fault::BrownOut => "break",
        _ => ":",
    };
    let script = format!(
        r#"{{ while read hello; do echo '{hello}'; while read line; do case "$line" in *run*)
        echo '{{"started":{{"ticks":0}}}}'; i=0
        while [ $i -lt {last} ]; do
            echo "{{\"token\":{{\"index\":$i,\"ticks\":$({ticks})}}}}"; i=$((i+1)); {pause}
        done
        {end}
        echo "{{\"done\":{{\"began\":0,\"ended\":400,\"tokens\":$i}}}}";;
        esac; done; done; }} | {{ {filter}; }}"#
    );
    let arguments = vec!["-c".into(), script];
    let options = ProcessOptions { program: "/bin/sh".into(), arguments, port: None };
    let opened = ProcessDriver::start(&options, &PATIENCE);
    let sent = AtomicU32::new(last);
    Ok(talk(fault, &sent, opened.map(|driver| Box::new(driver) as _), false))
}
