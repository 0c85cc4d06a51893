//! The window's icon, drawn: a vise that holds a chip, readable at 16 pixels.

use egui::IconData;

/// Pixels a side.
const SIDE: u32 = 64;
/// The ground and the lines, from the window's own colours.
const GROUND: [u8; 3] = [0x2a, 0x6a, 0x99];
const LINE: [u8; 3] = [0xff, 0xff, 0xff];

/// The icon.
pub(super) fn icon() -> IconData {
    let mut rgba = Vec::with_capacity((SIDE * SIDE * 4) as usize);
    for y in 0..SIDE {
        for x in 0..SIDE {
            // Four looks a pixel make the round corners smooth.
            let (mut ink, mut ground) = (0u32, 0u32);
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let at = ((x as f32 + dx) / SIDE as f32, (y as f32 + dy) / SIDE as f32);
                ground += u32::from(in_rounded(at, (0.0, 0.0), (1.0, 1.0), 0.22));
                ink += u32::from(in_sign(at));
            }
            let share = ink as f32 / 4.0;
            let mix = |ground: u8, line: u8| {
                (f32::from(ground) + (f32::from(line) - f32::from(ground)) * share) as u8
            };
            for (ground, line) in GROUND.into_iter().zip(LINE) {
                rgba.push(mix(ground, line));
            }
            rgba.push((ground * 255 / 4) as u8);
        }
    }
    IconData { rgba, width: SIDE, height: SIDE }
}

/// Two jaws, and the chip between them.
fn in_sign(at: (f32, f32)) -> bool {
    let jaws = in_rounded(at, (0.14, 0.22), (0.28, 0.78), 0.04)
        || in_rounded(at, (0.72, 0.22), (0.86, 0.78), 0.04);
    let screws = in_rounded(at, (0.06, 0.46), (0.16, 0.54), 0.0)
        || in_rounded(at, (0.84, 0.46), (0.94, 0.54), 0.0);
    let chip = in_rounded(at, (0.34, 0.34), (0.66, 0.66), 0.05);
    let die = in_rounded(at, (0.43, 0.43), (0.57, 0.57), 0.02);
    jaws || screws || (chip && !die)
}

fn in_rounded(at: (f32, f32), from: (f32, f32), to: (f32, f32), radius: f32) -> bool {
    let inside = at.0 >= from.0 && at.0 <= to.0 && at.1 >= from.1 && at.1 <= to.1;
    let near = |value: f32, low: f32, high: f32| value.clamp(low + radius, high - radius);
    let (dx, dy) = (at.0 - near(at.0, from.0, to.0), at.1 - near(at.1, from.1, to.1));
    inside && dx * dx + dy * dy <= radius * radius + 1e-6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_is_whole_and_its_corners_are_clear() {
        let icon = icon();
        assert_eq!(icon.rgba.len(), (SIDE * SIDE * 4) as usize);
        let pixel = |x: u32, y: u32| {
            let at = ((y * SIDE + x) * 4) as usize;
            <[u8; 4]>::try_from(&icon.rgba[at..at + 4]).unwrap()
        };
        assert_eq!(pixel(0, 0)[3], 0);
        assert_eq!(pixel(32, 4), [GROUND[0], GROUND[1], GROUND[2], 255]);
        assert_eq!(pixel(13, 32), [255, 255, 255, 255]);
        assert_eq!(pixel(32, 32), [GROUND[0], GROUND[1], GROUND[2], 255]);
    }
}
