//! Documents in, fewer tokens out: what a person does, what is sent, and what a reply shows.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Event as Input, Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable;
use protocol::{
    BudgetSpec, Code, Command, CompressSpec, CompressedDocument, DocumentSource, Event, Failure,
    JobId, JobKind, JobOutcome, JobView, SourceText,
};
use ui::Incoming;
use ui::asks::{Go, Handed, Place};
use ui::shell::{Chosen, Dialog, Many};

use super::sample;
use super::support::{NOW_MS, Rig};

const NOTES: &str = "/home/ada/field-notes.md";

fn rig() -> Rig {
    rig_with(Vec2::new(1280.0, 800.0), "light")
}

fn rig_with(size: Vec2, theme: &'static str) -> Rig {
    let mut rig = Rig::with(size, theme, |_, _| {});
    go(&mut rig, Go::To(Place::Compress));
    rig
}

fn go(rig: &mut Rig, go: Go) {
    rig.harness.state_mut().as_mut().expect("it was drawn").go(go);
    rig.run();
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads no file".into())
    }
}

fn drop_files(rig: &mut Rig, paths: &[&str]) {
    rig.sent();
    let files = paths.iter().map(|path| Arc::new(Dropped(path.into())) as _);
    rig.harness.input_mut().dropped_files = files.collect();
    rig.run();
}

fn finish(rig: &mut Rig, outcomes: Vec<Result<CompressedDocument, Failure>>) {
    let outcome = JobOutcome::Compressed(outcomes);
    rig.event(Event::JobFinished { job: JobId(1), outcome });
}

fn map(rig: &mut Rig) {
    let outcome = JobOutcome::Heat(sample::heat());
    rig.event(Event::JobFinished { job: JobId(3), outcome });
}

/// One document, compressed and mapped.
fn full(size: Vec2, theme: &'static str) -> Rig {
    let mut rig = rig_with(size, theme);
    drop_files(&mut rig, &[NOTES]);
    finish(&mut rig, vec![Ok(sample::compressed())]);
    map(&mut rig);
    rig
}

fn specs(sent: &[Command]) -> Vec<CompressSpec> {
    let spec = |command: &Command| match command {
        Command::Compress { spec } => Some(spec.clone()),
        _ => None,
    };
    sent.iter().filter_map(spec).collect()
}

/// Time goes by: what waits for it becomes due.
fn later(rig: &mut Rig) {
    rig.harness.run_steps(4);
    rig.run();
}

fn many() -> Vec<Result<CompressedDocument, Failure>> {
    let names = ["field-notes.md", "log/2025-11-03.log", "contract.pdf", "seals.csv", "readme.md"];
    let kinds = ["markdown", "log", "prose", "table", "markdown"];
    let mut all: Vec<_> = names
        .iter()
        .zip(kinds)
        .zip([61_u64, 4_210, 18_400, 900, 340])
        .map(|((name, kind), tokens)| {
            Ok(CompressedDocument {
                name: (*name).into(),
                kind: kind.into(),
                tokens_in: tokens * 4 + 3,
                tokens_out: tokens,
                ratio: Some((tokens * 4 + 3) as f64 / tokens as f64),
                source: None,
                ..sample::compressed()
            })
        })
        .collect();
    if let Ok(document) = &mut all[3] {
        document.refused = Some("a budget of 225 tokens cannot hold one whole record".into());
    }
    all.insert(
        2,
        Err(Failure::new(Code::BadInput, "scan.pdf holds pictures and no text")
            .with_hint("run it through a text recogniser first")),
    );
    all
}

#[test]
fn pictures() {
    let (wide, small) = (Vec2::new(1280.0, 800.0), Vec2::new(1024.0, 700.0));
    full(wide, "light").picture("compress-full-light");
    full(wide, "dark").picture("compress-full-dark");
    full(small, "light").picture("compress-full-small");
    full(Vec2::new(1920.0, 1080.0), "dark").picture("compress-full-large");
    full(Vec2::new(700.0, 900.0), "light").picture("compress-full-narrow");
    let mut rig = rig();
    rig.harness.input_mut().hovered_files =
        vec![egui::HoveredFile { path: Some(NOTES.into()), ..Default::default() }];
    rig.harness.step();
    rig.picture("compress-hovering");
    let mut rig = full(wide, "light");
    rig.harness.get_by_label("15 words left out").click();
    rig.run();
    rig.picture("compress-gap-opened");
    for (theme, name) in [("light", "compress-many-light"), ("dark", "compress-many-dark")] {
        let mut rig = rig_with(wide, theme);
        drop_files(&mut rig, &["/docs"]);
        finish(&mut rig, many());
        rig.picture(name);
    }
    let mut rig = rig_with(wide, "light");
    drop_files(&mut rig, &["/docs"]);
    going_on(&mut rig);
    rig.picture("compress-going-on");
    let mut rig = rig_with(wide, "dark");
    drop_files(&mut rig, &[NOTES]);
    let refused = "a budget of 2 tokens cannot hold one whole unit of this text and only 2 words \
                   of it are left, ask for more";
    let document = CompressedDocument { refused: Some(refused.into()), ..sample::compressed() };
    finish(&mut rig, vec![Ok(document)]);
    rig.picture("compress-refused");
}

fn going_on(rig: &mut Rig) {
    rig.event(Event::JobStarted(JobView {
        job: JobId(1),
        kind: JobKind::Compress,
        title: "docs".into(),
        doing: String::new(),
        done: 0,
        total: 0,
        began_ms: NOW_MS - 20_000,
    }));
    let doing = "compressing contract.pdf".to_owned();
    rig.event(Event::JobProgressed { job: JobId(1), doing, done: 4, total: 12 });
    later(rig);
}
