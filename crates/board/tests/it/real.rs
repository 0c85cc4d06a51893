//! A board that answers properly: the real loop with a model that counts.

use std::time::{Duration, Instant};

use agent::series::{Batch, Direction, Here, Moment, Series, SeriesRole};
use agent::{
    Agent, Identity, Lap, Memory, Model, ModelInfo, Next, Phase, Platform, Port, PortGone, Refusal,
    TimerKind,
};
use board::{Bits, Transport};

pub(crate) struct Wired(pub(crate) Box<dyn Transport>);

impl Port for Wired {
    fn poll(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        self.0.read(into, Duration::ZERO).map_err(|_| PortGone)
    }

    fn wait(&mut self, into: &mut [u8]) -> Result<usize, PortGone> {
        self.0.read(into, Duration::from_millis(50)).map_err(|_| PortGone)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), PortGone> {
        self.0.write(bytes).map_err(|_| PortGone)
    }
}

/// Microseconds, or where it is given a beginning a hundred at every look, so that a test knows where
/// it stands.
struct Clock {
    began: Instant,
    ticks: Option<u32>,
    /// Ticks of the newest sample of its ramp, and how many there were in the run; `None` of a board that
    /// declares nothing.
    ramp: Option<(u64, u64)>,
}

/// The tokens it has read; a gauge.
pub(crate) const POSITION: Series<'static> = Series {
    name: "position",
    unit: "tok",
    direction: Direction::Higher,
    role: SeriesRole::Plain,
    rate_hz: None,
};
/// 0, 1, 2 … 999, 0, once a millisecond.
pub(crate) const RAMP: Series<'static> = Series {
    name: "ramp",
    unit: "",
    direction: Direction::Neither,
    role: SeriesRole::Plain,
    rate_hz: Some(1000.0),
};
/// Ticks between two of its samples.
const RAMP_TICKS: u64 = 1000;

impl Platform for Clock {
    fn identity(&self) -> Identity<'_> {
        Identity {
            board: "Test board",
            chip_id: "test-1",
            core: "none",
            clock_hz: 0,
            timer: TimerKind::Monotonic,
            timer_hz: 1_000_000,
            ram_bytes: 1 << 20,
            flash_bytes: 0,
            emulated: false,
            receive_window: 16 << 10,
        }
    }

    fn ticks(&mut self) -> u64 {
        match &mut self.ticks {
            Some(ticks) => {
                *ticks = ticks.wrapping_add(100);
                u64::from(*ticks)
            }
            None => self.began.elapsed().as_micros() as u64,
        }
    }

    fn reset_peaks(&mut self) {}

    fn memory(&mut self) -> Memory {
        Memory { heap_used: Some(1), ..Memory::default() }
    }

    fn series(&self, number: u8) -> Option<Series<'_>> {
        self.ramp?;
        [POSITION, RAMP].get(usize::from(number)).copied()
    }

    fn samples(&mut self, number: u8, here: &Here<'_>, into: &mut Batch) {
        let Some((newest, count)) = &mut self.ramp else { return };
        if number == 0 {
            return into.one(here.ticks, here.position as f32);
        }
        if here.moment == Moment::Began {
            (*newest, *count) = (here.ticks.saturating_sub(RAMP_TICKS), 0);
        }
        into.begin(*newest + RAMP_TICKS);
        while *newest + RAMP_TICKS <= here.ticks && into.push((*count % 1000) as f32) {
            (*newest, *count) = (*newest + RAMP_TICKS, *count + 1);
        }
    }
}

pub(crate) const VOCAB: u32 = 1000;

pub(crate) fn after(token: u32) -> u32 {
    (token * 7 + 3) % VOCAB
}

/// Takes any bytes for a model.
pub(crate) struct Counting {
    pub(crate) step: Duration,
    pub(crate) check: Duration,
    info: Option<ModelInfo>,
    bits: Bits,
    bytes: u64,
}

impl Counting {
    pub(crate) fn new(step: Duration, check: Duration) -> Self {
        Counting { step, check, info: None, bits: Bits::F32, bytes: 0 }
    }
}

impl Model for Counting {
    fn begin(&mut self, _: u32, bits: Bits) -> Result<(), Refusal> {
        (self.info, self.bits, self.bytes) = (None, bits, 0);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn finish(&mut self, crc: u32) -> Result<ModelInfo, Refusal> {
        std::thread::sleep(self.check);
        let info = ModelInfo {
            dim: 1,
            hidden_dim: 1,
            layers: 1,
            heads: 1,
            kv_heads: 1,
            vocab: VOCAB,
            context: 512,
            bits: self.bits,
            crc,
            weight_bytes: self.bytes,
            kv_bytes: 0,
        };
        self.info = Some(info);
        Ok(info)
    }

    fn info(&self) -> Option<ModelInfo> {
        self.info
    }

    fn start(&mut self, _: u64, _: f32, _: f32) -> Result<(), Refusal> {
        Ok(())
    }

    fn feed(
        &mut self,
        token: u32,
        _: u32,
        next: Next,
        lap: &mut dyn Lap,
    ) -> Result<Option<u32>, Refusal> {
        lap.enter(Phase::Attention);
        std::thread::sleep(self.step);
        Ok((next == Next::Sample).then(|| after(token)))
    }
}

/// Plays a board with steps of `step` and a check of a new model that takes `check`.
pub(crate) fn serve(pipe: Box<dyn Transport>, step: Duration, check: Duration) {
    serve_from(pipe, step, check, None);
}

/// The same on a board whose clock has 32 bits and begins with these ticks.
pub(crate) fn serve_from(
    pipe: Box<dyn Transport>,
    step: Duration,
    check: Duration,
    ticks: Option<u32>,
) {
    serve_clock(pipe, step, check, Clock { began: Instant::now(), ticks, ramp: None });
}

/// A board with two series: [`POSITION`] and [`RAMP`].
pub(crate) fn serve_sampled(pipe: Box<dyn Transport>, step: Duration, ticks: Option<u32>) {
    let clock = Clock { began: Instant::now(), ticks, ramp: Some((0, 0)) };
    serve_clock(pipe, step, Duration::ZERO, clock);
}

fn serve_clock(pipe: Box<dyn Transport>, step: Duration, check: Duration, clock: Clock) {
    let mut agent: Agent<_, _, _, 1024> =
        Agent::new(Wired(pipe), clock, Counting::new(step, check));
    agent.serve();
}

/// Plays a quick board.
pub(crate) fn quick(pipe: Box<dyn Transport>) {
    serve(pipe, Duration::ZERO, Duration::ZERO);
}
