//! Arbitrary bytes where a board's answers should be.

use std::collections::VecDeque;
use std::time::Duration;

use board::{AgentDriver, BoardError, Patience, Transport};

use crate::behave::{GO, request};

/// Says these bytes after a proper Hello, hears nothing, then hangs up.
struct Babbling {
    reads: VecDeque<Vec<u8>>,
}

impl Transport for Babbling {
    fn read(&mut self, into: &mut [u8], _: Duration) -> Result<usize, BoardError> {
        let Some(bytes) = self.reads.pop_front() else {
            return Err(BoardError::Gone { how: "it has said all".into() });
        };
        into[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }

    fn write(&mut self, _: &[u8]) -> Result<(), BoardError> {
        Ok(())
    }
}

const NOW: Patience = Patience {
    hello: Duration::from_secs(5),
    silence: Duration::from_secs(5),
    resend: Duration::from_secs(5),
    model: Duration::from_secs(5),
};

/// Sound frames of any type and body, and bytes of any kind between them.
fn stream(frames: &[(u8, u8, Vec<u8>)]) -> VecDeque<Vec<u8>> {
    frames
        .iter()
        .map(|(how, kind, body)| {
            let body = body.get(..200).unwrap_or(body);
            if how % 8 == 0 {
                return body.to_vec();
            }
            let mut plain = vec![1, 0x80 + kind % 15, *how, 0];
            plain.extend(body);
            plain.extend(crc32fast::hash(&plain).to_le_bytes());
            let mut frame = vec![0];
            // At most 208 bytes, so every block ends at a zero.
            for block in plain.split(|&b| b == 0) {
                frame.push(block.len() as u8 + 1);
                frame.extend(block);
            }
            frame.push(0);
            frame
        })
        .collect()
}

#[test]
fn a_driver_outlives_whatever_a_board_says() {
    let time = Duration::from_millis(1500);
    bolero::check!().with_test_time(time).with_type::<Vec<(u8, u8, Vec<u8>)>>().for_each(
        |frames| {
            let babbling = Babbling { reads: stream(frames) };
            let mut driver = match AgentDriver::connect(Box::new(babbling), NOW) {
                Ok(driver) => driver,
                Err(error) => return assert!(!error.to_string().is_empty()),
            };
            driver.clock().ok();
            driver.run(&request(3, 5), &GO, &mut |_| {}).ok();
        },
    );
}

/// A board that is polite up to a point: its Hello and its Pongs are real.
struct PoliteThenBabbling {
    babbling: Babbling,
    real: VecDeque<Vec<u8>>,
    sender: agent::wire::Sender,
    decoder: agent::wire::Decoder,
    load: bool,
}

impl Transport for PoliteThenBabbling {
    fn read(&mut self, into: &mut [u8], timeout: Duration) -> Result<usize, BoardError> {
        match self.real.pop_front() {
            Some(bytes) => {
                into[..bytes.len()].copy_from_slice(&bytes);
                Ok(bytes.len())
            }
            None => self.babbling.read(into, timeout),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BoardError> {
        use agent::wire::{BoardMessage, HostMessage, Item};
        let (real, sender, load) = (&mut self.real, &mut self.sender, self.load);
        self.decoder.feed(bytes, &mut |item| {
            let Item::Frame(frame) = item else { panic!("{item:?}") };
            let answer = match frame.host().unwrap() {
                HostMessage::Hello { .. } => BoardMessage::Hello(crate::scripted::HELLO),
                HostMessage::Ping { host_us } => BoardMessage::Pong { host_us, ticks: 0 },
                HostMessage::Prompt { .. } => BoardMessage::Ack { received: 3 },
                HostMessage::LoadModel { .. } if load => BoardMessage::Ack { received: 0 },
                _ => return,
            };
            let mut frame = [0; agent::wire::MAX_ENCODED];
            let n = sender.board(&answer, &mut frame).unwrap();
            real.push_back(frame[..n].to_vec());
        });
        Ok(())
    }
}

#[test]
fn a_run_and_a_load_outlive_whatever_a_board_says() {
    let time = Duration::from_millis(1500);
    bolero::check!().with_test_time(time).with_type::<(bool, Vec<(u8, u8, Vec<u8>)>)>().for_each(
        |(load, frames)| {
            let board = PoliteThenBabbling {
                babbling: Babbling { reads: stream(frames) },
                real: VecDeque::new(),
                sender: agent::wire::Sender::new(),
                decoder: agent::wire::Decoder::new(),
                load: *load,
            };
            let mut driver = AgentDriver::connect(Box::new(board), NOW).unwrap();
            if *load {
                let model = crate::behave::model(3000);
                driver.load_model(&model, board::Bits::F32, &GO, &mut |_| {}).ok();
            } else {
                driver.run(&request(3, 5), &GO, &mut |_| {}).ok();
            }
        },
    );
}
