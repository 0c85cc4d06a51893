//! What the window says while it does not know the engine, or has lost it.

use egui::{Frame, Margin, Ui};

use crate::kit;
use crate::model::Connection;
use crate::toast::Tone;

/// A line over the page where the engine is not there.
pub(crate) fn banner(ui: &mut Ui, connection: &Connection) {
    if let Connection::Lost(why) = connection {
        let margin = Margin { left: 24, right: 24, top: 12, bottom: 0 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            kit::notice(ui, Tone::Failure, &why.message, why.hint.as_deref());
        });
    }
}
