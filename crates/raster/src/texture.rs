//! Textures: kept, patched and read.

use egui::epaint::{ColorImage, ImageDelta};
use egui::{ImageData, TextureFilter, TextureOptions, TextureWrapMode};

use crate::canvas::Pixel;

/// Steps in a texel that the weights of the linear filter have: as many as in a graphics card.
const STEPS: i64 = 256;

/// A position in texels farther out than this counts as this far out.
const FARTHEST: f64 = (1_u64 << 40) as f64;

/// An image that triangles are filled with. Both sides are at least 1.
pub(crate) struct Texture {
    width: usize,
    height: usize,
    texels: Vec<Pixel>,
    options: TextureOptions,
}

impl Texture {
    /// A whole image; `None` if it is empty or its size is not that of its pixels.
    pub(crate) fn new(delta: &ImageDelta) -> Option<Self> {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size;
        let whole = width > 0 && height > 0 && holds_its_size(image);
        let texels = || image.pixels.iter().map(egui::Color32::to_array).collect();
        whole.then(|| Self { width, height, texels: texels(), options: delta.options })
    }

    /// Replaces the part that lies inside, from column `x` and row `y` on.
    pub(crate) fn patch(&mut self, [x, y]: [usize; 2], delta: &ImageDelta) {
        self.options = delta.options;
        let ImageData::Color(image) = &delta.image;
        let columns = image.width().min(self.width.saturating_sub(x));
        if columns == 0 || !holds_its_size(image) {
            return;
        }
        let rows = self.texels.chunks_exact_mut(self.width).skip(y);
        for (row, patch) in rows.zip(image.pixels.chunks_exact(image.width())) {
            for (texel, new) in row.iter_mut().skip(x).zip(patch.iter().take(columns)) {
                *texel = new.to_array();
            }
        }
    }

    /// Columns and rows, in texels.
    pub(crate) fn size(&self) -> [f64; 2] {
        [self.width as f64, self.height as f64]
    }

    /// The filter where a step of a pixel is one of so many texels.
    pub(crate) fn filter(&self, texels_per_pixel: f64) -> TextureFilter {
        match texels_per_pixel > 1.0 {
            true => self.options.minification,
            false => self.options.magnification,
        }
    }

    /// The colour (0 to 255) at a position in texels, where the first texel reaches from 0 to 1. What
    /// is no number counts as 0.
    #[inline]
    pub(crate) fn read(&self, at: [f64; 2], filter: TextureFilter) -> [f32; 4] {
        match filter {
            TextureFilter::Nearest => {
                let [x, y] = at.map(floor);
                self.texel(x, y).map(f32::from)
            }
            TextureFilter::Linear => {
                let [x, y] = at.map(linear_place);
                let [left, top] = [x, y].map(|place| place.div_euclid(STEPS));
                match [x, y].map(|place| place.rem_euclid(STEPS) as u32) {
                    [0, 0] => self.texel(left, top).map(f32::from),
                    [right, below] => self.mixed(left, top, right, below),
                }
            }
        }
    }

    /// Four neighbours, weighted by the distance from the first in steps.
    fn mixed(&self, x: i64, y: i64, right: u32, below: u32) -> [f32; 4] {
        let (left, above) = (STEPS as u32 - right, STEPS as u32 - below);
        let mut sum = [0_u32; 4];
        for (texel, weight) in [
            (self.texel(x, y), left * above),
            (self.texel(x + 1, y), right * above),
            (self.texel(x, y + 1), left * below),
            (self.texel(x + 1, y + 1), right * below),
        ] {
            for (sum, value) in sum.iter_mut().zip(texel) {
                *sum += u32::from(value) * weight;
            }
        }
        sum.map(|sum| sum as f32 / (STEPS * STEPS) as f32)
    }

    fn texel(&self, x: i64, y: i64) -> Pixel {
        let (x, y) = (self.wrapped(x, self.width), self.wrapped(y, self.height));
        self.texels.get(y * self.width + x).copied().unwrap_or_default()
    }

    fn wrapped(&self, place: i64, side: usize) -> usize {
        let side = side as i64;
        let inside = match self.options.wrap_mode {
            TextureWrapMode::ClampToEdge => place.clamp(0, side - 1),
            TextureWrapMode::Repeat => place.rem_euclid(side),
            TextureWrapMode::MirroredRepeat => {
                let there_and_back = place.rem_euclid(2 * side);
                there_and_back.min(2 * side - 1 - there_and_back)
            }
        };
        inside as usize
    }

    /// `length` texels of row `y` from column `x`, if all of them are inside.
    pub(crate) fn run(&self, x: i64, y: i64, length: usize) -> Option<&[Pixel]> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        self.texels.chunks_exact(self.width).nth(y)?.get(x..x.checked_add(length)?)
    }
}

/// The texel whose centre is at a position in texels, if the linear filter reads that one alone there.
pub(crate) fn lone_texel(at: f64) -> Option<i64> {
    let place = linear_place(at);
    (place.rem_euclid(STEPS) == 0).then(|| place.div_euclid(STEPS))
}

/// Steps from the centre of the first texel.
#[inline(always)]
fn linear_place(at: f64) -> i64 {
    floor((at - 0.5) * STEPS as f64 + 0.5)
}

#[inline(always)]
fn floor(value: f64) -> i64 {
    let value = value.clamp(-FARTHEST, FARTHEST);
    let towards_zero = value as i64;
    towards_zero - i64::from(value < towards_zero as f64)
}

fn holds_its_size(image: &ColorImage) -> bool {
    let [width, height] = image.size;
    width.checked_mul(height) == Some(image.pixels.len())
}

#[cfg(test)]
mod tests {
    use super::{Texture, floor, lone_texel};
    use egui::epaint::ImageDelta;
    use egui::{Color32, ColorImage, TextureFilter, TextureOptions, TextureWrapMode};

    /// One row of grey texels.
    fn row(greys: &[u8], wrap_mode: TextureWrapMode) -> Texture {
        let image = ColorImage::from_gray([greys.len(), 1], greys);
        let options = TextureOptions { wrap_mode, ..TextureOptions::LINEAR };
        Texture::new(&ImageDelta::full(image, options)).expect("it is not empty")
    }

    #[track_caller]
    fn check(texture: &Texture, filter: TextureFilter, x: f64, expect: f32) {
        assert_eq!(texture.read([x, 0.5], filter), [expect, expect, expect, 255.0], "at {x}");
    }

    #[test]
    fn the_nearest_texel_is_the_one_around_the_position() {
        let texture = row(&[10, 20, 30], TextureWrapMode::ClampToEdge);
        for (x, expect) in
            [(0.0, 10.0), (0.99, 10.0), (1.0, 20.0), (2.5, 30.0), (9.0, 30.0), (-9.0, 10.0)]
        {
            check(&texture, TextureFilter::Nearest, x, expect);
        }
    }

    #[test]
    fn the_linear_filter_mixes_neighbours() {
        let texture = row(&[10, 20, 60], TextureWrapMode::ClampToEdge);
        for (x, expect) in
            [(0.5, 10.0), (1.0, 15.0), (1.25, 17.5), (1.5, 20.0), (2.0, 40.0), (0.0, 10.0)]
        {
            check(&texture, TextureFilter::Linear, x, expect);
        }
        // Weights have steps of 1/256, so nearly a centre is the centre.
        check(&texture, TextureFilter::Linear, 1.501, 20.0);
        assert_eq!(
            (lone_texel(1.501), lone_texel(1.503), lone_texel(-0.5)),
            (Some(1), None, Some(-1))
        );
    }

    #[test]
    fn textures_go_on_outside_as_they_ask_for() {
        let far = [
            (-0.5, 10.0, 30.0, 10.0),
            (3.5, 30.0, 10.0, 30.0),
            (4.5, 30.0, 20.0, 20.0),
            (-2.5, 10.0, 10.0, 30.0),
        ];
        for (x, clamped, repeated, mirrored) in far {
            for (mode, expect) in [
                (TextureWrapMode::ClampToEdge, clamped),
                (TextureWrapMode::Repeat, repeated),
                (TextureWrapMode::MirroredRepeat, mirrored),
            ] {
                for filter in [TextureFilter::Nearest, TextureFilter::Linear] {
                    check(&row(&[10, 20, 30], mode), filter, x, expect);
                }
            }
        }
        check(&row(&[10, 30], TextureWrapMode::Repeat), TextureFilter::Linear, 2.0, 20.0);
    }

    #[test]
    fn minifying_is_where_a_pixel_steps_over_texels() {
        let options =
            TextureOptions { minification: TextureFilter::Nearest, ..TextureOptions::LINEAR };
        let image = ColorImage::filled([1, 1], Color32::RED);
        let texture = Texture::new(&ImageDelta::full(image, options)).expect("it is not empty");
        assert_eq!(texture.filter(1.5), TextureFilter::Nearest);
        assert_eq!(texture.filter(1.0), TextureFilter::Linear);
        assert_eq!(texture.filter(f64::NAN), TextureFilter::Linear);
    }

    #[test]
    fn positions_that_are_no_place_read_some_texel() {
        let texture = row(&[10, 10], TextureWrapMode::Repeat);
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300] {
            check(&texture, TextureFilter::Linear, x, 10.0);
            check(&texture, TextureFilter::Nearest, x, 10.0);
        }
        assert_eq!([-1.5, -1.0, -0.5, 0.0, 0.5, 1.0].map(floor), [-2, -1, -1, 0, 0, 1]);
    }

    #[test]
    fn empty_and_contradicting_images_are_refused() {
        let options = TextureOptions::LINEAR;
        assert!(Texture::new(&ImageDelta::full(ColorImage::default(), options)).is_none());
        let mut image = ColorImage::filled([2, 2], Color32::RED);
        image.size = [3, 2];
        assert!(Texture::new(&ImageDelta::full(image, options)).is_none());
    }
}
