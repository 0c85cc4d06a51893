//! Documents in, fewer tokens out: what a person does, what is sent, and what a reply shows.

mod as_one;
mod curve;
mod folder;
mod keeping;
mod many;
mod models;
mod pictures;
mod reading;
mod taken;
mod ways_in;

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Event as Input, Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable;
use protocol::{
    BudgetSpec, Code, Command, CompressSpec, CompressedDocument, DocumentOutcome, DocumentSource,
    Event, Failure, JobId, JobKind, JobOutcome, JobView, SourceText,
};
use ui::asks::{Go, Handed, Place};
use ui::shell::{Chosen, Dialog, Many};

use super::sample;
use super::support::{NOW_MS, Rig};

const NOTES: &str = "/data/ada/field-notes.md";

fn rig() -> Rig {
    rig_with(Vec2::new(1280.0, 800.0), "light")
}

fn rig_with(size: Vec2, theme: &'static str) -> Rig {
    let mut rig = Rig::with(size, theme, |_, _| {});
    go(&mut rig, Go::To(Place::Compress));
    rig
}

fn go(rig: &mut Rig, go: Go) {
    if let Some(desk) = rig.harness.state_mut() {
        desk.go(go);
    }
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
    let named = outcomes.into_iter().map(|result| {
        let name = result.as_ref().map_or("scan.pdf", |made| &made.name).to_owned();
        DocumentOutcome { name, result }
    });
    let outcome = JobOutcome::Compressed(named.collect());
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

/// The field of this name.
fn input<'a>(rig: &'a Rig, name: &'a str) -> egui_kittest::Node<'a> {
    rig.harness.get_by_role_and_label(egui::accesskit::Role::TextInput, name)
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
        Err(Failure::new(Code::BadInput, "the document holds pictures and no text")
            .with_hint("run it through a text recogniser first")),
    );
    all
}

#[test]
fn a_changed_control_compresses_again_after_a_moment() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.sent();
    rig.click("Window of 2 k tokens");
    later(&mut rig);
    let sent = specs(&rig.sent());
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].budget, BudgetSpec::Tokens(2048));
    // One that is overtaken is called off.
    let field = input(&rig, "Focus");
    field.focus();
    field.type_text("Who repaired the pump?");
    later(&mut rig);
    let sent = rig.sent();
    assert!(sent.contains(&Command::Cancel { job: JobId(1) }));
    assert_eq!(specs(&sent)[0].focus.as_deref(), Some("Who repaired the pump?"));
}

#[test]
fn long_documents_are_compressed_again_by_hand() {
    let mut rig = rig();
    drop_files(&mut rig, &[NOTES]);
    let source = Some("word ".repeat(300_000));
    let document = CompressedDocument { source, ..sample::compressed() };
    finish(&mut rig, vec![Ok(document)]);
    rig.sent();
    rig.click("Window of 8 k tokens");
    later(&mut rig);
    assert!(specs(&rig.sent()).is_empty());
    rig.click("Compress again");
    assert_eq!(specs(&rig.sent())[0].budget, BudgetSpec::Tokens(8192));
    // Nor is its map made without being asked for.
    assert!(rig.shows("Map what survives"));
    rig.click("Map what survives");
    assert!(rig.sent().iter().any(|command| matches!(command, Command::MapHeat { .. })));
}

#[test]
fn a_boards_window_brings_its_own_tokenizer() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.sent();
    rig.click("Window of stories260K");
    later(&mut rig);
    let spec = specs(&rig.sent()).remove(0);
    assert_eq!(spec.budget, BudgetSpec::Tokens(448));
    assert_eq!(spec.tokenizer, "/data/ada/models/tok512.bin");
}

#[test]
fn a_budget_that_is_no_number_is_said_and_not_sent() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.click("By tokens");
    later(&mut rig);
    rig.sent();
    let field = input(&rig, "Tokens that may remain");
    field.focus();
    field.type_text("x");
    later(&mut rig);
    assert!(specs(&rig.sent()).is_empty());
    assert!(rig.tells("Write a whole number of tokens"));
}

#[test]
fn long_work_shows_how_far_it_is_and_is_cancelled() {
    let mut rig = rig();
    drop_files(&mut rig, &["/docs"]);
    going_on(&mut rig);
    assert!(rig.tells("Compressing contract.pdf") && rig.tells("about 40 s left"));
    rig.sent();
    rig.click("Cancel");
    assert!(rig.sent().contains(&Command::Cancel { job: JobId(1) }));
    rig.click("Start compressing");
    assert_eq!(specs(&rig.sent()).len(), 1);
}

#[test]
fn what_does_not_work_is_said_on_the_page() {
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |wire, _| {
        let failure = Failure::new(Code::BadInput, "there is no tokenizer tok.json")
            .with_hint("choose another");
        wire.instead.insert("Compress", Err(failure));
    });
    go(&mut rig, Go::To(Place::Compress));
    drop_files(&mut rig, &[NOTES]);
    assert!(rig.tells("there is no tokenizer tok.json"));
    let mut rig = rig_with(Vec2::new(1280.0, 800.0), "light");
    drop_files(&mut rig, &[NOTES]);
    finish(&mut rig, vec![Err(Failure::new(Code::BadInput, "it is no text"))]);
    assert!(rig.tells("field-notes.md: it is no text"));
}

#[test]
fn the_controls_are_remembered_and_documents_are_not() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.click("Window of 4 k tokens");
    rig.harness.state_mut().as_mut().expect("it was drawn").remember();
    let memory = rig.around.borrow().memory.get("compress").cloned().expect("it is remembered");
    assert!(memory.contains("4096") && !memory.contains("field-notes"), "{memory}");
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |_, around| {
        around.memory.insert("compress".into(), memory);
    });
    go(&mut rig, Go::To(Place::Compress));
    drop_files(&mut rig, &[NOTES]);
    assert_eq!(specs(&rig.sent())[0].budget, BudgetSpec::Tokens(4096));
}

/// Presses the second gap.
fn press_a_gap(rig: &mut Rig) {
    let gaps = rig.harness.query_all_by_label_contains("words left out");
    let Some(gap) = gaps.filter(|gap| !format!("{gap:?}").contains("in ")).nth(1) else {
        panic!("there are no gaps");
    };
    gap.click();
    rig.run();
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
