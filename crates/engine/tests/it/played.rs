//! A board that plays a score: the wire's words by hand, with ticks that are known beforehand. This
//! very test program plays it, through a script that turns `board-agent --port PATH` into a call of
//! one test.

use std::path::{Path, PathBuf};
use std::time::Duration;

use agent::series::{Direction, Series, SeriesRole};
use agent::wire::{
    BoardHello, BoardMessage, Decoder, HostMessage, Item, MAX_ENCODED, MINOR, PhaseTicks, Sender,
    SeriesState, StopReason,
};
use agent::{Memory, ModelInfo, Vitals};
use board::{Bits, Pty, Transport};

/// How the board plays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Score {
    /// Time that really passes for each token.
    pub(crate) pace: Duration,
    /// Every so many-th token is lost on the way; 0 loses none.
    pub(crate) lose: u32,
    /// It says Vitals at every fifth token, and its energy counter grows by 1 mJ with each.
    pub(crate) vitals: bool,
    /// It declares series of its own.
    pub(crate) own: OwnScore,
}

/// What a board declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OwnScore {
    /// Nothing, being of an older minor.
    Nothing,
    /// [`DIE`] and [`SUPPLY`], the die so many degrees warmer than 30.
    Both { warmer: u32 },
    /// The same, of which every third batch is lost on the way.
    Lossy,
    /// Series that cannot be had, beside [`DIE`].
    Odd,
}

impl OwnScore {
    fn number(self) -> u32 {
        match self {
            OwnScore::Nothing => 0,
            OwnScore::Lossy => 1,
            OwnScore::Odd => 2,
            OwnScore::Both { warmer } => 3 + warmer,
        }
    }

    fn of(number: u32) -> OwnScore {
        match number {
            0 => OwnScore::Nothing,
            1 => OwnScore::Lossy,
            2 => OwnScore::Odd,
            more => OwnScore::Both { warmer: more - 3 },
        }
    }
}

/// At the beginning, at every fifth token, and at the end: warmer by a degree each time.
pub(crate) const DIE: Series<'static> = Series {
    name: "die_temperature",
    unit: "°C",
    direction: Direction::Lower,
    role: SeriesRole::Plain,
    rate_hz: None,
};
/// 100 mW and 300 mW in turn, a thousand times a second.
pub(crate) const SUPPLY: Series<'static> = Series {
    name: "supply",
    unit: "W",
    direction: Direction::Lower,
    role: SeriesRole::Power,
    rate_hz: Some(1000.0),
};
/// Ticks between two samples of the supply.
pub(crate) const SUPPLY_TICKS: u64 = 1_000;

/// Quick, whole, and silent about its vitals.
pub(crate) const PLAIN: Score =
    Score { pace: Duration::ZERO, lose: 0, vitals: false, own: OwnScore::Nothing };

/// Ticks a second.
const HZ: u64 = 1_000_000;
/// Ticks between two tokens.
pub(crate) const TOKEN_TICKS: u64 = 5_000;
/// Ticks from one repetition's beginning to the next one's.
pub(crate) const REPETITION_TICKS: u64 = 10_000_000;

/// The script that plays `score`, in `folder`.
pub(crate) fn program(folder: &Path, score: Score) -> PathBuf {
    let me = std::env::current_exe().unwrap();
    let pin = folder.join("pin");
    let Score { pace, lose, vitals, own } = score;
    let script = format!(
        "BOARD_PIN='{}' BOARD_PORT=\"$3\" BOARD_SCORE='{} {lose} {} {}' exec '{}' played::plays_the_board \
         --exact --ignored --nocapture",
        pin.display(),
        pace.as_micros(),
        u32::from(vitals),
        own.number(),
        me.display()
    );
    crate::boards::program(folder, &script)
}

#[test]
#[ignore = "started by other tests as the board's process"]
fn plays_the_board() {
    let port = std::env::var("BOARD_PORT").unwrap();
    let score = std::env::var("BOARD_SCORE").unwrap();
    let numbers: Vec<u64> = score.split(' ').map(|number| number.parse().unwrap()).collect();
    let score = Score {
        pace: Duration::from_micros(numbers[0]),
        lose: numbers[1] as u32,
        vitals: numbers[2] == 1,
        own: OwnScore::of(numbers[3] as u32),
    };
    let pipe: Box<dyn Transport> = Box::new(Pty::open(&port).unwrap());
    Board::new(pipe, score, u32::MAX).serve();
}

/// Plays `score` at the board's end of a port, and dies with that token of all it makes.
pub(crate) fn play_until(pipe: Box<dyn Transport>, score: Score, last: u32) {
    let mut board = Board::new(pipe, score, last);
    board.serve();
    // What it said last is read before its terminal hangs up.
    std::thread::sleep(Duration::from_millis(100));
}

struct Board {
    pipe: Box<dyn Transport>,
    sender: Sender,
    score: Score,
    /// Length, checksum and bytes so far of the model.
    loaded: (u32, u32, u32),
    runs: u64,
    /// The latest moment that was told, where its clock stands until the next.
    now: u64,
    /// Tokens that it still makes.
    left: u32,
    /// Samples that were taken in this run, of each series.
    taken: [u64; 2],
    batches: u32,
}

impl Board {
    fn new(pipe: Box<dyn Transport>, score: Score, left: u32) -> Board {
        Board {
            pipe,
            sender: Sender::new(),
            score,
            loaded: (0, 0, 0),
            runs: 0,
            now: 0,
            left,
            taken: [0; 2],
            batches: 0,
        }
    }

    /// Until the host hangs up.
    fn serve(&mut self) {
        let mut decoder = Decoder::new();
        let mut bytes = [0; 4096];
        while let Ok(n) = self.pipe.read(&mut bytes, Duration::from_millis(50)) {
            let mut heard = Vec::new();
            decoder.feed(&bytes[..n], &mut |item| {
                let Item::Frame(frame) = item else { panic!("a host says only frames: {item:?}") };
                heard.push(asked(&frame.host().unwrap()));
            });
            for ask in heard {
                if self.answer(ask).is_none() {
                    return;
                }
            }
        }
    }

    fn answer(&mut self, ask: Ask) -> Option<()> {
        match ask {
            Ask::Hello => {
                let minor = if self.score.own == OwnScore::Nothing { 1 } else { MINOR };
                self.say(&BoardMessage::Hello(BoardHello { minor, ..HELLO }))
            }
            Ask::Sample(number) => self.declare(number),
            Ask::Ping(host_us) => {
                let ticks = self.now;
                self.say(&BoardMessage::Pong { host_us, ticks })
            }
            Ask::Load(len, crc) => {
                self.loaded = (len, crc, 0);
                self.say(&BoardMessage::Ack { received: 0 })
            }
            Ask::Chunk(offset, bytes) => {
                if offset == self.loaded.2 {
                    self.loaded.2 += bytes;
                }
                let (len, crc, received) = self.loaded;
                if received < len {
                    return self.say(&BoardMessage::Ack { received });
                }
                self.say(&BoardMessage::Memory(MEMORY))?;
                self.say(&BoardMessage::ModelReady(ModelInfo { crc, ..INFO }))
            }
            Ask::Prompt(received) => self.say(&BoardMessage::Ack { received }),
            Ask::Run(count) => self.run(count),
            Ask::Nothing => Some(()),
        }
    }

    fn run(&mut self, count: u32) -> Option<()> {
        let began = 777 + self.runs * REPETITION_TICKS;
        self.runs += 1;
        // A pin that is wired to a meter's input.
        let pin = std::env::var_os("BOARD_PIN").map(PathBuf::from);
        pin.iter().for_each(|pin| drop(std::fs::write(pin, "")));
        self.say(&BoardMessage::Started { ticks: began })?;
        self.taken = [0; 2];
        self.measure(began, began)?;
        let mut ticks = began;
        self.now = began;
        for index in 0..count {
            std::thread::sleep(self.score.pace);
            ticks = began + u64::from(index + 1) * TOKEN_TICKS;
            let part = u64::from(index % 7) * 10;
            let phases = PhaseTicks {
                embed: 100 + part,
                attention: 2000,
                feed_forward: 2000,
                classifier: 500,
                sample: 300 - part,
            };
            let lost = self.score.lose > 0 && index % self.score.lose == self.score.lose - 1;
            let token = BoardMessage::Token { index, id: 3 + index % 50, ticks, phases };
            match lost {
                true => self.lose(&token),
                false => self.say(&token)?,
            }
            self.now = ticks;
            if (index + 1).is_multiple_of(5) {
                self.measure(began, ticks)?;
            }
            self.left -= 1;
            if self.left == 0 {
                return None;
            }
            if self.score.vitals && index.is_multiple_of(5) {
                let looks = self.runs * 1000 + u64::from(index);
                let vitals =
                    Vitals { heap_used: Some(4096 + looks), energy_uj: Some(looks / 5 * 1000) };
                self.say(&BoardMessage::Vitals { ticks: ticks + 10, vitals })?;
            }
        }
        pin.iter().for_each(|pin| drop(std::fs::remove_file(pin)));
        self.measure(began, ticks + 100)?;
        self.say(&BoardMessage::Memory(MEMORY))?;
        self.say(&BoardMessage::Done {
            reason: StopReason::Count,
            tokens: count,
            began,
            ended: ticks + 100,
            energy_uj: None,
        })
    }

    /// Says what was measured since the last time, at `now` ticks of a run that began then.
    fn measure(&mut self, began: u64, now: u64) -> Option<()> {
        if self.score.own == OwnScore::Nothing {
            return Some(());
        }
        let warmer = if let OwnScore::Both { warmer } = self.score.own { warmer } else { 0 };
        let [warm, supplied] = self.taken;
        let degrees = (30 + u64::from(warmer) + warm) as f32;
        self.sample(0, warm, now, &[degrees])?;
        let taken = (now - began) / SUPPLY_TICKS + 1;
        let watts = |at: u64| if at.is_multiple_of(2) { 0.1 } else { 0.3 };
        let values: Vec<f32> = (supplied..taken).map(watts).collect();
        if !values.is_empty() {
            self.sample(1, supplied, began + supplied * SUPPLY_TICKS, &values)?;
        }
        Some(())
    }

    fn sample(&mut self, series: u8, index: u64, ticks: u64, values: &[f32]) -> Option<()> {
        self.taken[usize::from(series)] += values.len() as u64;
        self.batches += 1;
        let values: Vec<u8> = values.iter().copied().flat_map(f32::to_le_bytes).collect();
        let samples = BoardMessage::Samples { series, index, ticks, values: &values };
        if self.score.own == OwnScore::Lossy && self.batches.is_multiple_of(3) {
            self.lose(&samples);
            return Some(());
        }
        self.say(&samples)
    }

    fn declare(&mut self, number: u8) -> Option<()> {
        let odd = [
            DIE,
            Series { name: "heap_used", ..SUPPLY },
            Series { name: "Rail 1", ..SUPPLY },
            Series { rate_hz: Some(f32::NAN), ..SUPPLY },
        ];
        let all: &[Series<'_>] = match self.score.own {
            OwnScore::Nothing => &[],
            OwnScore::Odd => &odd,
            _ => &[DIE, SUPPLY],
        };
        let series = all.get(usize::from(number)).map(|series| SeriesState {
            series: *series,
            on: true,
            taken: self.taken.get(usize::from(number)).copied().unwrap_or(0),
        });
        self.say(&BoardMessage::Series { number, of: all.len() as u8, series })
    }

    /// `None` once nobody listens.
    fn say(&mut self, message: &BoardMessage<'_>) -> Option<()> {
        let mut frame = [0; MAX_ENCODED];
        let n = self.sender.board(message, &mut frame).unwrap();
        self.pipe.write(&frame[..n]).ok()
    }

    /// Says it, and nobody hears it: the frame has its number.
    fn lose(&mut self, message: &BoardMessage<'_>) {
        self.sender.board(message, &mut [0; MAX_ENCODED]).unwrap();
    }
}

/// What a host asked, owned.
enum Ask {
    Hello,
    Ping(u64),
    Load(u32, u32),
    Chunk(u32, u32),
    Prompt(u32),
    Run(u32),
    Sample(u8),
    Nothing,
}

fn asked(message: &HostMessage<'_>) -> Ask {
    match *message {
        HostMessage::Hello { .. } => Ask::Hello,
        HostMessage::Ping { host_us } => Ask::Ping(host_us),
        HostMessage::LoadModel { len, crc, .. } => Ask::Load(len, crc),
        HostMessage::ModelChunk { offset, bytes } => Ask::Chunk(offset, bytes.len() as u32),
        HostMessage::Prompt { offset, tokens } => Ask::Prompt(offset + tokens.len() as u32 / 4),
        HostMessage::Run { count, .. } => Ask::Run(count),
        HostMessage::Sample { series, .. } => Ask::Sample(series),
        HostMessage::Stop => Ask::Nothing,
    }
}

const HELLO: BoardHello<'static> = BoardHello {
    minor: 1,
    board: "Player",
    chip_id: "p-1",
    core: "none",
    clock_hz: 0,
    timer_hz: HZ,
    timer: "monotonic",
    ram_bytes: 1 << 30,
    flash_bytes: 0,
    agent: "0",
    emulated: false,
    receive_window: 4096,
    model: None,
};

const MEMORY: Memory =
    Memory { heap_used: Some(4096), heap_peak: Some(8192), stack_peak: None, process: None };

const INFO: ModelInfo = ModelInfo {
    dim: 8,
    hidden_dim: 16,
    layers: 1,
    heads: 1,
    kv_heads: 1,
    vocab: 512,
    context: 512,
    bits: Bits::F32,
    crc: 0,
    weight_bytes: 1,
    kv_bytes: 1,
};
