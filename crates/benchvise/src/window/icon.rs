//! The window's icon, as `tools/icons.py` draws it.

use egui::IconData;

const ICON: &[u8] = include_bytes!("../../../../icons/64.png");

/// The icon; a clear pixel where it could not be read.
pub(super) fn icon() -> IconData {
    eframe::icon_data::from_png_bytes(ICON).unwrap_or(IconData {
        rgba: vec![0; 4],
        width: 1,
        height: 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_is_whole_and_its_corners_are_clear() {
        let icon = icon();
        assert_eq!((icon.width, icon.height), (64, 64));
        let pixel = |x: usize, y: usize| &icon.rgba[(y * 64 + x) * 4..][..4];
        assert_eq!(pixel(0, 0)[3], 0);
        assert_eq!(pixel(13, 32), [255; 4]);
        assert_eq!(pixel(32, 32), pixel(32, 4));
    }
}
