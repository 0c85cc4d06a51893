//! Many boards at once: what recording them costs this computer, and whether a sample is lost. And how
//! long it takes from Hello to the first token on a board that takes no time itself.
//!
//! `cargo run --release -p engine --example many_boards -- [BOARDS] [SAMPLES_A_SECOND] [SECONDS] [own]`
//!
//! A sample is a value of a series: a token has seven, and its moment besides, which is not counted. With `own`
//! the samples are those of a series that the board declares, and there are ten tokens a second beside them.
//! Each board is played by a process of its own behind a pseudo-terminal, whose cost is not counted;
//! what the store writes is. Linux alone says what a process took.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use agent::series::{Direction, Series, SeriesRole};
use agent::wire::{
    BoardHello, BoardMessage, Decoder, HostMessage, Item, MAX_ENCODED, MAX_SAMPLES, MINOR,
    PhaseTicks, Sender, SeriesState, StopReason,
};
use agent::{Memory, ModelInfo};
use board::{Pty, Transport};
use engine::settings::Settings;
use engine::{Engine, Next, Options};
use protocol::{Bits, DriverSpec, Event, ModelChoice, Reply, RunId, RunSpec, RunStatus};

type Failed = Box<dyn Error>;

/// Values that a token puts into series.
const SAMPLES_A_TOKEN: f64 = 7.0;
/// Tokens a second beside a series of the board's own.
const TOKENS_BESIDE: f64 = 10.0;
/// Runs for the time to the first token.
const FIRSTS: usize = 15;

fn main() -> Result<(), Failed> {
    let mut out = std::io::stdout();
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [word, rate, own] = args.as_slice()
        && word == "play"
    {
        let (pty, path) = Pty::pair()?;
        writeln!(out, "{path}")?;
        let own_rate = own.parse()?;
        return Player { own_rate, ..Player::new(Box::new(pty), rate.parse()?) }.play();
    }
    let number = |at: usize, usual: f64| match args.get(at) {
        Some(text) => text.parse::<f64>(),
        None => Ok(usual),
    };
    let (boards, rate, seconds) =
        (number(0, 16.0)? as usize, number(1, 20_000.0)?, number(2, 20.0)?);
    let own = args.get(3).is_some_and(|word| word == "own");
    many(&mut out, boards, rate, seconds, own)?;
    first(&mut out)
}

fn many(
    out: &mut impl Write,
    boards: usize,
    rate: f64,
    seconds: f64,
    own: bool,
) -> Result<(), Failed> {
    let (tokens_a_second, own_rate) =
        if own { (TOKENS_BESIDE, rate) } else { (rate / SAMPLES_A_TOKEN, 0.0) };
    let tokens = (tokens_a_second * seconds) as u32;
    let folder = tempfile::tempdir()?;
    let engine = engine(&folder)?;
    let events = engine.subscribe();
    let (mut played, mut runs) = (Vec::new(), Vec::new());
    for _ in 0..boards {
        let (child, path) = play(tokens_a_second, own_rate)?;
        played.push(child);
        runs.push(start(&engine, &path, tokens)?);
    }
    let (began, took) = (Instant::now(), took_s()?);
    wait(&events, &runs)?;
    let (passed_s, took_s) = (began.elapsed().as_secs_f64(), took_s()? - took);
    let (mut kept, mut lost, mut sampled) = (0, 0, [0; 2]);
    for run in &runs {
        let Reply::Run(detail) =
            engine.send(protocol::Command::ShowRun { selector: run.0.clone() })?
        else {
            return Err("no run".into());
        };
        kept += detail.repetitions.iter().map(|one| one.tokens.len()).sum::<usize>();
        lost += detail.fingerprint.get("wire.lost_frames").map_or(0, |n| n.parse().unwrap_or(1));
        for (sum, what) in sampled.iter_mut().zip(["samples", "lost_samples"]) {
            let key = format!("series.{}.{what}", OWN.name);
            *sum += detail.fingerprint.get(&key).map_or(0, |n| n.parse::<u64>().unwrap_or(0));
        }
    }
    if own {
        let [samples, missing] = sampled;
        writeln!(
            out,
            "{boards} boards with a series of their own at {rate:.0} samples a second each: {samples} kept, {missing} lost, \
             {kept} of {} tokens kept, {lost} frames lost, {:.0} samples a second and board, {:.0} % of a core",
            boards * tokens as usize,
            samples as f64 / passed_s / boards as f64,
            100.0 * took_s / passed_s,
        )?;
        end(played)?;
        let few = (samples as f64) < 0.9 * rate * seconds * boards as f64;
        return if few || missing != 0 || lost != 0 {
            Err("something was lost".into())
        } else {
            Ok(())
        };
    }
    let due = boards * tokens as usize;
    writeln!(
        out,
        "{boards} boards at {rate:.0} samples a second each: {kept} of {due} tokens kept, {lost} frames lost, \
         {:.0} samples a second and board, {:.0} % of a core",
        kept as f64 * SAMPLES_A_TOKEN / passed_s / boards as f64,
        100.0 * took_s / passed_s,
    )?;
    end(played)?;
    if kept != due || lost != 0 { Err("something was lost".into()) } else { Ok(()) }
}

/// From the first Hello to the first token that the board sends, which it makes in no time: what is
/// left is this computer and the wire, with the loading of a synthetic model.
fn first(out: &mut impl Write) -> Result<(), Failed> {
    let mut took_ms = Vec::new();
    for _ in 0..FIRSTS {
        let folder = tempfile::tempdir()?;
        let engine = engine(&folder)?;
        let events = engine.subscribe();
        let (pty, path) = Pty::pair()?;
        let mut player = Player::new(Box::new(pty), f64::INFINITY);
        let board = std::thread::Builder::new().name("player".into()).spawn(move || {
            let played = player.play().map_err(|error| error.to_string());
            played.map(|()| (player.greeted, player.first, player.loaded))
        })?;
        let run = start(&engine, &path, 3)?;
        wait(&events, &[run])?;
        let (greeted, first, bytes) = board.join().map_err(|_| "the player panicked")??;
        let (Some(greeted), Some(first)) = (greeted, first) else { return Err("no token".into()) };
        took_ms.push((first.duration_since(greeted).as_secs_f64() * 1e3, bytes));
    }
    took_ms.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (median, bytes) = took_ms.get(FIRSTS / 2).copied().unwrap_or((f64::NAN, 0));
    let (least, most) = (took_ms.first(), took_ms.last());
    writeln!(
        out,
        "Hello to the first token, beyond the board's own time: {median:.1} ms (from {:.1} to {:.1}), a model of {bytes} \
         bytes loaded meanwhile",
        least.map_or(f64::NAN, |(ms, _)| *ms),
        most.map_or(f64::NAN, |(ms, _)| *ms),
    )?;
    Ok(())
}

fn engine(folder: &tempfile::TempDir) -> Result<Engine, Failed> {
    let store = folder.path().join("store").display().to_string();
    let settings = Settings::resolve(None, &|_| None, &[("store", store)])?;
    Ok(Engine::start(Options { settings, ..Options::default() })?)
}

fn start(engine: &Engine, path: &str, tokens: u32) -> Result<RunId, Failed> {
    let spec = RunSpec {
        board: path.into(),
        model: ModelChoice::Synthetic { seed: 1 },
        driver: DriverSpec::Agent,
        bits: Bits::F32,
        prompt: String::new(),
        tokens,
        repetitions: 1,
        warmup: 0,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stream: true,
        tags: Default::default(),
        meter: None,
    };
    match engine.send(protocol::Command::StartRun { spec })? {
        Reply::RunStarted { run } => Ok(run),
        other => Err(format!("{other:?}").into()),
    }
}

/// Waits until all of these have ended as they should.
fn wait(events: &engine::Events, runs: &[RunId]) -> Result<(), Failed> {
    let mut left = runs.len();
    while left > 0 {
        match events.next(Duration::from_secs(120)) {
            Next::Event(Event::RunFinished { run, status: RunStatus::Complete, .. })
                if runs.contains(&run) =>
            {
                left -= 1;
            }
            Next::Event(Event::RunFinished { failure, .. }) => {
                return Err(format!("{failure:?}").into());
            }
            Next::Event(_) => {}
            other => return Err(format!("{other:?}").into()),
        }
    }
    Ok(())
}

/// A board in a process of its own, and the port it is on.
fn play(tokens_a_second: f64, own_rate: f64) -> Result<(Child, String), Failed> {
    let mut me = Command::new(std::env::current_exe()?);
    me.args(["play", &tokens_a_second.to_string(), &own_rate.to_string()]).stdout(Stdio::piped());
    let mut child = me.spawn()?;
    let mut path = String::new();
    if let Some(said) = child.stdout.take() {
        BufReader::new(said).read_line(&mut path)?;
    }
    Ok((child, path.trim().to_owned()))
}

fn end(played: Vec<Child>) -> Result<(), Failed> {
    for mut child in played {
        child.wait()?;
    }
    Ok(())
}

/// Processor time of this process with all its threads, in seconds.
fn took_s() -> Result<f64, Failed> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after = stat.rsplit_once(')').ok_or("no process")?.1;
    let mut fields = after.split_whitespace().skip(11);
    let mut ticks = || fields.next().unwrap_or_default().parse::<f64>();
    // A hundred a second on every Linux.
    Ok((ticks()? + ticks()?) / 100.0)
}

/// A board that makes tokens out of nothing, at a rate.
struct Player {
    pipe: Box<dyn Transport>,
    sender: Sender,
    tokens_a_second: f64,
    /// Samples a second of a series of its own; 0 declares none.
    own_rate: f64,
    /// Samples of it in this run.
    taken: u64,
    began: Instant,
    /// Length, checksum, and bytes so far of the model.
    model: (u32, u32, u32),
    loaded: u32,
    greeted: Option<Instant>,
    first: Option<Instant>,
}

impl Player {
    fn new(pipe: Box<dyn Transport>, tokens_a_second: f64) -> Player {
        Player {
            pipe,
            sender: Sender::new(),
            tokens_a_second,
            own_rate: 0.0,
            taken: 0,
            began: Instant::now(),
            model: (0, 0, 0),
            loaded: 0,
            greeted: None,
            first: None,
        }
    }

    /// Until the host hangs up.
    fn play(&mut self) -> Result<(), Failed> {
        let mut decoder = Decoder::new();
        let mut bytes = vec![0; 64 << 10];
        while let Ok(n) = self.pipe.read(&mut bytes, Duration::from_millis(50)) {
            let mut result = Ok(());
            decoder.feed(bytes.get(..n).unwrap_or_default(), &mut |item| {
                if let (Item::Frame(frame), Ok(())) = (item, &result)
                    && let Ok(message) = frame.host()
                {
                    result = self.answer(&message);
                }
            });
            if result.is_err() {
                // Nobody listens any more.
                break;
            }
        }
        Ok(())
    }

    fn answer(&mut self, message: &HostMessage<'_>) -> Result<(), Failed> {
        match *message {
            HostMessage::Hello { .. } => {
                self.greeted.get_or_insert_with(Instant::now);
                let minor = if self.own_rate > 0.0 { MINOR } else { HELLO.minor };
                self.say(&BoardMessage::Hello(BoardHello { minor, ..HELLO }))
            }
            HostMessage::Ping { host_us } => {
                let ticks = self.ticks();
                self.say(&BoardMessage::Pong { host_us, ticks })
            }
            HostMessage::LoadModel { len, crc, .. } => {
                self.model = (len, crc, 0);
                self.say(&BoardMessage::Ack { received: 0 })
            }
            HostMessage::ModelChunk { offset, bytes } => {
                if offset == self.model.2 {
                    self.model.2 += bytes.len() as u32;
                }
                let (len, crc, received) = self.model;
                if received < len {
                    return self.say(&BoardMessage::Ack { received });
                }
                self.loaded = len;
                self.say(&BoardMessage::Memory(Memory::default()))?;
                self.say(&BoardMessage::ModelReady(ModelInfo { crc, ..MODEL }))
            }
            HostMessage::Prompt { offset, tokens } => {
                let received = offset + tokens.len() as u32 / 4;
                self.say(&BoardMessage::Ack { received })
            }
            HostMessage::Run { count, .. } => self.run(count),
            HostMessage::Stop => Ok(()),
            HostMessage::Sample { series: number, .. } => {
                let series = Series { rate_hz: Some(self.own_rate as f32), ..OWN };
                let state = SeriesState { series, on: true, taken: self.taken };
                let series = Some(state).filter(|_| number == 0);
                self.say(&BoardMessage::Series { number, of: 1, series })
            }
        }
    }

    fn run(&mut self, count: u32) -> Result<(), Failed> {
        let began = self.ticks();
        let since = Instant::now();
        self.say(&BoardMessage::Started { ticks: began })?;
        let mut index = 0;
        self.taken = 0;
        while index < count {
            let due = since.elapsed().as_secs_f64() * self.tokens_a_second;
            while index < count && f64::from(index) <= due {
                let ticks = self.ticks();
                let phases =
                    PhaseTicks { attention: 200, feed_forward: 100, ..PhaseTicks::default() };
                self.say(&BoardMessage::Token { index, id: 3 + index % 50, ticks, phases })?;
                self.first.get_or_insert_with(Instant::now);
                index += 1;
            }
            self.sample(began, since)?;
            if self.tokens_a_second.is_finite() {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        let ended = self.ticks();
        self.say(&BoardMessage::Memory(Memory::default()))?;
        let reason = StopReason::Count;
        self.say(&BoardMessage::Done { reason, tokens: count, began, ended, energy_uj: None })
    }

    /// The samples that are due, as many as fit a message at a time.
    fn sample(&mut self, began: u64, since: Instant) -> Result<(), Failed> {
        let due = (since.elapsed().as_secs_f64() * self.own_rate) as u64;
        while self.taken < due {
            let end = due.min(self.taken + MAX_SAMPLES as u64);
            let values: Vec<u8> =
                (self.taken..end).flat_map(|at| ((at % 1000) as f32).to_le_bytes()).collect();
            let ticks = began + (self.taken as f64 / self.own_rate * 1e6) as u64;
            let index = std::mem::replace(&mut self.taken, end);
            self.say(&BoardMessage::Samples { series: 0, index, ticks, values: &values })?;
        }
        Ok(())
    }

    fn ticks(&self) -> u64 {
        self.began.elapsed().as_micros() as u64
    }

    fn say(&mut self, message: &BoardMessage<'_>) -> Result<(), Failed> {
        let mut frame = [0; MAX_ENCODED];
        let n = self.sender.board(message, &mut frame).map_err(|_| "a frame is too long")?;
        Ok(self.pipe.write(frame.get(..n).unwrap_or_default())?)
    }
}

const OWN: Series<'static> = Series {
    name: "ramp",
    unit: "mV",
    direction: Direction::Lower,
    role: SeriesRole::Plain,
    rate_hz: None,
};

const HELLO: BoardHello<'static> = BoardHello {
    minor: 1,
    board: "Player",
    chip_id: "player",
    core: "none",
    clock_hz: 0,
    timer_hz: 1_000_000,
    timer: "monotonic",
    ram_bytes: 1 << 30,
    flash_bytes: 0,
    agent: "0",
    emulated: true,
    receive_window: 32 << 10,
    model: None,
};

const MODEL: ModelInfo = ModelInfo {
    dim: 8,
    hidden_dim: 16,
    layers: 1,
    heads: 1,
    kv_heads: 1,
    vocab: 512,
    context: 512,
    bits: board::Bits::F32,
    crc: 0,
    weight_bytes: 1,
    kv_bytes: 1,
};
