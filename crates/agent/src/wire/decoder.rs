//! Finds frames in a stream that may also hold boot banners, `printf` and noise.

use super::{Frame, MAX_DECODED, MAX_ENCODED, cobs};

/// What was found in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A frame whose checksum held.
    Frame(Frame<'a>),
    /// Readable text between frames, not necessarily UTF-8 to the last byte. Show it as a log.
    Text(&'a [u8]),
    /// Bytes that are neither.
    Noise(&'a [u8]),
}

/// What a decoder has seen, since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sound frames.
    pub frames: u64,
    /// Frames missing by their sequence numbers.
    pub missing: u64,
    /// Stretches of noise: a bad checksum, a cut frame, garbage.
    pub noise: u64,
    /// Bytes of text between frames.
    pub text_bytes: u64,
}

/// Cuts a byte stream at zeros and checks what lies between. Takes a fixed 2 KiB.
#[derive(Debug)]
pub struct Decoder {
    /// The piece since the last zero, where it did not arrive whole in one read.
    held: [u8; MAX_ENCODED],
    len: usize,
    plain: [u8; MAX_DECODED],
    next: Option<u16>,
    counts: Counts,
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder::new()
    }
}

impl Decoder {
    /// An empty decoder.
    pub const fn new() -> Self {
        Decoder {
            held: [0; MAX_ENCODED],
            len: 0,
            plain: [0; MAX_DECODED],
            next: None,
            counts: Counts { frames: 0, missing: 0, noise: 0, text_bytes: 0 },
        }
    }

    /// What was seen so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes the next bytes of the stream and hands out what they complete, in order.
    ///
    /// `out` may be `&mut dyn FnMut`. A closure of its own type spares a short frame the trip
    /// through memory that a call through a pointer takes.
    pub fn feed(&mut self, mut bytes: &[u8], out: &mut (impl FnMut(Item<'_>) + ?Sized)) {
        while let Some(zero) = next_zero(bytes) {
            let (piece, rest) = bytes.split_at(zero);
            bytes = rest.get(1..).unwrap_or_default();
            if self.len == 0 && piece.len() <= self.held.len() {
                // The common case: the whole frame lies in this read and is decoded where it is.
                // Anything longer is cut as it would be had it come in small reads.
                self.piece(piece, out);
            } else {
                self.hold(piece, out);
                let held = self.held;
                let len = core::mem::take(&mut self.len);
                self.piece(held.get(..len).unwrap_or_default(), out);
            }
        }
        self.hold(bytes, out);
    }

    /// Nothing has come for a while: hands out text that waits for a zero which a plain `printf`
    /// never sends. A frame that is half here stays.
    pub fn idle(&mut self, out: &mut (impl FnMut(Item<'_>) + ?Sized)) {
        let held = self.held;
        let waiting = held.get(..self.len).unwrap_or_default();
        // One byte may be the first of a frame: a length of ten looks like a line feed.
        if waiting.len() > 1 && readable(waiting) && waiting.ends_with(b"\n") {
            self.len = 0;
            self.text(waiting, out);
        }
    }

    // Once a read; out of the way of what is done for every frame.
    #[inline(never)]
    fn hold(&mut self, mut bytes: &[u8], out: &mut (impl FnMut(Item<'_>) + ?Sized)) {
        while !bytes.is_empty() {
            let room = self.held.len() - self.len;
            let (now, later) = bytes.split_at(bytes.len().min(room));
            if let Some(space) = self.held.get_mut(self.len..self.len + now.len()) {
                space.copy_from_slice(now);
            }
            self.len += now.len();
            bytes = later;
            if self.len == self.held.len() && !bytes.is_empty() {
                // Longer than any frame, so no frame.
                let held = self.held;
                self.len = 0;
                self.refuse(&held, out);
            }
        }
    }

    #[inline]
    fn piece(&mut self, piece: &[u8], out: &mut (impl FnMut(Item<'_>) + ?Sized)) {
        if piece.is_empty() {
            return;
        }
        let Some(len) = cobs::decode(piece, &mut self.plain) else {
            return self.refuse(piece, out);
        };
        let Some(frame) = self.plain.get(..len).and_then(Frame::parse) else {
            return self.refuse(piece, out);
        };
        self.counts.frames += 1;
        if let Some(next) = self.next {
            let ahead = frame.sequence.wrapping_sub(next);
            // Far behind is a sender that began anew, not 60,000 frames lost.
            self.counts.missing += if ahead < 0x8000 { u64::from(ahead) } else { 0 };
        }
        self.next = Some(frame.sequence.wrapping_add(1));
        out(Item::Frame(frame));
    }

    #[cold]
    fn refuse(&mut self, piece: &[u8], out: &mut (impl FnMut(Item<'_>) + ?Sized)) {
        if readable(piece) {
            self.text(piece, out);
        } else {
            self.counts.noise += 1;
            out(Item::Noise(piece));
        }
    }

    fn text(&mut self, text: &[u8], out: &mut (impl FnMut(Item<'_>) + ?Sized)) {
        self.counts.text_bytes += text.len() as u64;
        out(Item::Text(text));
    }
}

/// Where the next zero is. A frame ends and the next begins with one, and many are short: a look at
/// the first bytes costs less than the call.
fn next_zero(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xff;
    if let [0, ..] = bytes {
        return Some(0);
    }
    let mut at = 0;
    for eight in bytes.as_chunks::<8>().0.iter().take(4) {
        let word = u64::from_le_bytes(*eight);
        // The lowest bit that is set is the high bit of the first zero byte.
        let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if zeros != 0 {
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    Some(at + memchr::memchr(0, bytes.get(at..)?)?)
}

/// Whether a person could read this: at least one byte, printable but for one in sixteen.
fn readable(bytes: &[u8]) -> bool {
    let printable = |b: &&u8| matches!(b, b'\t' | b'\n' | b'\r' | 0x1b | 0x20..=0x7e | 0x80..);
    let odd = bytes.len() - bytes.iter().filter(printable).count();
    let utf8 = bytes.is_ascii() || core::str::from_utf8(bytes).is_ok();
    !bytes.is_empty() && utf8 && odd * 16 <= bytes.len()
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::{HostMessage, Sender};
    use super::*;
    use std::string::{String, ToString};
    use std::vec::Vec;

    fn ping(sender: &mut Sender, host_us: u64) -> Vec<u8> {
        let mut buf = [0; MAX_ENCODED];
        let n = sender.host(&HostMessage::Ping { host_us }, &mut buf).unwrap();
        buf[..n].to_vec()
    }

    fn seen(decoder: &mut Decoder, bytes: &[u8]) -> Vec<String> {
        let mut seen = Vec::new();
        decoder.feed(bytes, &mut |item| seen.push(name(item)));
        seen
    }

    fn name(item: Item<'_>) -> String {
        match item {
            Item::Frame(frame) => match frame.host() {
                Ok(HostMessage::Ping { host_us }) => std::format!("ping {host_us}"),
                other => std::format!("{other:?}"),
            },
            Item::Text(text) => std::format!("text {}", std::str::from_utf8(text).unwrap()),
            Item::Noise(_) => "noise".to_string(),
        }
    }

    #[test]
    fn frames_come_out_however_the_reads_cut_them() {
        let mut sender = Sender::new();
        let stream: Vec<u8> = (0..20).flat_map(|t| ping(&mut sender, t * 1000)).collect();
        let whole = seen(&mut Decoder::new(), &stream);
        assert_eq!(whole.len(), 20);
        for cut in 1..40 {
            let mut decoder = Decoder::new();
            let pieces: Vec<String> =
                stream.chunks(cut).flat_map(|piece| seen(&mut decoder, piece)).collect();
            assert_eq!(pieces, whole, "cut every {cut} bytes");
            assert_eq!(decoder.counts().missing, 0);
        }
    }

    #[test]
    fn a_boot_banner_is_text_and_the_frame_after_it_is_whole() {
        let mut stream = b"rst:0x1 (POWERON_RESET)\r\n".to_vec();
        stream.extend(ping(&mut Sender::new(), 1));
        let seen = seen(&mut Decoder::new(), &stream);
        assert_eq!(seen, ["text rst:0x1 (POWERON_RESET)\r\n", "ping 1"]);
    }

    #[test]
    fn printf_without_a_zero_shows_when_the_line_goes_idle() {
        let mut decoder = Decoder::new();
        assert!(seen(&mut decoder, b"hello from main\n").is_empty());
        let mut text = Vec::new();
        decoder.idle(&mut |item| text.push(name(item)));
        assert_eq!(text, ["text hello from main\n"]);
        let half = ping(&mut Sender::new(), 7);
        assert!(seen(&mut decoder, &half[..5]).is_empty());
        decoder.idle(&mut |_| panic!("half a frame is not text"));
        assert_eq!(seen(&mut decoder, &half[5..]), ["ping 7"]);
    }

    #[test]
    fn one_flipped_bit_anywhere_never_yields_a_frame() {
        let frame = ping(&mut Sender::new(), 123_456_789);
        for bit in 8..(frame.len() - 1) * 8 {
            let mut bad = frame.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let seen = seen(&mut Decoder::new(), &bad);
            assert!(!seen.iter().any(|s| s.starts_with("ping")), "bit {bit}: {seen:?}");
        }
    }

    #[test]
    fn a_lost_frame_is_counted_by_its_number() {
        let mut sender = Sender::new();
        let mut decoder = Decoder::new();
        seen(&mut decoder, &ping(&mut sender, 0));
        let lost = (ping(&mut sender, 1), ping(&mut sender, 2));
        assert!(!lost.0.is_empty());
        seen(&mut decoder, &ping(&mut sender, 3));
        assert_eq!(decoder.counts(), Counts { frames: 2, missing: 2, noise: 0, text_bytes: 0 });
    }

    #[test]
    fn a_flood_without_zeros_takes_no_memory_and_ends_with_the_next_frame() {
        let mut decoder = Decoder::new();
        let flood: Vec<u8> = (0..100_000u32).map(|i| (i % 31 + 1) as u8).collect();
        seen(&mut decoder, &flood);
        assert!(decoder.counts().noise > 90);
        assert_eq!(seen(&mut decoder, &ping(&mut Sender::new(), 9)).last().unwrap(), "ping 9");
    }
}
