//! Messages of OpenPGP (`.gpg`, `.pgp`) as bytes. They have no magic, but packets, each with a tag and a length:
//! a session key for somebody, and then another one or what it locks.

/// Whether an encrypted message begins here: a packet with a session key, and one that follows from it.
pub(super) fn is_encrypted(bytes: &[u8]) -> bool {
    let Some(first) = Packet::at(bytes) else { return false };
    let is_key = match (first.tag, first.body) {
        // A key that is locked for a key pair: its version, and by version 3 whose and how.
        (PUBLIC_KEY_LOCKED, [3, _, _, _, _, _, _, _, _, how, ..]) => is_algorithm(*how),
        (PUBLIC_KEY_LOCKED, [6, ..]) => first.body.len() > 16,
        // One that is locked with a password: its version and the cipher.
        (PASSWORD_LOCKED, [4, cipher, 0 | 1 | 3 | 4, _, ..]) => (1..=13).contains(cipher),
        (PASSWORD_LOCKED, [5 | 6, ..]) => first.body.len() > 16,
        _ => false,
    };
    let follows = [PUBLIC_KEY_LOCKED, PASSWORD_LOCKED, LOCKED, LOCKED_WHOLE, LOCKED_AEAD];
    is_key && tag(first.rest).is_some_and(|(tag, _)| follows.contains(&tag))
}

const PUBLIC_KEY_LOCKED: u8 = 1;
const PASSWORD_LOCKED: u8 = 3;
const LOCKED: u8 = 9;
const LOCKED_WHOLE: u8 = 18;
const LOCKED_AEAD: u8 = 20;

/// RSA, ElGamal, elliptic curves.
fn is_algorithm(how: u8) -> bool {
    matches!(how, 1 | 2 | 16 | 18 | 20 | 25 | 26)
}

struct Packet<'b> {
    tag: u8,
    body: &'b [u8],
    rest: &'b [u8],
}

/// The tag of a packet, and of an old one how its length is written.
fn tag(bytes: &[u8]) -> Option<(u8, Option<u8>)> {
    match *bytes.first()? {
        first if first & 0xc0 == 0xc0 => Some((first & 0x3f, None)),
        first if first & 0x80 == 0x80 => Some((first >> 2 & 0xf, Some(first & 3))),
        _ => None,
    }
}

impl<'b> Packet<'b> {
    /// A whole packet of a known length.
    fn at(bytes: &'b [u8]) -> Option<Self> {
        let (tag, old) = tag(bytes)?;
        let number = |range: std::ops::Range<usize>| {
            let digits = bytes.get(range)?;
            Some(digits.iter().fold(0usize, |sum, &byte| sum << 8 | usize::from(byte)))
        };
        let (head, length) = match (old, *bytes.get(1)?) {
            (Some(0), _) => (2, number(1..2)?),
            (Some(1), _) => (3, number(1..3)?),
            (Some(2), _) => (5, number(1..5)?),
            (None, 0..=191) => (2, number(1..2)?),
            (None, 192..=223) => (3, number(1..3)? - (192 << 8) + 192),
            (None, 255) => (6, number(2..6)?),
            // In parts, or to the end: no key is written so.
            _ => return None,
        };
        let end = length.checked_add(head)?;
        Some(Self { tag, body: bytes.get(head..end)?, rest: bytes.get(end..)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_by_their_packets() {
        // As `gpg --encrypt` and `gpg --symmetric` write them.
        let to_somebody =
            [&[0x85, 0x01, 0x0c, 3][..], &[9; 8], &[1], &[7; 258], &[0xd2, 0xff]].concat();
        let by_password =
            [&[0x8c, 13, 4, 9, 3, 2][..], &[5; 9], &[0xd2, 0x3b, 1], &[8; 58]].concat();
        let newer = [&[0xc3, 13, 4, 9, 3, 2][..], &[5; 9], &[0xc1]].concat();
        for message in [to_somebody, by_password, newer] {
            assert!(is_encrypted(&message), "{message:?}");
            assert!(!is_encrypted(&message[..12]), "too short to tell");
        }
    }

    #[test]
    fn other_bytes_are_none() {
        // Windows-1252 and Cyrillic, and a key that is not for anything.
        for bytes in [
            &b"\x85 and so on, for a while"[..],
            b"\xc1\xcf\xd2\xc5\xcb\xc8",
            b"",
            b"\x85\0\x01\x03",
        ] {
            assert!(!is_encrypted(bytes), "{bytes:?}");
        }
        let alone = [&[0x8c, 13, 4, 9, 3, 2][..], &[5; 9], b"words"].concat();
        assert!(!is_encrypted(&alone));
        bolero::check!().with_test_time(std::time::Duration::from_millis(300)).for_each(
            |bytes: &[u8]| {
                // No text holds the number of a version.
                assert!(!is_encrypted(bytes) || bytes.iter().any(|&b| b < 9));
            },
        );
    }
}
