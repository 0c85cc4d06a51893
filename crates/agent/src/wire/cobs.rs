//! Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): the same bytes without a zero.

/// Bytes that `n` bytes take at most once stuffed.
pub(crate) const fn max_encoded(n: usize) -> usize {
    n + n / 254 + 1
}

/// So many codes of 1 in a row are taken at once.
const ONES: [u8; 16] = [1; 16];

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

/// Unstuffs `from` (no delimiter) into `to`; `None` where it is not COBS or does not fit. What `to`
/// holds behind the result is anything.
pub(crate) fn decode(from: &[u8], to: &mut [u8]) -> Option<usize> {
    let mut read = 0;
    let mut write = 0;
    // A block is as long as what it stands for, its zero in the place of the next code. So all
    // blocks up to the next full one are moved by a single copy, and then their codes are blotted
    // out: zeros close together leave short blocks, for which a copy each costs far more.
    while read < from.len() {
        let blocks = from.get(read..)?;
        let plain = to.get_mut(write..)?;
        let len = plain.len().min(blocks.len() - 1);
        copy(blocks.get(1..=len)?, plain.get_mut(..len)?);
        let taken = blot_out_codes(blocks, plain)?;
        read += taken;
        write += taken - 1;
    }
    Some(write)
}

/// Copies in blocks that do not overlap. `memcpy` overlaps its last two, and then the checksum, which
/// reads the same bytes at once, waits until they have left the store buffer: a fifth of the time
/// of a short frame.
fn copy(from: &[u8], to: &mut [u8]) {
    let (from, tail) = from.as_chunks::<16>();
    let (to, to_tail) = to.as_chunks_mut::<16>();
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
    for (to, from) in to_tail.iter_mut().zip(tail) {
        *to = *from;
    }
}

/// Puts a zero in place of every code but the first, up to the end of a full block or of all.
/// Gives how many bytes that took.
fn blot_out_codes(blocks: &[u8], plain: &mut [u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        // Zeros in a row, where each code would wait for the one before. One more byte must follow,
        // because the last block has no zero.
        while let Some((ones, [_, ..])) = blocks.get(at..)?.split_first_chunk()
            && *ones == ONES
        {
            *plain.get_mut(at..)?.first_chunk_mut()? = [0; ONES.len()];
            at += ONES.len();
        }
        let code = usize::from(*blocks.get(at)?);
        let end = at + code;
        if code == 0 || end > blocks.len() || end - 1 > plain.len() {
            return None;
        }
        // A full block of 254 stands for no zero, and the last block's zero is the delimiter's.
        if code == 0xff || end == blocks.len() {
            return Some(end);
        }
        *plain.get_mut(end - 1)? = 0;
        at = end;
    }
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

    /// Block by block and byte by byte, as the paper tells it.
    fn decode_slowly(from: &[u8], room: usize) -> Option<Vec<u8>> {
        let (mut plain, mut rest) = (Vec::new(), from);
        while let Some((&code, after)) = rest.split_first() {
            let (run, later) = after.split_at_checked(usize::from(code).checked_sub(1)?)?;
            plain.extend(run);
            if code != 0xff && !later.is_empty() {
                plain.push(0);
            }
            rest = later;
        }
        (plain.len() <= room).then_some(plain)
    }

    #[test]
    fn any_bytes_mean_the_same_as_block_by_block() {
        bolero::check!().with_max_len(1200).for_each(|stuffed: &[u8]| {
            let full: Vec<u8> = stuffed.iter().map(|b| b | 0xf0).collect();
            let short: Vec<u8> = stuffed.iter().map(|b| b % 4 + u8::from(b % 64 != 0)).collect();
            let ones: Vec<u8> = stuffed.iter().map(|b| b / 250 + 1).collect();
            for stuffed in [stuffed, &full, &short, &ones] {
                for room in [0, 1, 16, 255, stuffed.len() / 2, stuffed.len()] {
                    let mut plain = vec![0xaa; room];
                    let n = decode(stuffed, &mut plain);
                    assert_eq!(
                        n.map(|n| plain[..n].to_vec()),
                        decode_slowly(stuffed, room),
                        "{stuffed:?} into {room}"
                    );
                }
            }
        });
    }

    #[test]
    fn rows_of_zeros_of_any_length_come_back() {
        for zeros in 0..70 {
            let plain = vec![0; zeros];
            check(&plain, &vec![1; zeros + 1]);
            let (mut longer, mut stuffed) = (plain, vec![1; zeros]);
            longer.push(9);
            stuffed.extend([2, 9]);
            check(&longer, &stuffed);
            assert_eq!(decode(&stuffed, &mut vec![0; zeros]), None);
        }
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
