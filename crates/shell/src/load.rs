//! What the channel bears, where the environment asks for it: 60 messages and 30 frames of 80 kB a second, said to
//! the page as the engine's are, on top of what the engine says. The page reads each of them and counts it.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use protocol::socket::Said;
use protocol::{Event, RunId, SignalFrame, Trace, TraceColumn, ViewFrame, ViewId};

use crate::desk::remark;
use crate::line::Wire;

/// Names how many seconds it lasts.
const VARIABLE: &str = "BENCHVISE_LOAD_S";
const MESSAGES_A_S: u32 = 60;
/// Of so many messages, one has a frame beside it.
const FRAME_EVERY: u32 = 2;
/// Columns of a frame; each takes 15 bytes.
const COLUMNS: usize = 5330;
/// How long the last one may take to be heard.
const PATIENCE: Duration = Duration::from_secs(30);

/// Begins, where it is asked for.
pub(crate) fn begin(wire: Arc<Wire>) {
    let seconds = std::env::var(VARIABLE).ok().and_then(|text| text.parse::<u32>().ok());
    if let Some(seconds) = seconds {
        let spawned =
            thread::Builder::new().name("load".to_owned()).spawn(move || load(&wire, seconds));
        if let Err(error) = spawned {
            remark(format_args!("load: no thread could be had ({error})"));
        }
    }
}

fn load(wire: &Wire, seconds: u32) {
    let frame = Said::Event(Box::new(Event::ViewFrame(Box::new(frame()))));
    let bytes = match frame.to_message() {
        Ok(protocol::socket::Message::Binary(bytes)) => bytes.len(),
        _ => 0,
    };
    let (began, mut most_ahead) = (Instant::now(), 0);
    let (mut messages, mut frames) = (0, 0);
    for number in 0..seconds * MESSAGES_A_S {
        let due = began + Duration::from_secs(1) * number / MESSAGES_A_S;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        messages += u32::from(wire.say(&progress(number)));
        if number % FRAME_EVERY == 0 {
            frames += u32::from(wire.say(&frame));
        }
        let (sent, heard) = wire.counts();
        most_ahead = most_ahead.max(sent - heard);
    }
    let took = began.elapsed().as_secs_f64();
    let said = Instant::now();
    while said.elapsed() < PATIENCE && wire.counts().0 != wire.counts().1 {
        thread::sleep(Duration::from_millis(5));
    }
    let (sent, heard) = wire.counts();
    remark(format_args!(
        "load: {messages} messages and {frames} frames of {bytes} bytes in {took:.2} s; of {sent} sent in all \
         {heard} were heard, the last {:.0} ms after it was said; at most {most_ahead} were on their way",
        said.elapsed().as_secs_f64() * 1e3
    ));
}

/// Of a run that nobody knows, so that the page reads it and shows nothing.
fn progress(number: u32) -> Said {
    Said::Event(Box::new(Event::RunProgressed {
        run: RunId::from("load"),
        doing: "measuring the channel".into(),
        repetitions_done: number,
        repetitions: u32::MAX,
        tokens: number,
        tokens_per_s: None,
    }))
}

/// Of a view that nobody opened.
fn frame() -> ViewFrame {
    let column = TraceColumn { min: 1.0, max: 3.0, mean: 2.0, samples: 1000, missing: 0 };
    let signal = SignalFrame {
        name: "load".into(),
        unit: String::new(),
        trace: Trace::Columns(vec![column; COLUMNS]),
        extent: None,
        absent: None,
        source: None,
    };
    ViewFrame {
        view: ViewId(u64::MAX),
        seq: 1,
        run: RunId::from("load"),
        recording: true,
        end_ms: 1.0,
        from_ms: 0.0,
        to_ms: 1.0,
        signals: vec![signal],
        repetitions: Vec::new(),
        tokens: Vec::new(),
        token_count: 0,
        latency: None,
        positions: Vec::new(),
        note: None,
    }
}

#[cfg(test)]
mod tests {
    use protocol::socket::Message;

    use super::*;

    #[test]
    fn a_frame_of_the_load_is_as_large_as_it_is_said_to_be() {
        let said = Said::Event(Box::new(Event::ViewFrame(Box::new(frame()))));
        let Message::Binary(bytes) = said.to_message().unwrap() else { panic!("a frame is bytes") };
        assert!((79_000..=82_000).contains(&bytes.len()), "{}", bytes.len());
    }
}
