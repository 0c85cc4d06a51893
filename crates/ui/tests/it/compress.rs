//! Documents in, fewer tokens out: what a person does, what is sent, and what a reply shows.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Event as Input, Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable;
use protocol::{
    BudgetSpec, Code, Command, CompressSpec, CompressedDocument, DocumentSource, Event, Failure,
    JobId, JobKind, JobOutcome, JobView, SourceText,
};
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
        Err(Failure::new(Code::BadInput, "scan.pdf holds pictures and no text")
            .with_hint("run it through a text recogniser first")),
    );
    all
}

#[test]
fn dropped_documents_are_compressed_at_once() {
    let mut rig = rig();
    drop_files(&mut rig, &[NOTES]);
    let spec = specs(&rig.sent()).remove(0);
    assert_eq!(spec.documents, [DocumentSource::File(NOTES.into())]);
    assert_eq!((spec.budget, spec.total), (BudgetSpec::Ratio(4.0), false));
    assert_eq!((spec.tokenizer.as_str(), spec.strategy.as_str()), ("o200k", "automatic"));
    assert_eq!((spec.focus, spec.source), (None, SourceText::Returned));
    finish(&mut rig, vec![Ok(sample::compressed())]);
    assert!(rig.tells("128 → 61") && rig.tells("2.1×") && rig.tells("48 %"));
    assert!(rig.tells("Pressure before the repair was 2.1 bar"));
    let heat = rig.sent().into_iter().find_map(|command| match command {
        Command::MapHeat { spec } => Some(spec),
        _ => None,
    });
    let heat = heat.expect("a short document is mapped without asking");
    assert_eq!(heat.ratios, [1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0]);
    assert!(!rig.shows("Survives"));
    map(&mut rig);
    assert!(rig.shows("Survives") && rig.shows("This ground survives to 16×"));
}

#[test]
fn documents_are_handed_in_by_other_rooms() {
    let mut rig = Rig::new();
    let source = DocumentSource::Bytes { name: "log".into(), bytes: b"a b c".to_vec() };
    rig.sent();
    go(&mut rig, Go::Compress(vec![Handed { name: "log".into(), source: source.clone() }]));
    assert_eq!(specs(&rig.sent())[0].documents, [source]);
    assert_eq!(rig.desk().place(), Place::Compress);
}

#[test]
fn documents_and_folders_are_opened_by_dialogs() {
    let mut rig = rig();
    rig.click("Open documents…");
    assert!(matches!(
        rig.around.borrow().dialogs.last(),
        Some((_, Dialog::Files { many: Many::Several, .. }))
    ));
    rig.sent();
    rig.choose(Chosen::Paths(vec!["/a.md".into(), "/b.md".into()]));
    assert_eq!(specs(&rig.sent())[0].documents.len(), 2);
    rig.click("Open folder…");
    rig.choose(Chosen::Paths(vec!["/docs".into()]));
    let spec = specs(&rig.sent()).remove(0);
    assert_eq!(spec.documents, [DocumentSource::File("/docs".into())]);
    assert_eq!(spec.source, SourceText::Left, "a folder may hold much");
}

#[test]
fn without_dialogs_a_path_is_typed() {
    let mut rig = rig();
    rig.click("Open documents…");
    rig.choose(Chosen::Unavailable { why: "no portal answers".into() });
    assert!(rig.tells("no portal answers"));
    let field = input(&rig, "Path of a document or a folder");
    field.focus();
    field.type_text(NOTES);
    rig.run();
    rig.sent();
    rig.click("Open this path");
    assert_eq!(specs(&rig.sent())[0].documents, [DocumentSource::File(NOTES.into())]);
}

#[test]
fn a_pasted_text_is_a_document() {
    let mut rig = rig();
    rig.sent();
    rig.harness.event(Input::Paste("the pump failed".into()));
    rig.run();
    let expect =
        DocumentSource::Bytes { name: "Pasted text".into(), bytes: b"the pump failed".to_vec() };
    assert_eq!(specs(&rig.sent())[0].documents, std::slice::from_ref(&expect));

    let mut rig = rig_with(Vec2::new(1280.0, 800.0), "light");
    rig.click("Paste");
    rig.sent();
    rig.harness.event(Input::Text("the pump failed".into()));
    rig.run();
    rig.click("Use this text");
    assert_eq!(specs(&rig.sent())[0].documents, [expect]);
}

#[test]
fn where_nothing_can_be_dropped_the_reason_is_said() {
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |_, around| {
        around.surroundings.no_drops = Some("Wayland offers this program no drops".into());
    });
    go(&mut rig, Go::To(Place::Compress));
    assert!(rig.tells("Wayland offers this program no drops"));
    assert!(!rig.tells("Drop documents"));
    assert!(rig.tells("past 4× prose loses much"), "what is lost is said beforehand");
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
    assert_eq!(spec.tokenizer, "/home/ada/models/tok512.bin");
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
fn a_gap_opens_in_place() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    assert!(rig.tells("42 words left out in 4 gaps"));
    let read = |rig: &Rig| rig.harness.query_all_by_label_contains("It rained all morning").count();
    assert_eq!(read(&rig), 1, "in the document alone");
    press_a_gap(&mut rig);
    assert_eq!(read(&rig), 2);
    press_a_gap(&mut rig);
    assert_eq!(read(&rig), 1);
}

#[test]
fn a_gap_opens_by_key() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.harness.get_by_label("26 words left out").focus();
    rig.run();
    rig.harness.key_press(Key::Enter);
    rig.run();
    assert_eq!(rig.harness.query_all_by_label_contains("It rained all morning").count(), 2);
}

#[test]
fn pressing_what_is_left_shows_where_it_stood() {
    let mut rig = rig();
    drop_files(&mut rig, &[NOTES]);
    let line =
        |n: usize| format!("line {n} says that nothing of note was seen at the pump today\n");
    let source: String = (0..400).map(line).collect();
    let text = line(399);
    let (from, to) = ((source.len() - text.len()) as u64, source.len() as u64);
    let spans = vec![protocol::SpanView { out: [0, text.len() as u64], src: [from, to] }];
    let gaps = vec![protocol::GapView { at: 0, src: [0, from], units: 4800 }];
    let source = Some(source);
    let document = CompressedDocument { text, spans, gaps, source, ..sample::compressed() };
    finish(&mut rig, vec![Ok(document)]);
    assert_eq!(rig.harness.query_all_by_label_contains("line 399 ").count(), 1);
    rig.harness.get_by_label_contains("line 399 ").click();
    rig.run();
    assert_eq!(rig.harness.query_all_by_label_contains("line 399 ").count(), 2);
    // And back to the beginning by key.
    let pane = rig.harness.get_by_role_and_label(egui::accesskit::Role::ScrollView, "The document");
    pane.focus();
    rig.run();
    rig.harness.key_press(Key::Home);
    later(&mut rig);
    assert!(rig.tells("line 0 says"));
}

#[test]
fn files_over_a_full_page_say_what_letting_go_will_do() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.harness.input_mut().hovered_files = vec![egui::HoveredFile::default(); 3];
    rig.harness.step();
    rig.picture("compress-hovering-full");
    drop_files(&mut rig, &["/c.md"]);
    assert_eq!(specs(&rig.sent())[0].documents, [DocumentSource::File("/c.md".into())]);
}

#[test]
fn what_was_lost_is_counted_and_found() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    assert!(rig.shows("1 number lost") && rig.shows("0 negations lost"));
    assert!(rig.tells("Measured on SQuAD"));
    rig.click("Find 40 minutes");
    assert!(rig.tells("within 40 minutes"));
}

#[test]
fn what_is_left_is_copied_as_it_is_and_as_a_prompt() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    let copied = |rig: &mut Rig, name: &str| {
        rig.harness.get_by_label(name).click();
        (0..5).find_map(|_| {
            rig.harness.step();
            let commands = &rig.harness.output().platform_output.commands;
            commands.iter().find_map(|command| match command {
                egui::OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            })
        })
    };
    let text = copied(&mut rig, "Copy what is left");
    assert_eq!(text, Some(sample::compressed().text));
    let text = copied(&mut rig, "Copy as prompt").expect("it was copied");
    assert!(text.starts_with("<document name=\"field-notes.md\">\n# Field notes"), "{text}");
}

#[test]
fn what_is_left_is_saved_beside_and_never_over_the_document() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    rig.run();
    let dialog = rig.around.borrow().dialogs.last().map(|(_, dialog)| dialog.clone());
    assert!(
        matches!(&dialog, Some(Dialog::Save { name, .. }) if name == "field-notes.compressed.md"),
        "{dialog:?}"
    );
    rig.choose(Chosen::Paths(vec!["/tmp/left.md".into()]));
    let text = sample::compressed().text;
    assert_eq!(rig.around.borrow().written, [(PathBuf::from("/tmp/left.md"), text)]);
    assert!(rig.tells("Saved /tmp/left.md"));
    rig.click("Save…");
    rig.choose(Chosen::Unavailable { why: "no portal answers".into() });
    rig.click("Save there");
    assert_eq!(rig.around.borrow().written.len(), 2);
}

#[test]
fn a_document_is_tried_on_the_board() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.click("Try on the board");
    assert_eq!(rig.desk().place(), Place::Fit);
}

#[test]
fn failures_stand_among_successes_and_hide_none() {
    let mut rig = rig();
    drop_files(&mut rig, &["/docs"]);
    finish(&mut rig, many());
    assert!(rig.tells("1 failed, 1 refused"));
    assert!(rig.tells("scan.pdf holds pictures and no text"));
    assert!(rig.tells("readme.md, 1363 to 340 tokens"));
    rig.sent();
    rig.click("readme.md, 1363 to 340 tokens, 4×");
    // Its own text was left where it is, and is fetched now.
    let spec = specs(&rig.sent()).remove(0);
    assert_eq!(spec.documents, [DocumentSource::File("/docs/readme.md".into())]);
    assert_eq!(spec.source, SourceText::Returned);
    assert!(rig.tells("The document is being read"));
    finish(&mut rig, vec![Ok(sample::compressed())]);
    assert!(rig.tells("It rained all morning"));
    rig.click("All 6 documents");
    assert!(rig.tells("readme.md, 1363 to 340 tokens"));
    rig.click("Save all into a folder…");
    rig.choose(Chosen::Paths(vec!["/out".into()]));
    let written: Vec<String> = rig
        .around
        .borrow()
        .written
        .iter()
        .map(|(path, _)| path.file_name().expect("it is a file").to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        written,
        [
            "field-notes.compressed.md",
            "log-2025-11-03.compressed.log",
            "contract.compressed.txt",
            "seals.compressed.csv",
            "readme.compressed.md"
        ]
    );
    assert!(rig.tells("Saved 5 documents"));
}

#[test]
fn a_document_that_changed_meanwhile_is_not_shown_as_the_old_one() {
    let mut rig = rig();
    drop_files(&mut rig, &["/docs"]);
    finish(&mut rig, many());
    rig.click("readme.md, 1363 to 340 tokens, 4×");
    let other = CompressedDocument { source_sha256: "other".into(), ..sample::compressed() };
    finish(&mut rig, vec![Ok(other)]);
    assert!(rig.tells("has changed since it was compressed"));
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
fn a_refused_budget_says_what_was_reached() {
    let mut rig = rig();
    drop_files(&mut rig, &[NOTES]);
    let refused = Some("a budget of 2 tokens cannot hold one whole unit of this text".into());
    finish(&mut rig, vec![Ok(CompressedDocument { refused, ..sample::compressed() })]);
    assert!(rig.tells("cannot hold one whole unit") && rig.tells("Reached 2.1×: 61 tokens"));
}

#[test]
fn one_line_of_five_megabytes_is_laid_out_only_where_it_is_looked_at() {
    let mut rig = rig();
    drop_files(&mut rig, &[NOTES]);
    let source = "lorem ipsum dolor sit amet ".repeat(5_000_000 / 27);
    let text = source.clone();
    let length = source.len() as u64;
    let spans = vec![protocol::SpanView { out: [0, length], src: [0, length] }];
    let source = Some(source);
    let gaps = Vec::new();
    let document = CompressedDocument { source, text, spans, gaps, ..sample::compressed() };
    finish(&mut rig, vec![Ok(document)]);
    let pieces = rig.harness.query_all_by_label_contains("lorem ipsum").count();
    assert!((2..60).contains(&pieces), "{pieces}");
    let began = std::time::Instant::now();
    rig.harness.run_steps(10);
    println!("a frame took {:?}", began.elapsed() / 10);
}

#[test]
fn spans_from_elsewhere_never_end_the_window() {
    let mut rig = rig();
    drop_files(&mut rig, &[NOTES]);
    let text = "помпа µ été ½".to_owned();
    let spans = [[0, 1], [2, 90], [5, 4], [u64::MAX - 1, u64::MAX]];
    let spans = spans.map(|range| protocol::SpanView { out: range, src: range }).to_vec();
    let gap = |at, src| protocol::GapView { at, src, units: 3 };
    let gaps = vec![gap(1, [1, 2]), gap(u64::MAX, [0, u64::MAX]), gap(7, [9, 3])];
    let source = Some(text.clone());
    finish(
        &mut rig,
        vec![Ok(CompressedDocument { text, spans, gaps, source, ..sample::compressed() })],
    );
    press_a_gap(&mut rig);
    assert!(rig.shows("What is left"));
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

#[test]
fn nothing_is_drawn_again_while_a_document_is_read() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    later(&mut rig);
    let output = rig.harness.output();
    let delays = output.viewport_output.values().map(|viewport| viewport.repaint_delay);
    let soon = delays.min().expect("there is a window");
    assert!(soon > std::time::Duration::from_secs(1), "repaints after {soon:?}");
}

#[test]
fn pictures_of_compress() {
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
    press_a_gap(&mut rig);
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
