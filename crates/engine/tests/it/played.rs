//! A board that plays a score: the wire's words by hand, with ticks that are known beforehand. This
//! very test program plays it, through a script that turns `board-agent --port PATH` into a call of
//! one test.

use std::path::{Path, PathBuf};
use std::time::Duration;

use agent::wire::{
    BoardHello, BoardMessage, Decoder, HostMessage, Item, MAX_ENCODED, PhaseTicks, Sender,
    StopReason,
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
}

/// Quick, whole, and silent about its vitals.
pub(crate) const PLAIN: Score = Score { pace: Duration::ZERO, lose: 0, vitals: false };

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
    let Score { pace, lose, vitals } = score;
    let script = format!(
        "BOARD_PIN='{}' BOARD_PORT=\"$3\" BOARD_SCORE='{} {lose} {}' exec '{}' played::plays_the_board \
         --exact --ignored --nocapture",
        pin.display(),
        pace.as_micros(),
        u32::from(vitals),
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
}

impl Board {
    fn new(pipe: Box<dyn Transport>, score: Score, left: u32) -> Board {
        Board { pipe, sender: Sender::new(), score, loaded: (0, 0, 0), runs: 0, now: 0, left }
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
            Ask::Hello => self.say(&BoardMessage::Hello(HELLO)),
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
            if !lost {
                self.say(&BoardMessage::Token { index, id: 3 + index % 50, ticks, phases })?;
            }
            self.now = ticks;
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
        self.say(&BoardMessage::Memory(MEMORY))?;
        self.say(&BoardMessage::Done {
            reason: StopReason::Count,
            tokens: count,
            began,
            ended: ticks + 100,
            energy_uj: None,
        })
    }

    /// `None` once nobody listens.
    fn say(&mut self, message: &BoardMessage<'_>) -> Option<()> {
        let mut frame = [0; MAX_ENCODED];
        let n = self.sender.board(message, &mut frame).unwrap();
        self.pipe.write(&frame[..n]).ok()
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
