//! All of the one run that is chosen.

use egui::{Label, RichText, ScrollArea, Ui};
use protocol::moment::moment;
use protocol::numbers::with_unit;
use protocol::{Command, Failure, Reply, RunDetail, RunId, RunStatus, RunSummary, metric};

use super::change::read_tag;
use super::pages::Pages;
use super::trend::alike;
use super::when::{gone_in, lasted};
use super::words::{figure, kind_word, range, spec_rows};
use super::{Keep, bar, facts, row, strip_plot};
use crate::asks::Asks;
use crate::icon::Icon;
use crate::kit::{self, Figure, Weight, ago};
use crate::link::RequestId;
use crate::panel::Scene;
use crate::theme::{Palette, space, text};
use crate::toast::Tone;
use crate::words::model_words;

/// What a person wants with the run.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wish {
    /// Look at its signals.
    Watch,
    /// Hold it against an earlier one.
    Compare(RunId),
    /// Write it to a file.
    Export,
    /// Put it into the bin.
    Delete,
    /// Take it out of the bin.
    Restore,
    /// Change its note.
    Note(Option<String>),
    /// Give it a label, or take one away.
    Tag(String, Option<String>),
}

/// What was read of it, and what is being written.
#[derive(Debug, Default)]
pub(super) struct Detail {
    run: Option<RunId>,
    asked: Option<(RequestId, RunId)>,
    /// What is shown is out of date.
    stale: bool,
    shown: Option<Box<RunDetail>>,
    failure: Option<Failure>,
    note: String,
    /// The note as it is known; `None` before it was taken over.
    note_known: Option<String>,
    tag: String,
}

impl Detail {
    /// Another run, or none, is chosen. The note of the one before, where it was not yet said.
    pub(super) fn follow(
        &mut self,
        run: Option<&RunId>,
        asks: &mut Asks,
    ) -> Option<(RunId, Option<String>)> {
        let mut unsaid = None;
        if self.run.as_ref() != run {
            unsaid = self.run.take().zip(self.note_changed());
            let asked = self.asked.take();
            *self = Detail { run: run.cloned(), asked, stale: true, ..Detail::default() };
        }
        // One question at a time: who runs through the list with the arrows asks for few.
        if self.stale
            && self.asked.is_none()
            && let Some(run) = &self.run
        {
            let command = Command::ShowRun { selector: run.to_string() };
            self.asked = Some((asks.send(command), run.clone()));
            self.stale = false;
        }
        unsaid
    }

    /// Everything may have changed.
    pub(super) fn changed(&mut self) {
        self.asked = None;
        self.stale = self.run.is_some();
    }

    /// A run changed.
    pub(super) fn run_changed(&mut self, run: &RunId) {
        if self.run.as_ref() == Some(run) {
            self.stale = true;
        }
    }

    /// An answer came.
    pub(super) fn hear(&mut self, request: RequestId, reply: &Result<Reply, Failure>) {
        let Some((_, of)) = self.asked.take_if(|asked| asked.0 == request) else { return };
        if self.run.as_ref() != Some(&of) {
            self.stale = true;
            return;
        }
        match reply {
            Ok(Reply::Run(detail)) => {
                self.failure = None;
                self.take_note(detail.summary.note.as_deref().unwrap_or_default());
                self.shown = Some(detail.clone());
            }
            Ok(_) => {}
            Err(failure) => self.failure = Some(failure.clone()),
        }
    }

    /// The note as it is known now; one that is being written is left alone.
    fn take_note(&mut self, note: &str) {
        if self.note_changed().is_none() {
            note.clone_into(&mut self.note);
        }
        self.note_known = Some(note.to_owned());
    }

    /// The note, where it was changed and not said.
    fn note_changed(&self) -> Option<Option<String>> {
        let known = self.note_known.as_ref()?;
        let note = self.note.trim();
        (note != known.trim()).then(|| (!note.is_empty()).then(|| note.to_owned()))
    }

    /// Draws all of it.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        run: &RunId,
        pages: &Pages,
        keep: &mut Keep,
        scene: &mut Scene<'_>,
    ) -> Option<Wish> {
        let shown = self.shown.take();
        let listed = pages.get(run).or_else(|| scene.model.run(run)).cloned();
        let summary = listed.or_else(|| Some(shown.as_ref()?.summary.clone()));
        let mut wish = None;
        if let Some(summary) = &summary {
            head(ui, summary, pages, scene, &mut wish);
        }
        if let Some(failure) = &self.failure {
            kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
        }
        if let (Some(summary), Some(detail)) = (&summary, &shown) {
            figures(ui, summary, detail);
            if !detail.repetitions.is_empty() {
                strip_plot::ui(ui, detail, &mut keep.repetitions);
            }
            self.labels(ui, summary, &mut wish);
            if let Some(words) = &detail.text {
                written(ui, words, summary, scene.asks);
            }
            facts::section(ui, "What was asked", |_| {});
            let rows = spec_rows(detail);
            let rows = rows.iter().map(|(key, value)| (*key, value.as_str()));
            facts::pairs(ui, "spec", rows, scene.asks);
            facts::fingerprint(ui, &detail.fingerprint, scene.asks);
            let id = [("Run", run.0.as_str())];
            let fit = detail.fit.as_deref().map(|fit| ("Fit", fit));
            facts::section(ui, "Ids", |_| {});
            facts::pairs(ui, "ids", id.into_iter().chain(fit), scene.asks);
        }
        self.shown = shown;
        wish
    }

    /// Note and tags, to be changed in place.
    fn labels(&mut self, ui: &mut Ui, run: &RunSummary, wish: &mut Option<Wish>) {
        facts::section(ui, "Note and tags", |_| {});
        let hint = "What should be known about this run";
        let field = kit::text_area(ui, "Note", &mut self.note, hint, 2);
        if field.lost_focus()
            && let Some(note) = self.note_changed()
        {
            self.note_known = Some(self.note.clone());
            *wish = Some(Wish::Note(note));
        }
        ui.add_space(2.0);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(2.0, 4.0);
            for (key, value) in &run.tags {
                kit::tag(ui, &format!("{key}={value}"));
                let name = format!("Remove tag {key}={value}");
                if kit::icon_button(ui, Icon::Close, &name).clicked() {
                    *wish = Some(Wish::Tag(key.clone(), None));
                }
            }
        });
        ui.horizontal_wrapped(|ui| {
            let (_, pressed) = bar::tag_field(ui, &mut self.tag, "New tag");
            if pressed && let Ok((key, value)) = read_tag(&self.tag) {
                *wish = Some(Wish::Tag(key.to_owned(), Some(value.to_owned())));
                self.tag.clear();
            }
        });
    }
}

fn head(
    ui: &mut Ui,
    run: &RunSummary,
    pages: &Pages,
    scene: &mut Scene<'_>,
    wish: &mut Option<Wish>,
) {
    let palette = Palette::here(ui);
    ui.spacing_mut().item_spacing.y = space::HAIR;
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if run.deleted_ms.is_none() {
                if kit::icon_button(ui, Icon::Bin, "Delete this run").clicked() {
                    *wish = Some(Wish::Delete);
                }
                if kit::icon_button(ui, Icon::Out, "Export this run…").clicked() {
                    *wish = Some(Wish::Export);
                }
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(Label::new(RichText::new(&run.board).font(text::heading())).truncate());
            });
        });
    });
    // Lines of text here, not of buttons.
    let button_height = std::mem::replace(&mut ui.spacing_mut().interact_size.y, 18.0);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(model_words(run)).color(palette.soft));
        kit::labels(ui, run.synthetic, run.emulated);
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let small = |words: String| RichText::new(words).font(text::small()).color(palette.soft);
        row::state(ui, run);
        ui.label(small("·".into()));
        ui.label(small(ago(run.created_ms, scene.now_ms))).on_hover_text(moment(run.created_ms));
        if let Some(finished_ms) = run.finished_ms {
            ui.label(small("·".into()));
            ui.label(small(format!("took {}", lasted(finished_ms - run.created_ms))));
        }
        ui.label(small("·".into()));
        ui.label(small(kind_word(run.kind).into()));
    });
    ui.spacing_mut().interact_size.y = button_height;
    if run.status != RunStatus::Complete
        && let Some(reason) = &run.reason
    {
        kit::notice(ui, Tone::Warning, reason, Some("What was recorded until then is kept"));
    }
    if let Some(deleted_ms) = run.deleted_ms {
        let words = format!("Deleted {}", ago(deleted_ms, scene.now_ms));
        let hint = format!("It goes for good {}", gone_in(deleted_ms, scene.now_ms));
        kit::notice(ui, Tone::Warning, &words, Some(&hint));
    }
    ui.add_space(space::SMALL);
    ui.horizontal_wrapped(|ui| {
        if run.deleted_ms.is_some() {
            if kit::button(ui, Weight::Primary, Some(Icon::Undo), "Restore this run").clicked() {
                *wish = Some(Wish::Restore);
            }
            return;
        }
        if kit::button(ui, Weight::Primary, Some(Icon::Pulse), "Watch this run").clicked() {
            *wish = Some(Wish::Watch);
        }
        let listed = pages.all().chain(&scene.model.recent);
        let previous = previous(listed, run);
        let compare = ui.add_enabled_ui(previous.is_some(), |ui| {
            kit::button(ui, Weight::Plain, Some(Icon::Compare), "With previous")
        });
        let hover = match previous {
            Some(previous) => format!(
                "Compare with the run of the same board and model before it, {}",
                ago(previous.created_ms, scene.now_ms)
            ),
            None => "No earlier complete run of this board and model is listed".to_owned(),
        };
        let compare = compare.inner.on_hover_text(&hover).on_disabled_hover_text(&hover);
        if compare.clicked() {
            *wish = previous.map(|previous| Wish::Compare(previous.run.clone()));
        }
    });
}

/// The last complete run before this one that can be held against it.
fn previous<'a>(
    listed: impl Iterator<Item = &'a RunSummary>,
    run: &RunSummary,
) -> Option<&'a RunSummary> {
    listed
        .filter(|other| other.created_ms < run.created_ms && other.run != run.run)
        .filter(|other| other.status == RunStatus::Complete && other.deleted_ms.is_none())
        .filter(|other| alike(other, run))
        .max_by_key(|other| other.created_ms)
}

fn figures(ui: &mut Ui, run: &RunSummary, detail: &RunDetail) {
    ui.add_space(space::SMALL);
    let tile = |name: &str| {
        let title = metric(name).map_or(name, |metric| metric.title);
        let view = detail.metrics.iter().find(|view| view.name == name);
        match view {
            Some(view) => {
                let unit = view.unit.as_str();
                let under = format!("{}, n = {}", range(view.min, view.max, unit), view.n);
                Figure::new(title, Some(with_unit(view.median, unit)), under)
            }
            None => match figure(run, name) {
                Ok(value) => Figure::new(title, Some(value), ""),
                Err(why) => Figure::new(title, None, why),
            },
        }
    };
    let tiles: Vec<Figure> = ["tokens_per_s", "ttft_ms"].map(tile).into();
    // A tile fills the height it is given, and a scrolled page has no end.
    ui.scope(|ui| {
        ui.set_max_height(48.0);
        kit::figures(ui, &tiles);
    });
    if detail.metrics.is_empty() {
        return;
    }
    facts::section(ui, "Figures", |_| {});
    facts::metrics(ui, &detail.metrics);
    if detail.median("energy_mj").is_none() {
        let palette = Palette::here(ui);
        let why = super::words::why_absent(run.status, "energy_mj");
        let words = RichText::new(format!("energy — {}", lower(why)));
        ui.add(Label::new(words.font(text::small()).color(palette.faint)).wrap());
    }
}

/// A sentence in the middle of another.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn written(ui: &mut Ui, words: &str, run: &RunSummary, asks: &mut Asks) {
    let palette = Palette::here(ui);
    facts::section(ui, "What the model wrote", |ui| {
        if kit::icon_button(ui, Icon::Copy, "Copy what the model wrote").clicked() {
            asks.copy(words.to_owned());
        }
        kit::labels(ui, run.synthetic, run.emulated);
    });
    let sunk = egui::Frame::new()
        .fill(palette.sunk)
        .corner_radius(space::CORNER_SMALL)
        .inner_margin(egui::Margin::symmetric(10, 8));
    sunk.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let scroll = ScrollArea::vertical().id_salt("written").max_height(160.0);
        scroll.show(ui, |ui| ui.add(Label::new(words).wrap().selectable(true)));
    });
}

#[cfg(test)]
mod tests;
