//! Boards that are spoken to in another way than the agent's wire.

pub(crate) mod dut;
mod log;
mod mlperf;
mod process;

use std::sync::atomic::AtomicBool;

use board::{BoardError, BoardPort, Driver, RunEvent, RunRequest, RunTotals, Streams};

/// Plays a board beside the test.
pub(crate) fn play<T: Send + 'static>(
    board: impl FnOnce() -> T + Send + 'static,
) -> std::thread::JoinHandle<T> {
    std::thread::Builder::new().name("played".into()).spawn(board).unwrap()
}

/// A repetition, with what was told of it.
pub(crate) struct Told {
    pub(crate) totals: Result<RunTotals, BoardError>,
    pub(crate) events: Vec<RunEvent>,
}

impl Told {
    /// The figures of the board's own.
    fn values(&self) -> Vec<(&str, f64)> {
        let value = |event| match event {
            &RunEvent::Value { ref name, value, .. } => Some((name.as_str(), value)),
            _ => None,
        };
        self.events.iter().filter_map(value).collect()
    }
}

pub(crate) fn request() -> RunRequest {
    RunRequest {
        prompt: Vec::new(),
        text: "Once \"upon\" a time".into(),
        count: 4,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stop_token: None,
        streams: Streams::On,
    }
}

pub(crate) fn run(driver: &mut dyn Driver, stop: &AtomicBool) -> Told {
    let mut events = Vec::new();
    let totals = driver.run(&request(), stop, &mut |event| events.push(event));
    Told { totals, events }
}

pub(crate) fn port(path: &str) -> BoardPort {
    BoardPort { path: path.into(), known: None, identity: Some("serial-1".into()) }
}
