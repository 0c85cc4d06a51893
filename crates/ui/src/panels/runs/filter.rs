//! Which runs are listed: words, kind, state, and whether the bin is open.

use egui::{Key, Ui};
use protocol::{RunFilter, RunKind, RunStatus};

use super::words::{kind_word, status_word};
use crate::icon::Icon;
use crate::kit;

/// Words are looked for once nobody has typed for so long, in seconds.
const REST_S: f64 = 0.3;

const KINDS: [RunKind; 3] = [RunKind::Profile, RunKind::FitFull, RunKind::FitCompressed];
const STATES: [RunStatus; 4] =
    [RunStatus::Complete, RunStatus::Aborted, RunStatus::Lost, RunStatus::Recording];

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct Filter {
    text: String,
    kind: Option<RunKind>,
    status: Option<RunStatus>,
    deleted: bool,
    /// When somebody typed last, seconds on the window's clock.
    typed_s: Option<f64>,
    focus: bool,
}

impl Filter {
    /// The bin is open.
    pub(super) fn bin(&self) -> bool {
        self.deleted
    }

    /// Something is looked for.
    pub(super) fn narrows(&self) -> bool {
        !self.text.trim().is_empty() || self.kind.is_some() || self.status.is_some()
    }

    /// Nothing is looked for any more; the bin stays as it is.
    pub(super) fn clear(&mut self) {
        *self = Filter { deleted: self.deleted, typed_s: Some(f64::MIN), ..Filter::default() };
    }

    /// The bin is closed.
    pub(super) fn close_bin(&mut self) {
        self.deleted = false;
        self.typed_s = Some(f64::MIN);
    }

    /// The next time it is drawn, the search field takes the cursor.
    pub(super) fn take_focus(&mut self) {
        self.focus = true;
    }

    /// The question.
    pub(super) fn asked(&self) -> RunFilter {
        let text = self.text.trim();
        RunFilter {
            text: (!text.is_empty()).then(|| text.to_owned()),
            kind: self.kind,
            status: self.status,
            deleted: self.deleted,
            limit: 0,
            offset: 0,
        }
    }

    /// The question, where it is another one than before and nobody types any more.
    pub(super) fn due(&mut self, ui: &Ui) -> Option<RunFilter> {
        let typed_s = self.typed_s?;
        let rested_s = ui.input(|input| input.time) - typed_s;
        if rested_s < REST_S {
            ui.ctx().request_repaint_after_secs((REST_S - rested_s) as f32);
            return None;
        }
        self.typed_s = None;
        Some(self.asked())
    }

    /// The search field. Whether the list is to take the cursor from it.
    pub(super) fn search_ui(&mut self, ui: &mut Ui, width: f32) -> bool {
        let field = kit::search(ui, &mut self.text, "Search runs", width);
        if std::mem::take(&mut self.focus) {
            field.request_focus();
        }
        if field.changed() {
            self.typed_s = Some(ui.input(|input| input.time));
        }
        let key = |key| ui.input(|input| input.key_pressed(key));
        if field.lost_focus() && key(Key::Enter) {
            self.typed_s = Some(f64::MIN);
            return true;
        }
        field.lost_focus() && key(Key::Escape) || field.has_focus() && key(Key::ArrowDown)
    }

    /// Kind, state and bin, from the right.
    pub(super) fn chips_ui(&mut self, ui: &mut Ui) {
        let before = (self.kind, self.status, self.deleted);
        kit::toggle(ui, Some(Icon::Bin), "Deleted", &mut self.deleted)
            .on_hover_text("Runs that were deleted in the last 30 days");
        let states = STATES.map(|status| (status, status_word(status)));
        choice(ui, "State", "Any state", 92.0, &mut self.status, &states);
        let kinds = KINDS.map(|kind| (kind, kind_word(kind)));
        choice(ui, "Kind", "All kinds", 116.0, &mut self.kind, &kinds);
        if before != (self.kind, self.status, self.deleted) {
            self.typed_s = Some(f64::MIN);
        }
    }
}

fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    all: &str,
    width: f32,
    value: &mut Option<T>,
    choices: &[(T, &str)],
) {
    let word = value.and_then(|value| choices.iter().find(|(of, _)| *of == value));
    let word = word.map_or(all, |(_, word)| word);
    kit::combo(ui, name, width, word, |ui| {
        ui.selectable_value(value, None, all);
        for (of, word) in choices {
            ui.selectable_value(value, Some(*of), *word);
        }
    });
}
