//! How the stretches of a text look: on which ground, in which ink.

use egui::text::TextFormat;
use egui::{Color32, FontFamily, FontId};

use super::flow::{Bit, Part};
use crate::theme::{Palette, faded};

/// What the source shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shading {
    /// What survives how far.
    #[default]
    Heat,
    /// What was kept.
    Kept,
}

/// Which of the two sides it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The document.
    Source(Shading),
    /// What is left of it.
    Result,
}

/// What is behind a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    None,
    Flat(Color32),
    Chip(Color32),
}

/// A side in a theme.
pub(super) struct Look {
    pub(super) side: Side,
    pub(super) palette: &'static Palette,
    /// Ratios of the heat map.
    pub(super) steps: u32,
    /// Letters of one width, for what is made of lines.
    pub(super) even: bool,
}

/// The ground of what survived `survived` of `steps` ratios: stronger the further.
pub(super) fn heat(palette: &Palette, survived: u32, steps: u32) -> Option<Color32> {
    if survived == 0 || steps == 0 {
        return None;
    }
    let share = survived.min(steps) as f32 / steps as f32;
    // On dark ground the same share of colour is seen less.
    let (least, most) =
        if palette.ink.r() > palette.sheet.r() { (0.14, 0.60) } else { (0.07, 0.40) };
    Some(faded(palette.fill, least + most * share))
}

impl Look {
    pub(super) fn font(&self) -> FontId {
        match self.even {
            true => FontId::new(12.0, FontFamily::Monospace),
            false => FontId::new(13.0, FontFamily::Proportional),
        }
    }

    /// The height of a row. Rows need air between them, or the grounds run into one another.
    pub(super) fn line(&self, font: &FontId) -> f32 {
        (font.size * 1.5).round()
    }

    /// Ink where nothing else is said.
    pub(super) fn plain(&self) -> Color32 {
        self.palette.ink
    }

    pub(super) fn format(&self, bit: &Bit, font: FontId) -> TextFormat {
        let palette = self.palette;
        let color = match (self.side, bit.part) {
            (Side::Source(Shading::Kept), Part::Kept(_)) => palette.keep_ink,
            (_, Part::Kept(_)) => palette.ink,
            // On a ground, even what was dropped has to be readable.
            (Side::Source(Shading::Heat), Part::Dropped(_)) if bit.survived > Some(0) => {
                palette.soft
            }
            (_, Part::Dropped(_)) => palette.faint,
            (_, Part::Glue | Part::Space) => palette.faint,
            (_, Part::Chip(_) | Part::Restore(..) | Part::Cite(_)) => palette.accent,
            (_, Part::Opened(_)) => palette.soft,
        };
        let font_id = match bit.part {
            Part::Chip(_) | Part::Restore(..) | Part::Cite(_) => {
                FontId::new(font.size - 1.5, FontFamily::Proportional)
            }
            _ => font.clone(),
        };
        let line_height = Some(self.line(&font));
        TextFormat {
            line_height,
            valign: egui::Align::Center,
            ..TextFormat::simple(font_id, color)
        }
    }

    pub(super) fn ground(&self, bit: &Bit) -> Ground {
        let palette = self.palette;
        match (self.side, bit.part) {
            (Side::Source(Shading::Heat), _) if bit.survived.is_some() => {
                let survived = bit.survived.unwrap_or_default();
                heat(palette, survived, self.steps).map_or(Ground::None, Ground::Flat)
            }
            (Side::Source(_), Part::Kept(_)) => Ground::Flat(palette.keep),
            (_, Part::Chip(_)) => Ground::Chip(palette.raised),
            (_, Part::Restore(..) | Part::Cite(_)) => Ground::Chip(palette.selected),
            (_, Part::Opened(_)) => Ground::Flat(palette.open_back),
            _ => Ground::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{DARK, LIGHT};

    #[test]
    fn what_survives_further_stands_out_more() {
        for palette in [&LIGHT, &DARK] {
            let strength = |survived| heat(palette, survived, 8).map_or(0, |color| color.a());
            for survived in 0..8 {
                assert!(strength(survived) < strength(survived + 1));
            }
            assert_eq!(strength(99), strength(8));
            assert_eq!(heat(palette, 3, 0), None);
        }
    }
}
