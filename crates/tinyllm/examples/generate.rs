//! Generates text greedily and says how fast: `generate MODEL TOKENIZER [f32|int8] [TOKENS] [RUNS]`.
#![expect(clippy::print_stdout, reason = "a command-line example")]

use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, Instant};

use tinyllm::{
    BOS, Bits, Checkpoint, Classify, Model, Phase, PhaseClock, Sampler, State, Tokenizer,
};

/// Time spent in each phase.
#[derive(Default)]
struct Stopwatch {
    spent: [Duration; Phase::ALL.len()],
    running: Option<(Phase, Instant)>,
}

impl PhaseClock for Stopwatch {
    fn enter(&mut self, phase: Phase) {
        let now = Instant::now();
        if let Some((before, since)) = self.running.replace((phase, now)) {
            self.spent[before as usize] += now - since;
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, tokenizer, rest @ ..] = arguments.as_slice() else {
        return Err("usage: generate MODEL TOKENIZER [f32|int8] [TOKENS] [RUNS]".into());
    };
    let bits = match rest.first().map(String::as_str) {
        None | Some("f32") => Bits::F32,
        Some("int8") => Bits::Int8,
        Some(other) => return Err(format!("unknown precision {other}; use f32 or int8").into()),
    };
    let tokens: u32 = rest.get(1).map_or(Ok(500), |n| n.parse())?;
    let runs: u32 = rest.get(2).map_or(Ok(1), |n| n.parse())?;

    let bytes = std::fs::read(model)?;
    let checkpoint = Checkpoint::parse(&bytes)?;
    let model = Model::load(&checkpoint, bits)?;
    let tokenizer = Tokenizer::parse(&std::fs::read(tokenizer)?, model.config().vocab)?;
    let mut state = State::new(model.config())?;

    let text = generate(&model, &tokenizer, &mut state, tokens, &mut ())?;
    std::io::stdout().write_all(&text.0)?;
    println!();
    for _ in 0..runs {
        state.reset();
        let start = Instant::now();
        let (_, count) = generate(&model, &tokenizer, &mut state, tokens, &mut ())?;
        let seconds = start.elapsed().as_secs_f64();
        println!("{count} tokens, {:.0} tok/s", f64::from(count) / seconds);
    }
    let mut clock = Stopwatch::default();
    state.reset();
    generate(&model, &tokenizer, &mut state, tokens, &mut clock)?;
    for phase in Phase::ALL {
        println!("{phase:?}: {:.2} ms", clock.spent[phase as usize].as_secs_f64() * 1000.0);
    }
    Ok(())
}

/// Generates from an empty prompt until the model begins a new text, as llama2.c's `run` does.
fn generate(
    model: &Model,
    tokenizer: &Tokenizer,
    state: &mut State,
    tokens: u32,
    clock: &mut impl PhaseClock,
) -> Result<(Vec<u8>, u32), Box<dyn Error>> {
    let mut text = Vec::new();
    let mut sampler = Sampler::greedy();
    let mut token = BOS;
    for position in 0..tokens.min(state.context()) {
        let logits = model.forward(state, token, position, Classify::Yes, clock)?;
        clock.enter(Phase::Sample);
        let next = sampler.sample(logits);
        if next == BOS {
            return Ok((text, position + 1));
        }
        text.extend_from_slice(tokenizer.decode(token, next));
        token = next;
    }
    Ok((text, tokens))
}
