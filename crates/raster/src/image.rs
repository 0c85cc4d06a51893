//! A finished picture.

/// A picture: rows from the top, four bytes a pixel.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue and alpha of every pixel, gamma-encoded (sRGB), with premultiplied alpha:
    /// `4 * width * height` bytes.
    pub rgba: Vec<u8>,
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not four million numbers when a test fails.
        write!(f, "Image({} x {})", self.width, self.height)
    }
}

impl Image {
    /// Red, green, blue and alpha of a pixel, `None` outside.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> Option<[u8; 4]> {
        let at = (x < self.width).then_some(4 * (y.checked_mul(self.width)? + x))?;
        self.rgba.get(at..)?.first_chunk().copied()
    }

    /// The picture as a PNG, which has straight alpha; 8 bits, with alpha only where there is any.
    ///
    /// # Errors
    ///
    /// Where the sides are 0 or do not fit `rgba`, which [`crate::Raster::paint`] never makes.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side(self.width), side(self.height));
        let (pixels, _) = self.rgba.as_chunks::<4>();
        let opaque = pixels.iter().all(|[.., a]| *a == u8::MAX);
        encoder.set_color(if opaque { png::ColorType::Rgb } else { png::ColorType::Rgba });
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let data: Vec<u8> = match opaque {
            true => pixels.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect(),
            false => pixels.iter().copied().flat_map(straight).collect(),
        };
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&data)?;
        writer.finish()?;
        Ok(bytes)
    }
}

/// Undoes the multiplication with alpha, as far as bytes can.
fn straight([r, g, b, a]: [u8; 4]) -> [u8; 4] {
    let alpha = u16::from(a);
    let undo = |c: u8| match alpha {
        0 => 0,
        alpha => ((u16::from(c) * 255 + alpha / 2) / alpha).min(255) as u8,
    };
    [undo(r), undo(g), undo(b), a]
}

#[cfg(test)]
mod tests {
    use super::straight;

    #[test]
    fn straight_alpha_is_rounded_and_never_overflows() {
        assert_eq!(straight([10, 20, 30, 255]), [10, 20, 30, 255]);
        assert_eq!(straight([64, 128, 0, 128]), [128, 255, 0, 128]);
        assert_eq!(straight([1, 0, 2, 3]), [85, 0, 170, 3]);
        assert_eq!(
            straight([9, 9, 9, 0]),
            [0, 0, 0, 0],
            "light without cover has no straight form"
        );
        assert_eq!(straight([200, 0, 0, 100]), [255, 0, 0, 100]);
    }
}
