//! Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): the same bytes without a zero.

/// Bytes that `n` bytes take at most once stuffed.
pub(crate) const fn max_encoded(n: usize) -> usize {
    n + n / 254 + 1
}

/// Stuffs `from` into `to` and returns how many bytes that took; `None` where `to` is too short.
pub(crate) fn encode(from: &[u8], to: &mut [u8]) -> Option<usize> {
    let mut code_at = 0;
    let mut write = 1;
    let mut code = 1u8;
    for &byte in from {
        if byte == 0 {
            *to.get_mut(code_at)? = code;
            code_at = write;
            write += 1;
            code = 1;
        } else {
            if code == 0xff {
                *to.get_mut(code_at)? = code;
                code_at = write;
                write += 1;
                code = 1;
            }
            *to.get_mut(write)? = byte;
            write += 1;
            code += 1;
        }
    }
    *to.get_mut(code_at)? = code;
    Some(write)
}

/// Unstuffs `from` (no delimiter) into `to`; `None` where it is not COBS or does not fit.
pub(crate) fn decode(from: &[u8], to: &mut [u8]) -> Option<usize> {
    let mut read = 0;
    let mut write = 0;
    while read < from.len() {
        let code = usize::from(*from.get(read)?);
        if code == 0 {
            return None;
        }
        let run = from.get(read + 1..read + code)?;
        to.get_mut(write..write + run.len())?.copy_from_slice(run);
        write += run.len();
        read += code;
        // A full block of 254 stands for no zero, and the last block's zero is the delimiter's.
        if code != 0xff && read < from.len() {
            *to.get_mut(write)? = 0;
            write += 1;
        }
    }
    Some(write)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(plain: &[u8], stuffed: &[u8]) {
        let mut buf = [0; 700];
        let n = encode(plain, &mut buf).unwrap();
        assert_eq!(&buf[..n], stuffed);
        let mut back = [0; 700];
        let n = decode(stuffed, &mut back).unwrap();
        assert_eq!(&back[..n], plain);
    }

    #[test]
    fn examples_of_the_paper() {
        check(&[], &[1]);
        check(&[0], &[1, 1]);
        check(&[0, 0], &[1, 1, 1]);
        check(&[0, 0x11, 0], &[1, 2, 0x11, 1]);
        check(&[0x11, 0x22, 0, 0x33], &[3, 0x11, 0x22, 2, 0x33]);
    }

    #[test]
    fn a_block_of_254_takes_no_extra_byte_until_there_is_more() {
        let plain: [u8; 255] = core::array::from_fn(|i| (i % 254 + 1) as u8);
        let mut stuffed = [0u8; 257];
        stuffed[0] = 0xff;
        stuffed[1..255].copy_from_slice(&plain[..254]);
        check(&plain[..254], &stuffed[..255]);
        stuffed[255] = 2;
        stuffed[256] = plain[254];
        check(&plain, &stuffed);
    }

    #[test]
    fn a_code_that_points_past_the_end_is_refused() {
        assert_eq!(decode(&[5, 1, 2], &mut [0; 16]), None);
        assert_eq!(decode(&[2, 1, 0], &mut [0; 16]), None);
        assert_eq!(decode(&[3, 1, 1], &mut [0; 1]), None);
    }
}
