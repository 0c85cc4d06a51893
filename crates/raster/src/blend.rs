//! What a colour becomes on top of another.
//!
//! As the OpenGL painter sets it up: `source + destination * (1 - source alpha)`, for alpha as for the
//! colours, on gamma-encoded values, rounded to the nearest byte. A source with less alpha than colour
//! adds light; more than white stays white.

use crate::canvas::Pixel;

/// Puts one colour over every pixel. Exact: the nearest byte.
pub(crate) fn fill(pixels: &mut [Pixel], source: Pixel) {
    let [.., alpha] = source;
    match (alpha, source) {
        (u8::MAX, _) => pixels.fill(source),
        (0, [0, 0, 0, _]) => {}
        (alpha, _) => {
            let keep = u16::from(u8::MAX - alpha);
            for pixel in pixels {
                for (below, above) in pixel.iter_mut().zip(source) {
                    *below = above.saturating_add(over_255(u16::from(*below) * keep));
                }
            }
        }
    }
}

/// A product of two bytes over 255, to the nearest byte. There are no ties: 255 is odd.
fn over_255(product: u16) -> u8 {
    let biased = product + 128;
    ((biased + (biased >> 8)) >> 8) as u8
}

/// Puts a colour of fractions of a byte (0 to 255) over a pixel.
#[inline(always)]
pub(crate) fn over(pixel: &mut Pixel, source: [f32; 4]) {
    let [.., alpha] = source;
    let keep = 1.0 - alpha * (1.0 / 255.0);
    for (below, above) in pixel.iter_mut().zip(source) {
        // The cast stops at 0 and 255.
        *below = (above + f32::from(*below) * keep + 0.5) as u8;
    }
}

/// A colour read from a texture (0 to 255), tinted by the colour of the mesh (0 to 255).
#[inline(always)]
pub(crate) fn tinted([r, g, b, a]: [f32; 4], [x, y, z, w]: [f32; 4]) -> [f32; 4] {
    [r * x, g * y, b * z, a * w].map(|product| product * (1.0 / 255.0))
}

#[cfg(test)]
mod tests {
    use super::{fill, over, over_255};

    #[track_caller]
    fn check(below: [u8; 4], source: [u8; 4], expect: [u8; 4]) {
        let mut pixels = [below; 3];
        fill(&mut pixels, source);
        assert_eq!(pixels, [expect; 3], "filled");
        let mut pixel = below;
        over(&mut pixel, source.map(f32::from));
        assert_eq!(pixel, expect, "one by one");
    }

    #[test]
    fn colours_mix_as_worked_by_hand() {
        check([10, 20, 30, 255], [1, 2, 3, 255], [1, 2, 3, 255]);
        check([10, 20, 30, 255], [0, 0, 0, 0], [10, 20, 30, 255]);
        // 128 + 0 * 127/255, 0 + 255 * 127/255, 128 + 255 * 127/255
        check([0, 255, 100, 255], [128, 0, 0, 128], [128, 127, 50, 255]);
        // 100 * 191/255 = 74.9, alpha 64 + 100 * 191/255 = 138.9
        check([100, 100, 100, 100], [0, 0, 0, 64], [75, 75, 75, 139]);
        // Light without cover is added, up to white.
        check([200, 100, 0, 255], [100, 100, 100, 0], [255, 200, 100, 255]);
    }

    #[test]
    fn both_ways_agree_on_every_pair_of_bytes() {
        for alpha in 0..=u8::MAX {
            for below in 0..=u8::MAX {
                let exact = f64::from(below) * f64::from(255 - alpha) / 255.0;
                assert_eq!(
                    f64::from(over_255(u16::from(below) * u16::from(255 - alpha))),
                    exact.round()
                );
                let source = [alpha, alpha / 2, 0, alpha];
                let (mut one, mut many) = ([below; 4], [[below; 4]]);
                over(&mut one, source.map(f32::from));
                fill(&mut many, source);
                assert_eq!([one], many, "{source:?} over {below}");
            }
        }
    }
}
