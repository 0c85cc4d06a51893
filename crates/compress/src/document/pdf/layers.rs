//! The ways in which a PDF packs a stream, taken off without keeping what comes out.
//!
//! These count, they do not repair: what is damaged ends where it is.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, ZlibDecoder};

/// One way of packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// Deflate behind a head.
    Zlib,
    /// Deflate alone, which the parser does not refuse.
    Deflate,
    /// LZW; whether a code grows one entry before its table asks for it, as most do.
    Lzw {
        early: bool,
    },
    Ascii85,
    AsciiHex,
    RunLength,
}

/// `data` with these taken off, the first one first.
pub(super) fn open<'a>(data: &'a [u8], layers: &[Layer]) -> Box<dyn Read + 'a> {
    let mut reader: Box<dyn Read + 'a> = Box::new(data);
    for layer in layers {
        reader = match layer {
            Layer::Zlib => Box::new(ZlibDecoder::new(reader)),
            Layer::Deflate => Box::new(DeflateDecoder::new(reader)),
            Layer::Lzw { early } => Box::new(Unpacking::new(reader, Lzw::new(*early))),
            Layer::Ascii85 => Box::new(Unpacking::new(reader, Ascii85::default())),
            Layer::AsciiHex => Box::new(Unpacking::new(reader, AsciiHex::default())),
            Layer::RunLength => Box::new(Unpacking::new(reader, RunLength::default())),
        };
    }
    reader
}

/// The ways that the words before a stream name, in their order.
pub(super) fn named(before: &[u8]) -> Vec<Layer> {
    const NAMES: [(&[u8], Layer); 10] = [
        (b"FlateDecode", Layer::Zlib),
        (b"Fl", Layer::Zlib),
        (b"LZWDecode", Layer::Lzw { early: true }),
        (b"LZW", Layer::Lzw { early: true }),
        (b"ASCII85Decode", Layer::Ascii85),
        (b"A85", Layer::Ascii85),
        (b"ASCIIHexDecode", Layer::AsciiHex),
        (b"AHx", Layer::AsciiHex),
        (b"RunLengthDecode", Layer::RunLength),
        (b"RL", Layer::RunLength),
    ];
    let key = b"/Filter";
    let Some(at) = memchr::memmem::rfind(before, key) else { return Vec::new() };
    let after = before.get(at + key.len()..).unwrap_or_default();
    let mut layers = Vec::new();
    for name in after.split(|&byte| byte == b'/').skip(1) {
        let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
        let known = NAMES.iter().find(|(known, _)| name.get(..end) == Some(known));
        let Some((_, layer)) = known else { break };
        layers.push(*layer);
        if name.contains(&b']') || name.contains(&b'>') {
            break;
        }
    }
    layers
}

/// Whether these begin what deflate has packed.
pub(super) fn is_zlib(data: &[u8]) -> bool {
    matches!(data, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

/// The ways in which what begins so may be packed.
pub(super) fn looks_like(head: &[u8]) -> Vec<Layer> {
    let mut layers = Vec::new();
    if is_zlib(head) {
        layers.push(Layer::Zlib);
    }
    // It begins by clearing its table: nine bits, the first of them set.
    if matches!(head, [0x80, second, ..] if second & 0x80 == 0) {
        layers.extend([Layer::Lzw { early: true }, Layer::Lzw { early: false }]);
    }
    let all = |is: &dyn Fn(u8) -> bool| {
        !head.is_empty() && head.iter().all(|&byte| byte.is_ascii_whitespace() || is(byte))
    };
    if all(&|byte| byte.is_ascii_hexdigit() || byte == b'>') {
        layers.push(Layer::AsciiHex);
    }
    if all(&|byte| matches!(byte, b'!'..=b'u' | b'z' | b'~')) {
        layers.push(Layer::Ascii85);
    }
    layers
}

/// What makes bytes of bytes, a little at a time.
trait Unpack {
    /// Takes one byte in, and adds to `out` what that gives. `false` at the end, or where it is damaged.
    fn take(&mut self, byte: u8, out: &mut Vec<u8>) -> bool;
    /// Nothing more comes in.
    fn end(&mut self, _out: &mut Vec<u8>) {}
}

struct Unpacking<'a, U> {
    from: Box<dyn Read + 'a>,
    how: U,
    taken: Vec<u8>,
    at: usize,
    out: Vec<u8>,
    given: usize,
    over: bool,
}

impl<'a, U: Unpack> Unpacking<'a, U> {
    fn new(from: Box<dyn Read + 'a>, how: U) -> Self {
        Self { from, how, taken: Vec::new(), at: 0, out: Vec::new(), given: 0, over: false }
    }

    /// Fills `out` anew; it stays empty only at the end.
    fn fill(&mut self) {
        self.out.clear();
        self.given = 0;
        while self.out.is_empty() && !self.over {
            if self.at == self.taken.len() {
                self.taken.resize(16 << 10, 0);
                let read = self.from.read(&mut self.taken).unwrap_or(0);
                self.taken.truncate(read);
                self.at = 0;
                if read == 0 {
                    self.over = true;
                    self.how.end(&mut self.out);
                    return;
                }
            }
            // One byte of LZW gives a few kB at most.
            while self.at < self.taken.len() && self.out.len() < 64 << 10 {
                let byte = self.taken[self.at];
                self.at += 1;
                if !self.how.take(byte, &mut self.out) {
                    self.over = true;
                    self.how.end(&mut self.out);
                    break;
                }
            }
        }
    }
}

impl<U: Unpack> Read for Unpacking<'_, U> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.fill();
        }
        let rest = &self.out[self.given..];
        let many = rest.len().min(to.len());
        to[..many].copy_from_slice(&rest[..many]);
        self.given += many;
        Ok(many)
    }
}

/// Lempel, Ziv and Welch (1984), as TIFF and PDF have it: codes of 9 to 12 bits, high bits first.
struct Lzw {
    early: bool,
    bits: u32,
    held: u32,
    width: u32,
    /// Of codes from 258 on: the code before its last byte, that byte, and its length.
    table: Vec<(u16, u8, u16)>,
    last: Option<u16>,
}

const CLEAR: u16 = 256;
const END: u16 = 257;
const FIRST: usize = 258;
const MOST_CODES: usize = 4096;

impl Lzw {
    fn new(early: bool) -> Self {
        Self { early, bits: 0, held: 0, width: 9, table: Vec::new(), last: None }
    }

    fn known(&self, code: u16) -> bool {
        code < CLEAR || (usize::from(code) >= FIRST && usize::from(code) < FIRST + self.table.len())
    }

    fn length(&self, code: u16) -> usize {
        match usize::from(code).checked_sub(FIRST).and_then(|at| self.table.get(at)) {
            Some((.., length)) => usize::from(*length),
            None => 1,
        }
    }

    /// Adds what a code stands for; its first byte.
    fn spell(&self, mut code: u16, out: &mut Vec<u8>) -> u8 {
        let (from, length) = (out.len(), self.length(code));
        out.resize(from + length, 0);
        for place in (from..from + length).rev() {
            out[place] =
                match usize::from(code).checked_sub(FIRST).and_then(|at| self.table.get(at)) {
                    Some(&(before, byte, _)) => {
                        code = before;
                        byte
                    }
                    None => code as u8,
                };
        }
        out[from]
    }

    fn code(&mut self, code: u16, out: &mut Vec<u8>) -> bool {
        match code {
            END => return false,
            CLEAR => {
                self.table.clear();
                self.width = 9;
                self.last = None;
                return true;
            }
            _ => {}
        }
        let next = FIRST + self.table.len();
        let first = match self.last {
            _ if self.known(code) => self.spell(code, out),
            // The code that is only being made: what was before, and its first byte again.
            Some(last) if usize::from(code) == next => {
                let first = self.spell(last, out);
                out.push(first);
                first
            }
            _ => return false,
        };
        if let Some(last) = self.last
            && next < MOST_CODES
        {
            let length = self.length(last).saturating_add(1).min(usize::from(u16::MAX)) as u16;
            self.table.push((last, first, length));
        }
        self.last = Some(code);
        let reached = FIRST + self.table.len() + usize::from(self.early);
        self.width = match reached {
            2048.. => 12,
            1024.. => 11,
            512.. => 10,
            _ => 9,
        };
        true
    }
}

impl Unpack for Lzw {
    fn take(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        self.held = self.held << 8 | u32::from(byte);
        self.bits += 8;
        if self.bits < self.width {
            return true;
        }
        self.bits -= self.width;
        let code = (self.held >> self.bits) & ((1 << self.width) - 1);
        self.held &= (1 << self.bits) - 1;
        self.code(code as u16, out)
    }
}

/// Five letters for four bytes; `z` for four zeros.
#[derive(Default)]
struct Ascii85 {
    letters: usize,
    value: u64,
}

impl Ascii85 {
    fn flush(&mut self, out: &mut Vec<u8>) {
        let letters = std::mem::take(&mut self.letters);
        let mut value = std::mem::take(&mut self.value);
        if letters < 2 {
            return;
        }
        for _ in letters..5 {
            value = value * 85 + 84;
        }
        out.extend_from_slice(&(value as u32).to_be_bytes()[..letters - 1]);
    }
}

impl Unpack for Ascii85 {
    fn take(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        match byte {
            b'!'..=b'u' => {
                self.value = self.value * 85 + u64::from(byte - b'!');
                self.letters += 1;
                if self.letters == 5 {
                    self.flush(out);
                }
                true
            }
            b'z' => {
                self.flush(out);
                out.extend_from_slice(&[0; 4]);
                true
            }
            byte => byte.is_ascii_whitespace() || byte == 0,
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.flush(out);
    }
}

/// Two digits for a byte.
#[derive(Default)]
struct AsciiHex {
    high: Option<u8>,
}

impl Unpack for AsciiHex {
    fn take(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        let Some(digit) = char::from(byte).to_digit(16) else {
            return byte.is_ascii_whitespace() || byte == 0;
        };
        match self.high.take() {
            None => self.high = Some(digit as u8),
            Some(high) => out.push(high << 4 | digit as u8),
        }
        true
    }
}

/// A length and as many bytes, or a length and one byte that comes so often.
#[derive(Default)]
struct RunLength {
    copies: usize,
    repeats: usize,
}

impl Unpack for RunLength {
    fn take(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        if self.copies > 0 {
            self.copies -= 1;
            out.push(byte);
        } else if self.repeats > 0 {
            out.resize(out.len() + std::mem::take(&mut self.repeats), byte);
        } else {
            match byte {
                128 => return false,
                0..128 => self.copies = usize::from(byte) + 1,
                _ => self.repeats = 257 - usize::from(byte),
            }
        }
        true
    }
}

/// Packs, for tests.
#[cfg(test)]
pub(super) mod packing {
    use std::collections::HashMap;

    /// By LZW, with codes that grow early.
    pub(in super::super) fn lzw(bytes: &[u8]) -> Vec<u8> {
        // After so many strings were put into the table; whoever reads it is one behind.
        let width = |strings: usize| match 258 + strings {
            2048.. => 12,
            1024.. => 11,
            512.. => 10,
            _ => 9,
        };
        let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0u32);
        let mut put = |code: u16, width: u32| {
            held = held << width | u32::from(code);
            bits += width;
            while bits >= 8 {
                bits -= 8;
                out.push((held >> bits) as u8);
                held &= (1 << bits) - 1;
            }
        };
        let mut table: HashMap<(u16, u8), u16> = HashMap::new();
        put(256, 9);
        let mut last: Option<u16> = None;
        for &byte in bytes {
            let known =
                last.map_or(Some(u16::from(byte)), |last| table.get(&(last, byte)).copied());
            if known.is_some() {
                last = known;
                continue;
            }
            let before = last.unwrap_or_default();
            put(before, width(table.len()));
            let next = 258 + table.len();
            if next < 4095 {
                table.insert((before, byte), next as u16);
            }
            last = Some(u16::from(byte));
        }
        put(last.unwrap_or(257), width(table.len()));
        put(257, width(table.len() + 1));
        put(0, 7);
        out
    }

    /// At least so many zeros by LZW, without looking at them: each code is one zero longer than the last.
    pub(in super::super) fn lzw_of_zeros(many: usize) -> Vec<u8> {
        let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0u32);
        let mut put = |code: u32, width: u32| {
            held = held << width | code;
            bits += width;
            while bits >= 8 {
                bits -= 8;
                out.push((held >> bits) as u8);
                held &= (1 << bits) - 1;
            }
        };
        put(256, 9);
        let (mut sum, mut strings) = (0, 0);
        while sum < many {
            let (code, length) = match strings {
                0 => (0, 1),
                // The code that is being made, until the table is full.
                strings => ((257 + strings).min(4094), (1 + strings).min(3838)),
            };
            let width = match 258 + strings {
                2048.. => 12,
                1024.. => 11,
                512.. => 10,
                _ => 9,
            };
            put(code, width);
            sum += length as usize;
            strings += 1;
        }
        put(0, 8);
        out
    }

    /// By five letters for four bytes.
    pub(in super::super) fn ascii85(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for four in bytes.chunks(4) {
            let mut whole = [0; 4];
            whole[..four.len()].copy_from_slice(four);
            let mut value = u32::from_be_bytes(whole);
            let mut letters = [0; 5];
            for letter in letters.iter_mut().rev() {
                *letter = b'!' + (value % 85) as u8;
                value /= 85;
            }
            match four {
                [0, 0, 0, 0] => out.push(b'z'),
                _ => out.extend_from_slice(&letters[..four.len() + 1]),
            }
        }
        out.extend_from_slice(b"~>");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(data: &[u8], layers: &[Layer], expect: &[u8]) {
        let mut out = Vec::new();
        open(data, layers).read_to_end(&mut out).unwrap();
        assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(expect));
    }

    #[test]
    fn each_way_gives_back_what_was_packed() {
        let text = "the pump, the pump and the pump again; ".repeat(4000).into_bytes();
        check(&packing::lzw(&text), &[Layer::Lzw { early: true }], &text);
        check(&packing::ascii85(&text), &[Layer::Ascii85], &text);
        check(&packing::ascii85(b"pump5"), &[Layer::Ascii85], b"pump5");
        let both = packing::ascii85(&packing::lzw(&text));
        check(&both, &[Layer::Ascii85, Layer::Lzw { early: true }], &text);
        check(b"70 75 6D7 0>7", &[Layer::AsciiHex], b"pump");
        check(&[1, b'p', b'u', 254, b'm', 128, 9], &[Layer::RunLength], b"pummm");
        // From the standard's own example.
        let codes = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        check(&codes, &[Layer::Lzw { early: true }], b"-----A---B");
    }

    #[test]
    fn what_is_damaged_ends() {
        for layer in [
            Layer::Zlib,
            Layer::Deflate,
            Layer::Lzw { early: true },
            Layer::Lzw { early: false },
            Layer::Ascii85,
            Layer::AsciiHex,
            Layer::RunLength,
        ] {
            for bytes in
                [&b""[..], b"\x80\xff\xff\xff\xff", b"!!", b"zzzz{", &[255; 300], &[0; 300]]
            {
                open(bytes, &[layer, layer]).take(1 << 20).read_to_end(&mut Vec::new()).ok();
            }
        }
    }

    #[test]
    fn names_before_a_stream_are_read_in_order() {
        let check = |before: &str, expect: &[Layer]| {
            assert_eq!(named(before.as_bytes()), expect, "{before}");
        };
        check("<</Length 9/Filter/FlateDecode>>", &[Layer::Zlib]);
        let both = [Layer::Ascii85, Layer::Lzw { early: true }];
        check("<</Filter [ /ASCII85Decode /LZWDecode ] /Length 9>>", &both);
        check("<</Filter[/A85/LZW]/DecodeParms[null null]>>", &both);
        check("<</Filter 7 0 R>>", &[]);
        check("<</Filter/DCTDecode>>", &[]);
        check("<</Filter/RL/Length 9>>", &[Layer::RunLength]);
        check("<</Length 9>>", &[]);
    }
}
