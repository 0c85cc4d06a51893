//! Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): the same bytes without a zero.

/// Bytes that `n` bytes take at most once stuffed.
pub(crate) const fn max_encoded(n: usize) -> usize {
    n + n / 254 + 1
}

/// Runs shorter than this are copied a byte at a time.
const SHORT: usize = 16;

/// Stuffs `from` into `to` and returns how many bytes that took; `None` where `to` is too short.
pub(crate) fn encode(from: &[u8], to: &mut [u8]) -> Option<usize> {
    let mut code_at = 0;
    let mut write = 1;
    let mut code = 1u8;
    for &byte in from {
        let full = code == 0xff;
        if full || byte == 0 {
            *to.get_mut(code_at)? = code;
            code_at = write;
            write += 1;
            code = 1;
        }
        if byte != 0 {
            *to.get_mut(write)? = byte;
            write += 1;
            code += 1;
        } else if full {
            // A full block stands for no zero, so this one needs an empty block of its own.
            *to.get_mut(code_at)? = 1;
            code_at = write;
            write += 1;
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
        let space = to.get_mut(write..write + run.len())?;
        if run.len() < SHORT {
            // Zeros close together leave short runs, for which a call to memcpy costs more.
            for (to, from) in space.iter_mut().zip(run) {
                *to = *from;
            }
        } else {
            space.copy_from_slice(run);
        }
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
    extern crate std;

    use super::*;
    use std::vec;
    use std::vec::Vec;

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
    fn a_zero_after_a_block_of_254_is_not_lost() {
        let mut plain: Vec<u8> = (1..=254).collect();
        plain.extend([0, 0x11]);
        let mut stuffed = vec![0xff];
        stuffed.extend(1..=254);
        stuffed.extend([1, 2, 0x11]);
        check(&plain, &stuffed);
        check(&plain[..255], &[&stuffed[..255], &[1, 1]].concat());
    }

    #[test]
    fn anything_comes_back_as_it_was_and_holds_no_zero() {
        bolero::check!().with_max_len(1024).for_each(|plain: &[u8]| {
            // Long stretches without a zero are where the blocks end.
            let scarce: Vec<u8> = plain.iter().flat_map(|&b| [b | 1, 2, 3, b, 4, 5]).collect();
            let dense: Vec<u8> = plain.iter().map(|b| b % 2).collect();
            let rare: Vec<u8> = (1..=255)
                .cycle()
                .take(plain.len() * 5)
                .enumerate()
                .map(|(i, b)| if plain.get(i % 300).is_some_and(|&p| p == b) { 0 } else { b })
                .collect();
            for plain in [plain, &scarce, &dense, &rare] {
                let mut stuffed = vec![0; max_encoded(plain.len())];
                let n = encode(plain, &mut stuffed).unwrap();
                assert!(!stuffed[..n].contains(&0));
                let mut back = vec![0xaa; plain.len()];
                assert_eq!(decode(&stuffed[..n], &mut back), Some(plain.len()));
                assert_eq!(back, plain);
            }
        });
    }

    #[test]
    fn any_bytes_are_unstuffed_or_refused_without_a_panic() {
        bolero::check!().with_max_len(600).for_each(|stuffed: &[u8]| {
            let mut plain = [0; 300];
            if let Some(n) = decode(stuffed, &mut plain) {
                assert!(n <= plain.len() && n <= stuffed.len());
            }
        });
    }

    #[test]
    fn a_code_that_points_past_the_end_is_refused() {
        assert_eq!(decode(&[5, 1, 2], &mut [0; 16]), None);
        assert_eq!(decode(&[2, 1, 0], &mut [0; 16]), None);
        assert_eq!(decode(&[3, 1, 1], &mut [0; 1]), None);
    }
}
