//! The retention meter: how many sentences have something like them among what was kept.

use egui::Ui;
use protocol::CompressedDocument;

use super::form_ui::small;
use crate::kit;

/// The meter, or why there is none; `encoders` as in the model.
pub(super) fn ui(ui: &mut Ui, document: &CompressedDocument, encoders: Option<&[String]>) {
    match &document.retention {
        Some(retention) => {
            let of = retention.sentences.max(1) as f32;
            kit::progress(ui, retention.alike as f32 / of, "Retention");
            small(ui, &crate::words::capital(&retention.words()));
        }
        None => small(ui, none(encoders)),
    }
}

fn none(encoders: Option<&[String]>) -> &'static str {
    match encoders {
        None => {
            "No retention meter: this program was built without models that read text (--features \
             neural)"
        }
        Some([]) => {
            "The retention meter needs a sentence encoder on this computer: get one in Settings, or by \
             benchvise model get all-MiniLM-L6-v2"
        }
        Some(_) => {
            "For the retention meter, choose an encoder among the controls, under models that read text"
        }
    }
}
