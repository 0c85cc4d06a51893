//! Runs: the history. A list that is read as one scrolls, a trend of one metric over it, and all of
//! the one run that is chosen.
//!
//! `pages` holds what was read, `chosen` what is chosen, `trend` and `strip` are the
//! arithmetic of the plots, `fields` has what can be chosen where nothing can be seen; the rest draws and asks.

mod bar;
mod change;
mod chosen;
mod columns;
mod detail;
mod facts;
mod fields;
mod files;
mod filter;
mod list;
mod page;
mod pages;
mod row;
mod sides;
mod strip;
mod strip_plot;
mod trend;
mod trend_plot;
mod when;
mod words;

use egui::Ui;
use protocol::moment::moment;
use protocol::{Event, RunId, RunSummary};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::aloud::{Field, Press};
use crate::asks::{Asks, Go};
use crate::link::Incoming;
use crate::model::Model;
use crate::panel::{Panel, Scene};
use crate::shell::Told;
use crate::toast::Toast;
use change::Change;
use chosen::Chosen;
use detail::Detail;
use files::Files;
use filter::Filter;
use list::List;
use pages::{Heard, Pages};
use sides::Sides;
use trend::Across;
use trend_plot::TrendPlot;

/// Runs that one command may name; a selector takes no more.
const AT_ONCE: usize = 1000;
/// Of the newest runs so many are read out.
const ALOUD: usize = 8;

/// The room.
#[derive(Debug, Default)]
pub struct Runs {
    keep: Keep,
    filter: Filter,
    pages: Pages,
    chosen: Chosen,
    /// All runs are to be chosen, as soon as their pages are here.
    choosing_all: bool,
    sides: Sides,
    list: List,
    trend: TrendPlot,
    detail: Detail,
    files: Files,
    change: Change,
    /// A run to choose once the list it is in was read.
    to_show: Option<RunId>,
    /// The window shows this room.
    open: bool,
}

/// What is remembered between starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Keep {
    trend: Shown,
    metric: String,
    across: Across,
    repetitions: String,
}

/// Whether a part of the page is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Shown {
    Yes,
    No,
}

impl Default for Keep {
    fn default() -> Keep {
        Keep {
            trend: Shown::Yes,
            metric: "tokens_per_s".into(),
            across: Across::Time,
            repetitions: "ttft_ms".into(),
        }
    }
}

impl Panel for Runs {
    fn hear(&mut self, incoming: &Incoming, scene: &mut Scene<'_>) {
        match incoming {
            Incoming::Connected => {
                self.pages.turn(self.filter.asked(), scene.asks);
                self.detail.changed();
            }
            Incoming::Lost { .. } => {}
            Incoming::Reply { request, reply } => {
                match self.pages.hear(*request, reply) {
                    Heard::Nothing => {}
                    Heard::Page => self.list.follow(&self.pages, &mut self.chosen),
                    Heard::Turned => {
                        self.list.top();
                        if let Some(run) = self.to_show.take() {
                            self.show(run);
                        }
                    }
                }
                if self.choosing_all {
                    self.chosen.extend(self.pages.all().map(|run| &run.run));
                }
                self.detail.hear(*request, reply);
                self.files.hear(*request, reply, scene.asks);
                if let Some(gone) = self.change.hear(*request, reply, scene.asks) {
                    self.chosen.forget(&gone);
                    self.sides.forget(&gone);
                }
            }
            Incoming::Event(event) => match &**event {
                Event::RunStarted(_) => self.pages.changed(),
                Event::RunFinished { run, .. } | Event::RunChanged { run } => {
                    self.pages.changed();
                    self.detail.run_changed(run);
                }
                _ => {}
            },
        }
    }

    fn told(&mut self, told: &Told, scene: &mut Scene<'_>) {
        self.files.told(told, scene.asks);
    }

    fn enter(&mut self, go: &Go, _: &mut Scene<'_>) {
        if let Go::Show(run) = go {
            if self.filter.bin() {
                self.filter.close_bin();
                self.to_show = Some(run.clone());
            } else {
                self.show(run.clone());
            }
        }
        self.list.take_focus();
    }

    fn leave(&mut self, _: &mut Scene<'_>) {
        self.open = false;
    }

    fn act(&mut self, action: Action, scene: &mut Scene<'_>) -> bool {
        match action {
            Action::Search if self.open => self.filter.take_focus(),
            Action::Delete => self.delete(scene.asks),
            Action::Undelete => {
                let open = self.open;
                return self.change.bring_back(scene.asks) || open;
            }
            Action::Import => self.files.import(scene),
            Action::Export if self.chosen.len() == 0 => {
                let hint = Some("Click a run in the list");
                let severity = protocol::Severity::Info;
                scene.asks.toast(Toast::notice(severity, "No run is chosen to export", hint));
            }
            Action::Export => self.change.export(),
            Action::CompareChosen => self.compare(scene.asks),
            _ => return false,
        }
        true
    }

    fn aloud(&self, model: &Model) -> Vec<String> {
        let said = |run: &RunSummary| words::said(run, &moment(run.created_ms));
        let chosen = self.chosen.only().and_then(|run| self.pages.get(run).or(model.run(run)));
        let chosen = chosen.map(|run| format!("Shown: {}", said(run)));
        chosen.into_iter().chain(model.recent.iter().take(ALOUD).map(said)).collect()
    }

    fn fields(&self, model: &Model) -> Vec<Field> {
        self.spoken_fields(model)
    }

    fn deeds(&self, _: &Model) -> Vec<(String, Press)> {
        self.spoken_deeds()
    }

    fn write(&mut self, field: &str, value: &str, scene: &mut Scene<'_>) {
        self.spoken_write(field, value, scene);
    }

    fn ui(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        self.open = true;
        page::page(self, ui, scene);
    }

    fn memory(&self) -> Option<String> {
        serde_json::to_string(&self.keep).ok()
    }

    fn recall(&mut self, memory: &str) {
        if let Ok(keep) = serde_json::from_str(memory) {
            self.keep = keep;
        }
    }
}

impl Runs {
    /// Chooses one run and scrolls to it.
    fn show(&mut self, run: RunId) {
        let row = self.pages.find(&run);
        self.chosen.only_run(run, row);
        self.choosing_all = false;
        self.list.scroll_to(row);
    }

    /// Deletes what is chosen.
    fn delete(&mut self, asks: &mut Asks) {
        if !self.filter.bin() && self.chosen.len() <= AT_ONCE {
            self.change.delete(self.chosen.runs(), asks);
        }
    }

    /// Compares the two sides, or the two chosen runs.
    fn compare(&mut self, asks: &mut Asks) {
        let sides = self.sides.compared(self.chosen.runs(), |run| self.pages.get(run));
        match sides {
            Ok((base, candidate)) => asks.go(Go::Compare { base, candidate }),
            Err(why) => asks.toast(Toast::notice(
                protocol::Severity::Info,
                why,
                Some("Click a run, then Ctrl+click another"),
            )),
        }
    }
}
