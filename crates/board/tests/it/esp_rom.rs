//! A program that plays the bootloader in the ROM of an ESP32-C3, and the stub that a host loads into
//! its RAM, on a pseudo-terminal. Source: Espressif's description of the serial protocol.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use board::{Pty, Transport};
use flate2::write::ZlibDecoder;
use md5::{Digest, Md5};

/// Bytes of its flash, as its flash chip's own id says.
pub(crate) const FLASH: usize = 4 << 20;
const FLASH_ID: u32 = 0x0016_4020;
/// Where the chip's SPI unit shows what a flash chip answered.
const SPI_ANSWER: u32 = 0x6000_2058;
/// And where one asks whether it is busy.
const SPI_BUSY: u32 = 0x6000_2000;

/// An app image for a chip, of one segment.
pub(crate) fn app(chip: u16, data: &[u8]) -> Vec<u8> {
    let mut file = vec![0xe9, 1, 2, 0x20, 0, 0, 0x38, 0x40, 0xee, 0, 0, 0];
    file.extend(chip.to_le_bytes());
    file.extend([0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0]);
    file.extend(0x3c00_0020u32.to_le_bytes());
    file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    file.extend(data);
    let sum = data.iter().fold(0xef, |sum, byte| sum ^ byte);
    file.resize(file.len() | 15, 0);
    file.push(sum);
    file
}

/// What is wrong with a board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    #[default]
    None,
    /// It answers nothing.
    Silent,
    /// Its flash is encrypted.
    Encrypted,
    /// The last byte of what is written stays as it was.
    Forgets,
    /// It goes away with this block of data.
    LeavesAt(u32),
}

/// The board: a thread at one end of a pseudo-terminal. Gone when dropped.
pub(crate) struct Rom {
    /// The terminal to open.
    pub(crate) path: String,
    /// What is in its flash.
    pub(crate) flash: Arc<Mutex<Vec<u8>>>,
    /// Commands of the protocol that it was given, but for those that only ask.
    pub(crate) done: Arc<Mutex<Vec<&'static str>>>,
    thread: Option<JoinHandle<()>>,
    leave: Arc<AtomicBool>,
}

impl Rom {
    /// With this fault, and this number of a chip.
    pub(crate) fn start(chip: u32, fault: Fault) -> Rom {
        let (pty, path) = Pty::pair().unwrap();
        let flash = Arc::new(Mutex::new(vec![0x5a; FLASH]));
        let done = Arc::default();
        let leave = Arc::<AtomicBool>::default();
        let mut board = Board {
            pty,
            flash: Arc::clone(&flash),
            done: Arc::clone(&done),
            chip,
            fault,
            in_stub: false,
            writing: None,
            blocks: 0,
        };
        let left = Arc::clone(&leave);
        let thread = std::thread::Builder::new().name("rom".into());
        let thread = thread.spawn(move || {
            let mut frame = Frame::default();
            while !left.load(Ordering::Relaxed) {
                let mut bytes = [0; 4096];
                let Ok(count) = board.pty.read(&mut bytes, Duration::from_millis(20)) else {
                    return;
                };
                for byte in &bytes[..count] {
                    if let Some(request) = frame.feed(*byte)
                        && board.answer(&request).is_none()
                    {
                        return;
                    }
                }
            }
        });
        Rom { path, flash, done, thread: Some(thread.unwrap()), leave }
    }
}

impl Drop for Rom {
    fn drop(&mut self) {
        self.leave.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
    }
}

/// Takes SLIP frames apart.
#[derive(Default)]
struct Frame {
    bytes: Vec<u8>,
    escaped: bool,
}

impl Frame {
    fn feed(&mut self, byte: u8) -> Option<Vec<u8>> {
        match (self.escaped, byte) {
            (false, 0xc0) => {
                let whole = std::mem::take(&mut self.bytes);
                return (!whole.is_empty()).then_some(whole);
            }
            (false, 0xdb) => self.escaped = true,
            (false, byte) => self.bytes.push(byte),
            (true, byte) => {
                self.bytes.push(if byte == 0xdc { 0xc0 } else { 0xdb });
                self.escaped = false;
            }
        }
        None
    }
}

struct Board {
    pty: Pty,
    flash: Arc<Mutex<Vec<u8>>>,
    done: Arc<Mutex<Vec<&'static str>>>,
    chip: u32,
    fault: Fault,
    in_stub: bool,
    writing: Option<Writing>,
    blocks: u32,
}

/// A stretch of flash that is being written.
struct Writing {
    at: usize,
    len: usize,
    packed: Option<ZlibDecoder<Vec<u8>>>,
    bytes: Vec<u8>,
}

impl Board {
    /// Does what is asked; `None` where it leaves.
    fn answer(&mut self, request: &[u8]) -> Option<()> {
        if self.fault == Fault::Silent {
            return Some(());
        }
        let (op, data) = (request[1], &request[8..]);
        assert_eq!(usize::from(u16::from_le_bytes([request[2], request[3]])), data.len());
        let word = |at: usize| u32::from_le_bytes(data[at..at + 4].try_into().unwrap());
        let note = |what| self.done.lock().unwrap().push(what);
        match op {
            // A host listens for eight of them.
            0x08 => (0..8).for_each(|_| self.reply(op, 0, &[])),
            0x0a => {
                let value = match word(0) {
                    SPI_ANSWER => FLASH_ID,
                    SPI_BUSY => 0,
                    _ => 0,
                };
                self.reply(op, value, &[]);
            }
            0x14 => {
                let mut security = vec![0; 20];
                security[4] = u8::from(self.fault == Fault::Encrypted);
                security[12..16].copy_from_slice(&self.chip.to_le_bytes());
                self.reply(op, 0, &security);
            }
            0x06 => {
                note("starts the stub");
                self.reply(op, 0, &[]);
                self.in_stub = true;
                self.send(b"OHAI");
            }
            // Compressed, and as it is.
            0x10 | 0x02 => {
                let packed = (op == 0x10).then(|| ZlibDecoder::new(Vec::new()));
                let (len, at) = (word(0) as usize, word(12) as usize);
                self.writing = Some(Writing { at, len, packed, bytes: Vec::new() });
                self.flash.lock().unwrap()[at..(at + len).next_multiple_of(4096)].fill(0xff);
                self.reply(op, 0, &[]);
            }
            0x11 | 0x03 => {
                self.blocks += 1;
                if self.fault == Fault::LeavesAt(self.blocks) {
                    return None;
                }
                let block = &data[16..];
                assert_eq!(word(0) as usize, block.len());
                let sum = block.iter().fold(0xef, |sum, byte| sum ^ byte);
                assert_eq!(u32::from(sum), u32::from_le_bytes(request[4..8].try_into().unwrap()));
                self.write(block);
                self.reply(op, 0, &[]);
            }
            0x12 | 0x04 => {
                note(if word(0) == 0 { "reboots" } else { "ends writing" });
                self.reply(op, 0, &[]);
            }
            0x13 => {
                let (at, len) = (word(0) as usize, word(4) as usize);
                let digest = Md5::digest(&self.flash.lock().unwrap()[at..at + len]);
                self.reply(op, 0, &digest);
            }
            // What needs no more than to be heard: memory, registers, the flash's parameters, the baud
            // rate.
            0x05 | 0x07 | 0x09 | 0x0b | 0x0d | 0x0f => self.reply(op, 0, &[]),
            other => panic!("the host asks for {other:#04x}"),
        }
        Some(())
    }

    fn write(&mut self, block: &[u8]) {
        let writing = self.writing.as_mut().unwrap();
        match &mut writing.packed {
            Some(packed) => {
                packed.write_all(block).unwrap();
                packed.flush().unwrap();
                writing.bytes.append(packed.get_mut());
            }
            None => writing.bytes.extend(block),
        }
        let count = writing.bytes.len().min(writing.len);
        let mut flash = self.flash.lock().unwrap();
        flash[writing.at..writing.at + count].copy_from_slice(&writing.bytes[..count]);
        if self.fault == Fault::Forgets && count == writing.len {
            flash[writing.at + count - 1] = !flash[writing.at + count - 1];
        }
    }

    fn reply(&mut self, op: u8, value: u32, data: &[u8]) {
        // Whether it worked: two bytes from the stub, four from the ROM.
        let status: &[u8] = if self.in_stub { &[0; 2] } else { &[0; 4] };
        let len = u16::try_from(data.len() + status.len()).unwrap();
        let mut reply = vec![1, op];
        reply.extend(len.to_le_bytes());
        reply.extend(value.to_le_bytes());
        reply.extend(data);
        reply.extend(status);
        self.send(&reply);
    }

    fn send(&mut self, bytes: &[u8]) {
        let mut frame = vec![0xc0];
        for byte in bytes {
            match byte {
                0xc0 => frame.extend([0xdb, 0xdc]),
                0xdb => frame.extend([0xdb, 0xdd]),
                byte => frame.push(*byte),
            }
        }
        frame.push(0xc0);
        // A host that has gone hears nothing.
        self.pty.write(&frame).ok();
    }
}
