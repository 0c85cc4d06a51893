//! Real firmware on the four cores that QEMU plays. Everything is asserted on the board's own ticks
//! and never on this computer's time; where QEMU or an image is absent, a test says so and passes.

mod c99;
mod cores;
mod process;
mod ticks;

use std::path::PathBuf;
use std::time::Duration;

use board::{
    AgentDriver, Bits, Emulated, EmulatedBoard, Memory, Patience, RunEvent, RunRequest, RunTotals,
    Streams,
};
use tinyllm::{BOS, Tokenizer, synthetic};

use crate::behave::GO;

/// For emulators on a busy machine.
const PATIENCE: Patience = Patience {
    hello: Duration::from_secs(60),
    silence: Duration::from_secs(60),
    resend: Duration::from_secs(10),
    model: Duration::from_secs(120),
};

/// Where `tools/firmware.sh` puts the images: beside the folder of the profile.
fn images() -> PathBuf {
    let me = std::env::current_exe().unwrap();
    let target = me.ancestors().nth(3).unwrap().join("firmware");
    std::env::var_os("BENCHVISE_FIRMWARE").map_or(target, PathBuf::from)
}

/// The board of that kind, if it can be played here.
fn board(kind: &str) -> Option<&'static EmulatedBoard> {
    let board = EmulatedBoard::of_kind(kind).unwrap();
    if board.emulator().is_none() {
        println!("skipped: {} is not installed (tools/setup.sh firmware)", board.program);
        return None;
    }
    if board.image(&images()).is_none() {
        println!("skipped: {kind} has no image in {} (make firmware)", images().display());
        return None;
    }
    Some(board)
}

fn start(board: &EmulatedBoard, model: Option<(&[u8], Bits)>) -> AgentDriver {
    let emulated = Emulated::start(board, &images(), model, &PATIENCE).unwrap();
    AgentDriver::connect(Box::new(emulated), PATIENCE).unwrap()
}

/// A model file with its vocabulary and, where it is the shared one, its documented text.
struct Story {
    model: Vec<u8>,
    tokenizer: Tokenizer,
    text: Option<String>,
}

/// The shared model of 260 000 parameters, else a synthetic one of its shape.
fn story() -> Story {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/models");
    let read = |name: &str| std::fs::read(shared.join(name));
    let config = synthetic::default_config();
    match (read("stories260K.bin"), read("tok512.bin"), read("stories260K.greedy64.txt")) {
        (Ok(model), Ok(vocabulary), Ok(text)) => Story {
            model,
            tokenizer: Tokenizer::parse(&vocabulary, config.vocab).unwrap(),
            text: Some(String::from_utf8(text).unwrap().trim_end().to_owned()),
        },
        _ => {
            println!("skipped: the documented text, since shared/models cannot be read");
            let vocabulary = synthetic::tokenizer(config.vocab, 1);
            Story {
                model: synthetic::checkpoint(&config, 1),
                tokenizer: Tokenizer::parse(&vocabulary, config.vocab).unwrap(),
                text: None,
            }
        }
    }
}

impl Story {
    fn decode(&self, ids: &[u32]) -> String {
        let before = std::iter::once(&BOS).chain(ids);
        let text = before.zip(ids).flat_map(|(&before, &id)| self.tokenizer.decode(before, id));
        String::from_utf8_lossy(&text.copied().collect::<Vec<_>>()).into_owned()
    }
}

/// What a run said.
struct Heard {
    began: u64,
    ids: Vec<u32>,
    /// When each token was known, in ticks since the beginning.
    ticks: Vec<u64>,
    /// Ticks of each token that the model's phases account for.
    phases: Vec<[u64; 5]>,
    vitals: usize,
    totals: RunTotals,
}

impl Heard {
    fn memory(&self) -> Memory {
        self.totals.memory
    }
}

/// Greedy text from the beginning.
fn greedy(count: u32) -> RunRequest {
    let prompt = vec![BOS];
    RunRequest {
        prompt,
        text: String::new(),
        count,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stop_token: Some(BOS),
        streams: Streams::On,
    }
}

fn run(driver: &mut AgentDriver, count: u32) -> Heard {
    hear(driver, &greedy(count))
}

fn hear(driver: &mut AgentDriver, request: &RunRequest) -> Heard {
    let (mut began, mut vitals) = (0, 0);
    let (mut ids, mut ticks, mut phases) = (Vec::new(), Vec::new(), Vec::new());
    let totals = driver.run(request, &GO, &mut |event| match event {
        RunEvent::Started { ticks } => began = ticks,
        RunEvent::Token { id: Some(id), ticks: at, phases: Some(p), .. } => {
            ids.push(id);
            ticks.push(at - began);
            phases.push([p.embed, p.attention, p.feed_forward, p.classifier, p.sample]);
        }
        RunEvent::Vitals { .. } => vitals += 1,
        _ => {}
    });
    Heard { began, ids, ticks, phases, vitals, totals: totals.unwrap() }
}
