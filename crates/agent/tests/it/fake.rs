//! A port that plays a script, a clock that only the model moves, a model that counts.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use agent::series::{Batch, Direction, Here, Moment, Series, SeriesRole};
use agent::wire::{
    Bits, BoardMessage, Decoder, ErrorCode, HostMessage, Item, MAX_ENCODED, PhaseTicks, Sender,
    Streams,
};
use agent::{
    Agent, Ended, Identity, Lap, Memory, Model, ModelInfo, Next, Phase, Platform, Port, PortGone,
    Refusal, TimerKind, Vitals,
};

/// What the loop's next look at its port meets.
#[derive(Clone, Debug)]
pub(crate) enum Look {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing has come.
    Nothing,
    /// The host hung up.
    Gone,
}

/// Plays a script, then lets a run finish, then hangs up.
pub(crate) struct Scripted {
    pub(crate) script: VecDeque<Look>,
    pub(crate) said: Rc<RefCell<Vec<u8>>>,
    /// Sends that work before the host is gone.
    pub(crate) sends: usize,
}

impl Scripted {
    fn look(
        &mut self,
        into: &mut [u8],
        at_end: Result<usize, PortGone>,
    ) -> Result<usize, PortGone> {
        match self.script.pop_front() {
            None => at_end,
            Some(Look::Gone) => Err(PortGone),
            Some(Look::Nothing) => Ok(0),
            Some(Look::Bytes(mut bytes)) => {
                let n = bytes.len().min(into.len());
                into[..n].copy_from_slice(&bytes[..n]);
                if n < bytes.len() {
                    self.script.push_front(Look::Bytes(bytes.split_off(n)));
                }
                Ok(n)
            }
        }
    }
}

impl Port for Scripted {
    fn poll(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        self.look(into, Ok(0))
    }

    fn wait(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        self.look(into, Err(PortGone))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), PortGone> {
        self.sends = self.sends.checked_sub(1).ok_or(PortGone)?;
        self.said.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }
}

pub(crate) const IDENTITY: Identity<'static> = Identity {
    board: "Fake",
    chip_id: "0001",
    core: "none",
    clock_hz: 0,
    timer: TimerKind::Peripheral,
    timer_hz: 1000,
    ram_bytes: 4096,
    flash_bytes: 0,
    emulated: true,
    receive_window: 512,
};

pub(crate) const MEMORY: Memory =
    Memory { heap_used: Some(10), heap_peak: Some(20), stack_peak: None, process: None };

pub(crate) struct Clockwork {
    pub(crate) clock: Rc<Cell<u64>>,
    /// Microjoules per tick, where it has a counter.
    pub(crate) power: Option<u64>,
    /// Looks taken; the heap grows by one with each. `None` where it offers none.
    pub(crate) looks: Option<u64>,
    /// Ticks a look takes.
    pub(crate) look_ticks: u64,
    /// The rate of the second of its series, and the newest tick that it was sampled at; `None` where
    /// it declares none.
    pub(crate) series: Option<(f32, u64)>,
}

/// A gauge.
pub(crate) const POSITION: Series<'static> = Series {
    name: "position",
    unit: "",
    direction: Direction::Neither,
    role: SeriesRole::Plain,
    rate_hz: None,
};
/// What an interrupt would sample, once a tick.
pub(crate) const RAMP: Series<'static> = Series {
    name: "ramp",
    unit: "mV",
    direction: Direction::Lower,
    role: SeriesRole::Plain,
    rate_hz: Some(1000.0),
};
/// Samples of it that wait, at most.
pub(crate) const RAMP_KEPT: u64 = 100;

impl Platform for Clockwork {
    fn identity(&self) -> Identity<'_> {
        IDENTITY
    }

    fn ticks(&mut self) -> u64 {
        self.clock.get()
    }

    fn reset_peaks(&mut self) {}

    fn memory(&mut self) -> Memory {
        MEMORY
    }

    fn energy_uj(&mut self) -> Option<u64> {
        self.power.map(|per_tick| per_tick * self.clock.get())
    }

    fn vitals(&mut self) -> Option<Vitals> {
        let looks = self.looks.as_mut()?;
        *looks += 1;
        let heap_used = Some(*looks);
        self.clock.set(self.clock.get() + self.look_ticks);
        Some(Vitals { heap_used, energy_uj: self.energy_uj() })
    }

    fn series(&self, number: u8) -> Option<Series<'_>> {
        let (rate_hz, _) = self.series?;
        match number {
            0 => Some(POSITION),
            1 => Some(Series { rate_hz: Some(rate_hz), ..RAMP }),
            _ => None,
        }
    }

    fn samples(&mut self, number: u8, here: &Here<'_>, into: &mut Batch) {
        let Some((_, newest)) = &mut self.series else { return };
        if number == 0 {
            return into.one(here.ticks, here.position as f32);
        }
        if here.moment == Moment::Began {
            *newest = here.ticks.saturating_sub(1);
        }
        let waiting = here.ticks - *newest;
        if waiting > RAMP_KEPT {
            into.missed(waiting - RAMP_KEPT);
            *newest = here.ticks - RAMP_KEPT;
        }
        into.begin(*newest + 1);
        while *newest < here.ticks && into.push(((*newest + 1) % 1000) as f32) {
            *newest += 1;
        }
    }

    fn set_rate(&mut self, number: u8, rate_hz: Option<f32>) {
        if let (1, Some((now, _))) = (number, &mut self.series) {
            *now = rate_hz.unwrap_or(1000.0);
        }
    }
}

pub(crate) const VOCAB: u32 = 100;
pub(crate) const CONTEXT: u32 = 16;
/// Phases of a step that makes a token.
pub(crate) const MADE: PhaseTicks =
    PhaseTicks { embed: 1, attention: 10, feed_forward: 20, classifier: 5, sample: 2 };
/// Ticks of a step that only reads one.
pub(crate) const READ_TICKS: u64 = 31;

/// The token that the model makes after `token`.
pub(crate) fn after(token: u32) -> u32 {
    (token * 7 + 3) % VOCAB
}

pub(crate) fn info(crc: u32, len: u32) -> ModelInfo {
    ModelInfo {
        dim: 8,
        hidden_dim: 16,
        layers: 2,
        heads: 2,
        kv_heads: 1,
        vocab: VOCAB,
        context: CONTEXT,
        bits: Bits::F32,
        crc,
        weight_bytes: u64::from(len),
        kv_bytes: 64,
    }
}

/// Loads anything that does not begin with 0xee; every phase of a step takes fixed ticks.
pub(crate) struct Counting {
    pub(crate) clock: Rc<Cell<u64>>,
    pub(crate) info: Option<ModelInfo>,
    pub(crate) bytes: Vec<u8>,
}

impl Model for Counting {
    fn begin(&mut self, _: u32, _: Bits) -> Result<(), Refusal> {
        self.info = None;
        self.bytes.clear();
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.bytes.extend_from_slice(bytes);
        match self.bytes.first() {
            Some(0xee) => Err(Refusal { code: ErrorCode::BadModel, detail: "not a model" }),
            _ => Ok(()),
        }
    }

    fn finish(&mut self, crc: u32) -> Result<ModelInfo, Refusal> {
        self.info = Some(info(crc, self.bytes.len() as u32));
        Ok(info(crc, self.bytes.len() as u32))
    }

    fn info(&self) -> Option<ModelInfo> {
        self.info
    }

    fn start(&mut self, _: u64, temperature: f32, _: f32) -> Result<(), Refusal> {
        if temperature < 0.0 {
            return Err(Refusal { code: ErrorCode::BadMessage, detail: "colder than greedy" });
        }
        Ok(())
    }

    fn feed(
        &mut self,
        token: u32,
        _: u32,
        next: Next,
        lap: &mut dyn Lap,
    ) -> Result<Option<u32>, Refusal> {
        let mut spend = |phase, ticks| {
            lap.enter(phase);
            self.clock.set(self.clock.get() + ticks);
        };
        spend(Phase::Embed, MADE.embed);
        spend(Phase::Attention, MADE.attention);
        spend(Phase::FeedForward, MADE.feed_forward);
        if next == Next::Read {
            return Ok(None);
        }
        spend(Phase::Classifier, MADE.classifier);
        spend(Phase::Sample, MADE.sample);
        Ok(Some(after(token)))
    }
}

/// A board to talk to.
#[derive(Clone, Copy)]
pub(crate) struct Board {
    pub(crate) model: Option<ModelInfo>,
    pub(crate) power: Option<u64>,
    /// What a look at its vitals takes, in ticks; `None` where it offers none.
    pub(crate) look_ticks: Option<u64>,
    /// It declares [`POSITION`] and [`RAMP`].
    pub(crate) series: bool,
    pub(crate) began: u64,
    pub(crate) sends: usize,
}

/// A board that holds a model, and one that does not.
pub(crate) fn ready() -> Board {
    Board { model: Some(info(7, 9)), ..bare() }
}

pub(crate) fn bare() -> Board {
    Board {
        model: None,
        power: None,
        look_ticks: None,
        series: false,
        began: 1000,
        sends: usize::MAX,
    }
}

/// Plays `script` to a board and returns all that it sent. The agent in C must send the same.
pub(crate) fn play(board: Board, script: Vec<Look>) -> Vec<u8> {
    let said = play_here(board, script.clone());
    crate::c99::check_same(board, &script, &said);
    said
}

fn play_here(board: Board, script: Vec<Look>) -> Vec<u8> {
    let said = Rc::new(RefCell::new(Vec::new()));
    let clock = Rc::new(Cell::new(board.began));
    let port = Scripted { script: script.into(), said: Rc::clone(&said), sends: board.sends };
    let platform = Clockwork {
        clock: Rc::clone(&clock),
        power: board.power,
        looks: board.look_ticks.map(|_| 0),
        look_ticks: board.look_ticks.unwrap_or(0),
        series: board.series.then_some((1000.0, 0)),
    };
    let model = Counting { clock, info: board.model, bytes: Vec::new() };
    let mut agent: Agent<_, _, _, 24> = Agent::new(port, platform, model);
    assert_eq!(agent.serve(), Ended::PortGone);
    said.take()
}

/// Plays `script` to a board, which must answer with exactly `expect`, numbered without a hole.
#[track_caller]
pub(crate) fn check(board: Board, script: Vec<Look>, expect: &[BoardMessage<'_>]) {
    let said = play(board, script);
    let mut heard = 0;
    Decoder::new().feed(&said, &mut |item| {
        let Item::Frame(frame) = item else { panic!("a board says only frames: {item:?}") };
        assert_eq!(usize::from(frame.sequence), heard);
        let message = frame.board().unwrap();
        let expected = expect.get(heard);
        assert_eq!(Some(&message), expected, "message {heard}");
        heard += 1;
    });
    assert_eq!(heard, expect.len(), "still to come: {:?}", &expect[heard..]);
}

/// The host's side of a script: each message as one read.
pub(crate) struct Host(Sender);

impl Host {
    pub(crate) fn new() -> Self {
        Host(Sender::new())
    }

    pub(crate) fn frame(&mut self, message: HostMessage<'_>) -> Vec<u8> {
        let mut buf = [0; MAX_ENCODED];
        let n = self.0.host(&message, &mut buf).unwrap();
        buf[..n].to_vec()
    }

    pub(crate) fn look(&mut self, message: HostMessage<'_>) -> Look {
        Look::Bytes(self.frame(message))
    }

    pub(crate) fn looks(messages: &[HostMessage<'_>]) -> Vec<Look> {
        let mut host = Host::new();
        messages.iter().map(|&message| host.look(message)).collect()
    }
}

/// Plays whole messages.
#[track_caller]
pub(crate) fn check_messages(
    board: Board,
    messages: &[HostMessage<'_>],
    expect: &[BoardMessage<'_>],
) {
    check(board, Host::looks(messages), expect);
}

/// Tokens as they travel.
pub(crate) fn tokens(ids: &[u32]) -> Vec<u8> {
    ids.iter().flat_map(|id| id.to_le_bytes()).collect()
}

/// A greedy run of `count` tokens that streams.
pub(crate) fn run(count: u32) -> HostMessage<'static> {
    run_with(count, Streams::On)
}

/// A greedy run of `count` tokens.
pub(crate) fn run_with(count: u32, streams: Streams) -> HostMessage<'static> {
    HostMessage::Run { count, seed: 1, temperature: 0.0, top_p: 1.0, stop_token: None, streams }
}

pub(crate) fn error(code: ErrorCode, detail: &'static str) -> BoardMessage<'static> {
    BoardMessage::Error { code, detail }
}
