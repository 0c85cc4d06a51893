//! What the window says while it does not know the engine, or has lost it, and whose engine it is.

use egui::{Frame, Label, Margin, RichText, Ui};

use crate::icon::Icon;
use crate::kit;
use crate::link::Whose;
use crate::model::Connection;
use crate::theme::{Palette, text};
use crate::toast::Tone;
use crate::words::capital;

/// A line over the page where the engine is not there, or is not this window's own.
pub(crate) fn banner(ui: &mut Ui, connection: &Connection, whose: &Whose) {
    match connection {
        Connection::Waiting => {}
        Connection::Live => {
            if let Some(words) = words(whose) {
                whose_ui(ui, &words);
            }
        }
        Connection::Lost(why) => {
            let margin = Margin { left: 24, right: 24, top: 12, bottom: 0 };
            Frame::new().inner_margin(margin).show(ui, |ui| {
                kit::notice(ui, Tone::Failure, &why.message, why.hint.as_deref());
            });
        }
    }
}

/// Whose engine it is, where that is worth a word.
fn words(whose: &Whose) -> Option<String> {
    match whose {
        Whose::Own => None,
        Whose::Host(name) if name.is_empty() => None,
        Whose::Host(name) => Some(format!("{name} · boards, runs and files are that computer's")),
        Whose::Beside(what) => {
            Some(format!("{} has this store open · this one works with it", capital(what)))
        }
    }
}

fn whose_ui(ui: &mut Ui, words: &str) {
    let palette = Palette::here(ui);
    let frame = Frame::new().fill(palette.sheet).inner_margin(Margin::symmetric(24, 5));
    let strip = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            kit::icon(ui, Icon::Computer, palette.soft);
            let words = RichText::new(words).font(text::small()).color(palette.soft);
            ui.add(Label::new(words).truncate());
        });
    });
    let edge = strip.response.rect;
    let line = egui::Stroke::new(1.0, palette.line);
    ui.painter().hline(edge.x_range(), edge.bottom() - 0.5, line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_of_another_program_is_said_to_be() {
        let host = |name: &str| words(&Whose::Host(name.into()));
        assert_eq!(words(&Whose::Own), None);
        assert_eq!(host(""), None);
        assert!(host("lab-pi").unwrap().starts_with("lab-pi · "));
        let beside = words(&Whose::Beside("another window".into())).unwrap();
        assert!(beside.starts_with("Another window has"), "{beside}");
    }
}
