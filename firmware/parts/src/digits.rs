//! Numbers of chips as they are written.

/// A chip's number in hexadecimal digits, two a byte, in the order of its bytes.
pub fn hex_digits<const N: usize>(bytes: &[u8]) -> [u8; N] {
    core::array::from_fn(|at| {
        let byte = bytes.get(at / 2).copied().unwrap_or(0);
        let digit = if at % 2 == 0 { byte >> 4 } else { byte & 0xf };
        if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
    })
}
