//! A folder that goes into another: offered, going on, stopped, done.

use std::path::Path;

use egui::{Align, Layout, RichText, Ui};
use protocol::numbers::{bytes, with_unit};
use protocol::{Code, FolderSpec, FolderView};

use super::folder::FolderWork;
use super::presets::{grouped, times};
use crate::icon::Icon;
use crate::kit::{self, Figure, Weight};
use crate::model::Job;
use crate::theme::{Palette, space, text};
use crate::toast::Tone;
use crate::words::capital;

/// Failures that are named on the page; the manifest has all.
const NAMED: usize = 6;

/// What a person wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To choose where to.
    Choose,
    Stop,
    GoOn,
    Close,
}

/// Draws how it stands with the folder.
pub(super) fn ui(
    ui: &mut Ui,
    folder: &Path,
    work: &FolderWork,
    job: Option<&Job>,
    now_ms: i64,
) -> Option<Wish> {
    let wish = match (&work.ended, &work.spec) {
        _ if work.errand.goes_on() => going(ui, job, now_ms),
        (Some(Ok(view)), Some(spec)) => done(ui, view, spec),
        (Some(Err(failure)), Some(spec)) if failure.code == Code::Cancelled => {
            let into = spec.into.display();
            let words = format!("Stopped; what is done is in {into}, and it goes on from there");
            kit::notice(ui, Tone::Info, &words, None);
            again(ui, "Go on")
        }
        (Some(Err(failure)), Some(_)) => {
            kit::notice(ui, Tone::Failure, &failure.message, failure.hint.as_deref());
            again(ui, "Try again")
        }
        _ => offer(ui, folder),
    };
    ui.add_space(space::SMALL);
    wish
}

fn offer(ui: &mut Ui, folder: &Path) -> Option<Wish> {
    let mut wish = None;
    kit::card_with(ui, egui::Margin::symmetric(14, 8), |ui| {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let button = kit::button(ui, Weight::Plain, Some(Icon::Folder), "Into a folder…");
                if button.clicked() {
                    wish = Some(Wish::Choose);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let palette = Palette::here(ui);
                    let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
                    let words = format!(
                        "{name}: any number of documents can go into another folder; stopped, that \
                         goes on where it was"
                    );
                    let shown = RichText::new(&words).font(text::small()).color(palette.soft);
                    ui.add(egui::Label::new(shown).truncate()).on_hover_text(words);
                });
            });
        });
    });
    wish
}

fn going(ui: &mut Ui, job: Option<&Job>, now_ms: i64) -> Option<Wish> {
    let mut wish = None;
    kit::card_with(ui, egui::Margin::symmetric(14, 10), |ui| {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if kit::button(ui, Weight::Plain, None, "Stop").clicked() {
                    wish = Some(Wish::Stop);
                }
                if let Some(left_s) = job.and_then(|job| job.left_s(now_ms)) {
                    kit::soft(ui, &kit::left(left_s));
                }
                if let Some(job) = job.filter(|job| job.view.done > 0) {
                    let of = match job.view.total {
                        0 => String::new(),
                        total => format!(" of {}", grouped(total)),
                    };
                    kit::soft(ui, &format!("{}{of}", grouped(job.view.done)));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let doing = job.map(|job| job.view.doing.as_str());
                    let doing = doing.filter(|doing| !doing.is_empty()).unwrap_or("compressing");
                    ui.add(egui::Label::new(capital(doing)).truncate());
                });
            });
        });
        match job.and_then(Job::share) {
            Some(share) => kit::progress(ui, share, "Into a folder"),
            None => kit::busy(ui, "Into a folder"),
        };
    });
    wish
}

fn again(ui: &mut Ui, word: &str) -> Option<Wish> {
    let mut wish = None;
    ui.horizontal(|ui| {
        if kit::button(ui, Weight::Primary, None, word).clicked() {
            wish = Some(Wish::GoOn);
        }
        if kit::button(ui, Weight::Plain, None, "Another folder…").clicked() {
            wish = Some(Wish::Choose);
        }
        if kit::button(ui, Weight::Quiet, None, "Close").clicked() {
            wish = Some(Wish::Close);
        }
    });
    wish
}

fn done(ui: &mut Ui, view: &FolderView, spec: &FolderSpec) -> Option<Wish> {
    let mut wish = None;
    let close = |ui: &mut Ui, wish: &mut Option<Wish>| {
        if kit::icon_button(ui, Icon::Close, "Close this").clicked() {
            *wish = Some(Wish::Close);
        }
    };
    kit::titled(
        ui,
        "In a folder",
        |ui| close(ui, &mut wish),
        |ui| {
            kit::code(ui, &spec.into.display().to_string());
            figures(ui, view);
            failures(ui, view, spec);
        },
    );
    wish
}

fn figures(ui: &mut Ui, view: &FolderView) {
    let count = |count: u64, word: &str| (count > 0).then(|| format!("{} {word}", grouped(count)));
    let parts = [
        count(view.kept, "done before"),
        count(view.same, "with the contents of another"),
        count(view.refused, "refused"),
        count(view.failed, "failed"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let under = if parts.is_empty() { "all compressed".into() } else { parts.join(", ") };
    let ratio = (view.tokens_out > 0).then(|| view.tokens_in as f64 / view.tokens_out as f64);
    let mut tokens = Figure::new("Tokens", None, "before → after");
    tokens.value = format!("{} → {}", grouped(view.tokens_in), grouped(view.tokens_out));
    let size = format!("{} → {}", bytes(view.bytes_in as f64), bytes(view.bytes_out as f64));
    kit::figures(
        ui,
        &[
            Figure::new("Documents", Some(grouped(view.documents)), under),
            tokens,
            Figure::new("Ratio", ratio.map(times), size),
            Figure::new("Time", Some(with_unit(view.elapsed_ms, "ms")), "of all together"),
        ],
    );
}

fn failures(ui: &mut Ui, view: &FolderView, spec: &FolderSpec) {
    for (name, failure) in view.first_failures.iter().take(NAMED) {
        let words = format!("{name}: {}", failure.message);
        kit::notice(ui, Tone::Failure, &words, failure.hint.as_deref());
    }
    let more = view.failed.saturating_sub(view.first_failures.len().min(NAMED) as u64);
    if more > 0 {
        let manifest = spec.manifest.display();
        kit::soft(ui, &format!("{} more failed; {manifest} has all of them", grouped(more)));
    }
}
