//! Cuts an image where nothing that was written is erased again, so that the writing can be stopped in
//! between.

use crate::flash::Segment;

/// A piece is at least so long, but for the last one.
const PIECE: u64 = 64 << 10;

/// Pieces of whole sectors. `sector` gives the first address and the end of the sector that an address
/// is in.
pub(super) fn cut(segments: &[Segment], sector: &dyn Fn(u64) -> [u64; 2]) -> Vec<Vec<Segment>> {
    let mut pieces: Vec<Vec<Segment>> = Vec::new();
    let (mut len, mut erased_to) = (0, 0);
    for segment in segments {
        let (mut address, mut rest) = (segment.address, segment.bytes.as_slice());
        while !rest.is_empty() {
            let [from, to] = sector(address);
            // A sector that makes no progress would never end.
            let inside = to.saturating_sub(address).max(1);
            let (now, later) = rest.split_at(rest.len().min(inside as usize));
            if pieces.is_empty() || len >= PIECE && from >= erased_to {
                pieces.push(Vec::new());
                len = 0;
            }
            if let Some(piece) = pieces.last_mut() {
                match piece.last_mut() {
                    Some(last) if last.address + last.bytes.len() as u64 == address => {
                        last.bytes.extend(now);
                    }
                    _ => piece.push(Segment { address, bytes: now.to_vec() }),
                }
            }
            len += now.len() as u64;
            erased_to = to;
            address += now.len() as u64;
            rest = later;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sectors(size: u64) -> impl Fn(u64) -> [u64; 2] {
        move |address| [address / size * size, (address / size + 1) * size]
    }

    #[test]
    fn no_sector_is_in_two_pieces_and_nothing_is_lost() {
        bolero::check!().with_iterations(300).with_type::<(u8, Vec<(u16, u16)>)>().for_each(
            |(size, spans)| {
                let size = 1u64 << (8 + size % 10);
                let mut segments: Vec<Segment> = Vec::new();
                for (gap, len) in spans {
                    let end = segments.last().map_or(0x800_0000, |last: &Segment| {
                        last.address + last.bytes.len() as u64
                    });
                    let bytes = vec![*len as u8; usize::from(*len).max(1)];
                    segments.push(Segment { address: end + 1 + u64::from(*gap), bytes });
                }
                let pieces = cut(&segments, &sectors(size));
                let mut erased = 0;
                for piece in &pieces {
                    let last = piece.last().unwrap();
                    assert!(piece[0].address / size * size >= erased, "{size}");
                    erased = (last.address + last.bytes.len() as u64).div_ceil(size) * size;
                }
                let all = |parts: &[Segment]| -> Vec<(u64, u8)> {
                    let bytes = parts.iter().flat_map(|part| (part.address..).zip(&part.bytes));
                    bytes.map(|(at, byte)| (at, *byte)).collect()
                };
                assert_eq!(all(&pieces.concat()), all(&segments));
            },
        );
    }

    #[test]
    fn a_long_image_is_several_pieces() {
        let image = [Segment { address: 0x1000_0000, bytes: vec![7; 200 << 10] }];
        let pieces = cut(&image, &sectors(4096));
        let lengths: Vec<usize> = pieces.iter().map(|piece| piece[0].bytes.len() >> 10).collect();
        assert_eq!(lengths, [64, 64, 64, 8]);
        // Sectors as large as an STM32F4's: a piece is one of them.
        assert_eq!(cut(&image, &sectors(128 << 10)).len(), 2);
    }
}
