//! A board's end of a pipe by hand.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use agent::wire::{
    BoardHello, BoardMessage, Decoder, HostMessage, Item, MAX_ENCODED, MINOR, PhaseTicks, Sender,
    StopReason, Streams,
};
use board::Transport;

/// What a host said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Hello,
    Ping(u64),
    Load,
    Chunk(u32, usize),
    Prompt(u32),
    Run,
    RunQuiet,
    Stop,
    Sample(u8),
}

pub(crate) const HELLO: BoardHello<'static> = BoardHello {
    minor: 0,
    board: "Scripted",
    chip_id: "s-1",
    core: "none",
    clock_hz: 0,
    timer_hz: 1_000_000,
    timer: "monotonic",
    ram_bytes: 1 << 20,
    flash_bytes: 0,
    agent: "0",
    emulated: false,
    receive_window: 4096,
    model: None,
};

pub(crate) struct Side {
    pipe: Box<dyn Transport>,
    decoder: Decoder,
    sender: Sender,
    heard: VecDeque<Said>,
    minor: u8,
}

impl Side {
    pub(crate) fn new(pipe: Box<dyn Transport>) -> Self {
        let (decoder, sender) = (Decoder::new(), Sender::new());
        Side { pipe, decoder, sender, heard: VecDeque::new(), minor: HELLO.minor }
    }

    /// A board that knows all words of ours.
    pub(crate) fn newer(pipe: Box<dyn Transport>) -> Self {
        Side { minor: MINOR, ..Side::new(pipe) }
    }

    /// The next thing the host says; `None` once it has hung up, or after ten seconds.
    pub(crate) fn hear(&mut self) -> Option<Said> {
        let until = Instant::now() + Duration::from_secs(10);
        let mut buf = [0; 4096];
        while self.heard.is_empty() && Instant::now() < until {
            let n = self.pipe.read(&mut buf, Duration::from_millis(50)).ok()?;
            let heard = &mut self.heard;
            self.decoder.feed(&buf[..n], &mut |item| {
                let Item::Frame(frame) = item else { panic!("a host says only frames: {item:?}") };
                heard.push_back(match frame.host().unwrap() {
                    HostMessage::Hello { .. } => Said::Hello,
                    HostMessage::Ping { host_us } => Said::Ping(host_us),
                    HostMessage::LoadModel { .. } => Said::Load,
                    HostMessage::ModelChunk { offset, bytes } => Said::Chunk(offset, bytes.len()),
                    HostMessage::Prompt { offset, tokens } => {
                        Said::Prompt(offset + tokens.len() as u32 / 4)
                    }
                    HostMessage::Run { streams: Streams::Off, .. } => Said::RunQuiet,
                    HostMessage::Run { .. } => Said::Run,
                    HostMessage::Stop => Said::Stop,
                    HostMessage::Sample { series, .. } => Said::Sample(series),
                });
            });
        }
        self.heard.pop_front()
    }

    pub(crate) fn frame(&mut self, message: &BoardMessage<'_>) -> Vec<u8> {
        let mut buf = [0; MAX_ENCODED];
        let n = self.sender.board(message, &mut buf).unwrap();
        buf[..n].to_vec()
    }

    /// Says it; a host that has hung up meanwhile is none of a board's business.
    pub(crate) fn say(&mut self, message: &BoardMessage<'_>) -> bool {
        let frame = self.frame(message);
        self.raw(&frame)
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) -> bool {
        self.pipe.write(bytes).is_ok()
    }

    /// Answers hello, ping, prompt and the question for series until the host says something else.
    pub(crate) fn polite(&mut self) -> Option<Said> {
        loop {
            match self.hear()? {
                Said::Hello => {
                    self.say(&BoardMessage::Hello(BoardHello { minor: self.minor, ..HELLO }))
                }
                Said::Ping(host_us) => self.say(&BoardMessage::Pong { host_us, ticks: 0 }),
                Said::Prompt(received) => self.say(&BoardMessage::Ack { received }),
                Said::Sample(number) => {
                    self.say(&BoardMessage::Series { number, of: 0, series: None })
                }
                Said::Stop => true,
                other => return Some(other),
            };
        }
    }

    /// Waits until the host has hung up.
    pub(crate) fn wait(mut self) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.pipe.read(&mut [0; 4096], Duration::from_millis(50)).is_ok() {
            assert!(Instant::now() < until, "the host never hangs up");
        }
    }

    pub(crate) fn token(&mut self, index: u32) -> bool {
        self.say(&BoardMessage::Token { index, id: 1, ticks: 10, phases: PhaseTicks::default() })
    }

    pub(crate) fn done(&mut self, tokens: u32, began: u64, ended: u64) -> bool {
        let reason = StopReason::Count;
        self.say(&BoardMessage::Done { reason, tokens, began, ended, energy_uj: None })
    }
}

/// A board that is polite until the run and then does `then`.
pub(crate) fn polite_until_run(
    then: impl FnOnce(&mut Side) + Send + 'static,
) -> impl FnOnce(Box<dyn Transport>) + Send + 'static {
    move |pipe| {
        let mut side = Side::new(pipe);
        assert_eq!(side.polite(), Some(Said::Run));
        then(&mut side);
        side.wait();
    }
}
