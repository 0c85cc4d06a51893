//! The room of fits: what is asked for, how it goes on, what came out and where that leads.

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use protocol::{
    Bits, Code, Command, DocumentSource, Event, Failure, FitSpec, FitView, JobId, JobKind,
    JobOutcome, JobView, ModelChoice, Reply,
};
use ui::Incoming;
use ui::asks::{Go, Handed, Place};
use ui::shell::{Chosen, Dialog};

use super::sample;
use super::support::{NOW_MS, Rig};

const OURS: JobId = JobId(2);

fn handed() -> Go {
    let source = DocumentSource::Bytes { name: "field-notes.md".into(), bytes: b"text".to_vec() };
    Go::Fit(Handed { name: "field-notes.md".into(), source })
}

fn enter(rig: &mut Rig, go: Go) {
    if let Some(desk) = rig.harness.state_mut() {
        desk.go(go);
    }
    rig.run();
}

fn ready() -> Rig {
    let mut rig = Rig::new();
    enter(&mut rig, handed());
    rig.sent();
    rig
}

fn write(rig: &mut Rig, field: &str, text: &str) {
    rig.harness.get_by_role_and_label(Role::TextInput, field).focus();
    rig.run();
    rig.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    rig.harness.event(egui::Event::Text(text.into()));
    rig.run();
}

fn spec(rig: &mut Rig) -> Option<FitSpec> {
    rig.sent().into_iter().find_map(|command| match command {
        Command::Fit { spec } => Some(spec),
        _ => None,
    })
}

fn begin(rig: &mut Rig) {
    rig.click("Try it on the board");
    rig.event(Event::JobStarted(job()));
    let doing = "measuring".to_owned();
    rig.event(Event::JobProgressed { job: OURS, doing, done: 4, total: 11 });
}

fn job() -> JobView {
    JobView {
        job: OURS,
        kind: JobKind::Fit,
        title: "field-notes.md on This computer".into(),
        doing: "compressing".into(),
        done: 0,
        total: 1,
        began_ms: NOW_MS - 21_000,
    }
}

fn finish(rig: &mut Rig, view: FitView) {
    let outcome = JobOutcome::Fitted(Box::new(view));
    rig.event(Event::JobFinished { job: OURS, outcome });
}

fn result() -> Rig {
    let mut rig = ready();
    begin(&mut rig);
    finish(&mut rig, sample::fit());
    rig
}

fn too_long() -> FitView {
    let mut view = sample::fit();
    view.full.tokens = 1204;
    view.full.fits = false;
    view.full.run = None;
    view.full.ttft_ms = None;
    view.full.total_s = None;
    view.saved = None;
    view.synthetic = true;
    view.emulated = true;
    view.board = "Emulated Cortex-M4F (QEMU)".into();
    view.notes.insert(
        0,
        "the document does not fit in full: it would take 1268 of 512 tokens with its prompt and \
         answer, so only the compressed side was run and nothing is extrapolated"
            .into(),
    );
    view
}

fn disabled(rig: &Rig, name: &str) -> bool {
    rig.harness.get_by_label(name).accesskit_node().is_disabled()
}

#[test]
fn beside_a_meter_energy_is_told_gross_and_above_the_idle_board() {
    let mut rig = ready();
    begin(&mut rig);
    let mut view = sample::fit();
    let value =
        |value: f64| Some(protocol::Interval { value, ci95: Some([value * 0.97, value * 1.02]) });
    view.meter = Some("Nordic PPK2".into());
    (view.full.energy_mj, view.full.net_energy_mj) = (value(61.0), value(30.0));
    (view.compressed.energy_mj, view.compressed.net_energy_mj) = (value(28.0), value(12.0));
    let saved = view.saved.as_mut().expect("both were run");
    (saved.energy_mj, saved.net_energy_mj) = (value(33.0), value(18.0));
    finish(&mut rig, view);
    assert!(rig.shows("Energy: 61.0 to 28.0 mJ, 33.0 mJ saved, 54 %"));
    assert!(rig.shows("Energy above idle: 30.0 to 12.0 mJ, 18.0 mJ saved, 60 %"));
    assert!(rig.shows("Energy by Nordic PPK2"));
    rig.picture("fit-energy");
}

#[test]
fn a_document_that_is_handed_over_is_tried_as_the_form_says() {
    let mut rig = ready();
    assert_eq!(rig.desk().place(), Place::Fit);
    write(&mut rig, "Question", "Who repaired the pump?");
    write(&mut rig, "Tokens to make", "40");
    write(&mut rig, "Tokens kept free", "20");
    rig.click("8-bit");
    rig.click("Try it on the board");
    let expect = FitSpec {
        document: DocumentSource::Bytes { name: "field-notes.md".into(), bytes: b"text".to_vec() },
        board: "host".into(),
        model: ModelChoice::Files {
            model: "/data/ada/models/stories260K.bin".into(),
            tokenizer: "/data/ada/models/tok512.bin".into(),
        },
        bits: Bits::Int8,
        tokens: 40,
        reserve: 20,
        prompt: "Who repaired the pump?".into(),
        focus: None,
        budget: None,
        repetitions: 10,
        seed: 1,
        meter: None,
    };
    assert_eq!(spec(&mut rig), Some(expect));
}

#[test]
fn a_budget_may_be_a_number() {
    let mut rig = ready();
    rig.click("A number");
    write(&mut rig, "Tokens of the document", "90");
    write(&mut rig, "Focus of the compression", "pressure");
    rig.click("Try it on the board");
    let spec = spec(&mut rig).expect("it was asked for");
    assert_eq!((spec.budget, spec.focus.as_deref()), (Some(90), Some("pressure")));
}

#[test]
fn what_makes_no_sense_is_said_and_not_sent() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Fit));
    assert!(rig.shows("choose a document"));
    assert!(disabled(&rig, "Try it on the board"));
    enter(&mut rig, handed());
    write(&mut rig, "Tokens to make", "600");
    assert!(rig.tells("answer and reserve take 600 of the model's 512 tokens"));
    write(&mut rig, "Tokens to make", "many");
    assert!(rig.shows("write a whole number"));
    assert!(rig.shows("tokens to make: write a whole number"));
    rig.sent();
    assert!(disabled(&rig, "Try it on the board"));
    assert_eq!(spec(&mut rig), None);
}

#[test]
fn a_synthetic_model_is_labelled_before_it_runs() {
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |wire, _| {
        let mut snapshot = sample::snapshot();
        snapshot.models.clear();
        wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
    });
    enter(&mut rig, handed());
    assert!(rig.shows("SYNTHETIC"));
    write(&mut rig, "Seed of the model", "7");
    rig.click("Try it on the board");
    let spec = spec(&mut rig).expect("it was asked for");
    assert_eq!(spec.model, ModelChoice::Synthetic { seed: 7 });
}

#[test]
fn a_document_comes_from_a_dialog() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Fit));
    rig.click("Choose…");
    assert!(matches!(rig.around.borrow().dialogs.last(), Some((_, Dialog::Documents { .. }))));
    let source = DocumentSource::File("/data/ada/notes.md".into());
    rig.choose(Chosen::Documents(vec![source]));
    assert!(rig.shows("notes.md"));
    assert!(rig.shows("/data/ada/notes.md"));
    rig.click("Take the document away");
    assert!(rig.shows("choose a document"));
}

#[test]
fn where_there_is_no_dialog_a_path_is_written() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Fit));
    rig.click("Choose…");
    rig.choose(Chosen::Unavailable { why: "No file dialog answers here".into() });
    assert!(rig.tells("No file dialog answers here; write the document's path instead"));
    write(&mut rig, "Path of the document", "/data/ada/notes.md");
    rig.click("Take this path");
    rig.sent();
    rig.click("Try it on the board");
    let spec = spec(&mut rig).expect("it was asked for");
    assert_eq!(spec.document, DocumentSource::File("/data/ada/notes.md".into()));
}

#[test]
fn a_paste_is_the_document_unless_a_field_is_written_in() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Fit));
    rig.harness.event(egui::Event::Paste("From the clipboard".into()));
    rig.run();
    assert!(rig.shows("pasted text"));
    rig.click("Take the document away");
    rig.harness.get_by_role_and_label(Role::TextInput, "Question").focus();
    rig.run();
    rig.harness.event(egui::Event::Paste("Who?".into()));
    rig.run();
    assert!(!rig.shows("pasted text"));
    rig.click("Paste");
    rig.harness.event(egui::Event::Paste("Once more".into()));
    rig.run();
    assert!(rig.shows("pasted text"));
}

#[test]
fn where_the_clipboard_comes_by_its_key_alone_no_button_asks_for_it() {
    let mut rig = Rig::with(egui::Vec2::new(1280.0, 800.0), "light", |_, around| {
        around.surroundings.paste_by_key = true;
    });
    enter(&mut rig, Go::To(Place::Fit));
    assert!(rig.tells("Ctrl+V pastes a text"));
    assert!(!rig.shows("Paste"));
    rig.harness.event(egui::Event::Paste("From the clipboard".into()));
    rig.run();
    assert!(rig.shows("pasted text"));
}

#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("nobody reads here".into())
    }
}

#[test]
fn a_dropped_file_is_the_document_and_of_several_the_first() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Fit));
    for name in ["/data/ada/one.md", "/data/ada/two.md"] {
        let dropped = std::sync::Arc::new(Dropped(name.into()));
        rig.harness.input_mut().dropped_files.push(dropped);
    }
    rig.harness.step();
    rig.run();
    assert_eq!(rig.desk().place(), Place::Fit);
    assert!(rig.shows("/data/ada/one.md"));
    assert!(rig.tells("One document is tried at a time: one.md was taken"));
}

#[test]
fn a_paste_that_never_came_does_not_take_a_later_one() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Fit));
    rig.click("Paste");
    for _ in 0..10 {
        rig.harness.step();
    }
    rig.harness.get_by_role_and_label(Role::TextInput, "Question").focus();
    rig.run();
    rig.harness.event(egui::Event::Paste("Who?".into()));
    rig.run();
    assert!(!rig.shows("pasted text"));
}

#[test]
fn progress_is_shown_and_can_be_cancelled() {
    let mut rig = ready();
    begin(&mut rig);
    assert!(rig.shows("field-notes.md on This computer"));
    assert!(rig.shows("measuring, 4 of 11"));
    assert!(rig.shows("about 40 s left"));
    assert!(disabled(&rig, "Try it on the board"));
    rig.sent();
    rig.click("Cancel");
    assert_eq!(rig.sent(), [Command::Cancel { job: OURS }]);
    let outcome = JobOutcome::Failed(Failure::new(Code::Cancelled, "cancelled"));
    rig.event(Event::JobFinished { job: OURS, outcome });
    assert!(rig.tells("The try was cancelled"));
    assert!(!rig.shows("measuring, 4 of 11"));
}

#[test]
fn a_result_says_what_was_saved_and_how_sure_that_is() {
    let rig = result();
    for words in [
        "Tokens: 318 to 151 tokens, 167 fewer, 53 %",
        "Time to first token: 430 to 198 ms, 232 ms saved, 54 %",
        "Total time: 620 to 285 ms, 330 ms saved, 53 %",
        "Energy: — to — mJ, nothing to compare",
    ] {
        assert!(rig.shows(words), "{words}");
    }
    assert!(rig.tells("95 % interval 225 to 237 ms"));
    assert!(rig.tells("Full in the window: 382 of 512 tokens"));
    assert!(rig.tells("Energy was not measured: this computer offers no counter"));
    assert!(rig.tells("pump was repaired by Maria Chen"));
}

#[test]
fn results_of_other_jobs_are_not_ours() {
    let mut rig = ready();
    begin(&mut rig);
    let outcome = JobOutcome::Fitted(Box::new(sample::fit()));
    rig.event(Event::JobFinished { job: JobId(77), outcome });
    assert!(rig.shows("measuring, 4 of 11"));
    assert!(!rig.shows("What compressing saved"));
}

#[test]
fn a_job_that_is_over_before_its_beginning_is_heard_still_shows_its_result() {
    let mut rig = ready();
    rig.wire.borrow_mut().silent.push("Fit");
    rig.click("Try it on the board");
    let request = rig.wire.borrow().sent.last().expect("it was asked for").0;
    finish(&mut rig, sample::fit());
    assert!(!rig.shows("What compressing saved"));
    let reply = Box::new(Ok(Reply::JobStarted { job: OURS }));
    rig.incoming(Incoming::Reply { request, reply });
    assert!(rig.shows("What compressing saved"));
}

#[test]
fn what_does_not_fit_is_not_extrapolated() {
    let mut rig = ready();
    begin(&mut rig);
    finish(&mut rig, too_long());
    assert!(rig.tells("1268 of 512 tokens; only the compressed side was run"));
    assert!(rig.tells("Time to first token: — to 198 ms, nothing to compare"));
    assert!(rig.shows("SYNTHETIC"));
    assert!(rig.shows("EMULATED"));
    assert!(!rig.shows("Compare both runs"));
    assert!(!rig.shows("Watch the full run"));
    assert!(rig.shows("Watch the compressed run"));
}

#[test]
fn a_result_leads_to_its_runs_their_comparison_and_the_text() {
    let mut rig = result();
    rig.click("Watch the compressed run");
    assert_eq!(rig.desk().place(), Place::Live);
    enter(&mut rig, Go::To(Place::Fit));
    rig.sent();
    rig.click("Compare both runs");
    assert_eq!(rig.desk().place(), Place::Compare);
    let sides = rig.sent().into_iter().find_map(|command| match command {
        Command::Compare { base, candidate, .. } => Some((base, candidate)),
        _ => None,
    });
    assert_eq!(sides, Some(("01k9run7".into(), "01k9run8".into())));
    enter(&mut rig, Go::To(Place::Fit));
    rig.harness.get_by_label("Open in Compress").scroll_to_me();
    rig.run();
    rig.click("Open in Compress");
    assert_eq!(rig.desk().place(), Place::Compress);
}

#[test]
fn a_failure_stands_on_the_page() {
    let mut rig = ready();
    let why = Failure::new(Code::Board, "the board does not answer").with_hint("plug it in again");
    rig.wire.borrow_mut().instead.insert("Fit", Err(why));
    rig.click("Try it on the board");
    assert!(rig.tells("the board does not answer"));
    assert!(rig.tells("plug it in again"));
    assert!(!disabled(&rig, "Try it on the board"));
}

#[test]
fn the_form_is_remembered_without_what_was_pasted() {
    let mut rig = ready();
    write(&mut rig, "Question", "Who repaired the pump?");
    rig.harness.state_mut().as_mut().expect("it was drawn").remember();
    let memory = rig.around.borrow().memory["fit"].clone();
    assert!(
        memory.contains("Who repaired the pump?") && !memory.contains("field-notes"),
        "{memory}"
    );
    let mut again = Rig::with(Vec2::new(1280.0, 800.0), "light", |_, around| {
        around.memory.insert("fit".into(), memory);
    });
    enter(&mut again, handed());
    again.sent();
    again.click("Try it on the board");
    assert_eq!(spec(&mut again).expect("it was asked for").prompt, "Who repaired the pump?");
}

#[test]
fn a_try_that_goes_on_elsewhere_is_found_after_a_reconnection() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Fit));
    let mut snapshot = sample::snapshot();
    snapshot.jobs.push(job());
    rig.wire.borrow_mut().instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
    rig.incoming(Incoming::Connected);
    assert!(rig.shows("field-notes.md on This computer"));
    finish(&mut rig, sample::fit());
    assert!(rig.shows("What compressing saved"));
    rig.wire.borrow_mut().instead.clear();
}

#[test]
fn pictures() {
    let wide = Vec2::new(1280.0, 800.0);
    for (name, size, theme) in [
        ("fit-form-light", wide, "light"),
        ("fit-form-dark", wide, "dark"),
        ("fit-form-small", Vec2::new(1024.0, 700.0), "light"),
    ] {
        let mut rig = Rig::with(size, theme, |_, _| {});
        enter(&mut rig, handed());
        rig.picture(name);
    }
    let mut rig = Rig::with(wide, "light", |_, _| {});
    enter(&mut rig, handed());
    begin(&mut rig);
    rig.picture("fit-going");
    for (name, size, theme) in [
        ("fit-result-light", Vec2::new(1280.0, 1100.0), "light"),
        ("fit-result-dark", Vec2::new(1280.0, 1100.0), "dark"),
        ("fit-result-small", Vec2::new(1024.0, 1300.0), "light"),
        ("fit-result-large", Vec2::new(1920.0, 1080.0), "dark"),
    ] {
        let mut rig = Rig::with(size, theme, |_, _| {});
        enter(&mut rig, handed());
        write(&mut rig, "Question", "Who repaired the pump?");
        begin(&mut rig);
        finish(&mut rig, sample::fit());
        rig.picture(name);
    }
    let mut rig = Rig::with(Vec2::new(1280.0, 1100.0), "light", |_, _| {});
    enter(&mut rig, handed());
    begin(&mut rig);
    finish(&mut rig, too_long());
    rig.picture("fit-too-long");
    let mut rig = Rig::with(wide, "light", |_, _| {});
    enter(&mut rig, handed());
    write(&mut rig, "Tokens to make", "600");
    let outcome = Failure::new(Code::Board, "the board does not answer");
    rig.wire.borrow_mut().instead.insert("Fit", Err(outcome.with_hint("plug it in again")));
    write(&mut rig, "Tokens to make", "64");
    rig.click("Try it on the board");
    write(&mut rig, "Tokens kept free", "few");
    rig.picture("fit-error");
}
