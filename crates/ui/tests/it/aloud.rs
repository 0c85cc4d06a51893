//! What a page says beside its picture, and what can be pressed there.

use protocol::{
    BudgetSpec, Command, DocumentSource, Event, ExportFormat, JobId, JobKind, JobOutcome, JobView,
    ModelChoice, Verdict,
};
use ui::action::Action;
use ui::aloud::{Field, How, Press};
use ui::asks::{Go, Handed, Place};
use ui::shell::Chosen;

use super::sample;
use super::support::{NOW_MS, Rig};

fn press(rig: &mut Rig, name: &str) {
    let said = rig.desk().aloud();
    let mut buttons = said.rooms.into_iter().chain(said.deeds);
    let button = buttons.find(|button| button.name == name).expect(name);
    rig.harness.state_mut().as_mut().expect("it was drawn").press(&button.press);
    rig.run();
}

/// A field of the open room, as it is offered.
fn field(rig: &Rig, name: &str) -> Field {
    let fields = rig.desk().aloud().fields;
    fields
        .iter()
        .find(|field| field.name == name)
        .unwrap_or_else(|| panic!("{name}: {fields:?}"))
        .clone()
}

/// Writes into a field of the open room, or chooses in it.
fn write(rig: &mut Rig, name: &str, value: &str) {
    let place = rig.desk().aloud().here().expect("a room is open");
    let press = Press::Write { place, field: field(rig, name).key, value: value.to_owned() };
    rig.harness.state_mut().as_mut().expect("it was drawn").press(&press);
    rig.run();
}

/// What a field offers, by the names of it.
fn offers(rig: &Rig, name: &str) -> Vec<String> {
    match field(rig, name).how {
        How::Choice(choices) => choices.into_iter().map(|choice| choice.value).collect(),
        how => panic!("{name}: {how:?}"),
    }
}

#[test]
fn a_run_is_put_together_and_started_without_the_picture() {
    let mut rig = Rig::new();
    let boards = offers(&rig, "Board");
    assert!(boards.len() > 1, "{boards:?}");
    for (name, value) in [
        ("Board", "host"),
        ("Model", "files"),
        ("Checkpoint", "/m/small.bin"),
        ("Tokenizer", "/m/tokens.bin"),
        ("Prompt", "Who?"),
        ("Tokens", "none"),
        ("Repetitions", "3"),
    ] {
        write(&mut rig, name, value);
        assert_eq!(field(&rig, name).value, value);
    }
    rig.sent();
    press(&mut rig, "Start run");
    let said = rig.desk().aloud().lines;
    assert!(said.iter().any(|said| said.starts_with("Tokens: Write a whole number")), "{said:?}");
    write(&mut rig, "Tokens", "80");
    press(&mut rig, "Start run");
    let spec = rig.sent().into_iter().find_map(|command| match command {
        Command::StartRun { spec } => Some(spec),
        _ => None,
    });
    let spec = spec.expect("a run was started");
    assert_eq!((spec.board.as_str(), spec.tokens, spec.repetitions), ("host", 80, 3));
    assert_eq!(spec.prompt, "Who?");
    let (model, tokenizer) = ("/m/small.bin".into(), "/m/tokens.bin".into());
    assert_eq!(spec.model, ModelChoice::Files { model, tokenizer });
}

#[test]
fn a_text_is_written_and_compressed_as_far_as_was_chosen_without_the_picture() {
    let mut rig = Rig::new();
    press(&mut rig, "Go to Compress");
    write(&mut rig, "Text to compress", "The pump failed.");
    assert!(rig.shows("Text to compress"), "the picture has it too");
    write(&mut rig, "Ratio", "8");
    write(&mut rig, "Strategy", "sentences");
    write(&mut rig, "Focus", "pumps");
    rig.sent();
    press(&mut rig, "Compress");
    let spec = rig.sent().into_iter().find_map(|command| match command {
        Command::Compress { spec } => Some(spec),
        _ => None,
    });
    let spec = spec.expect("it was compressed");
    let bytes = b"The pump failed.".to_vec();
    assert_eq!(spec.documents, [DocumentSource::Bytes { name: "Pasted text".into(), bytes }]);
    assert_eq!((spec.budget, spec.strategy.as_str()), (BudgetSpec::Ratio(8.0), "sentences"));
    assert_eq!(spec.focus.as_deref(), Some("pumps"));
    assert_eq!(field(&rig, "Text to compress").value, "", "it was taken");
    write(&mut rig, "Budget", "tokens");
    write(&mut rig, "Tokens that may remain", "512");
    assert_eq!(field(&rig, "Tokens that may remain").value, "512");
}

#[test]
fn a_try_is_put_together_without_the_picture() {
    let mut rig = Rig::new();
    press(&mut rig, "Go to Fit");
    write(&mut rig, "Text to try", "A pump leaks.");
    for (name, value) in [
        ("Model", "synthetic"),
        ("Question", "Which one?"),
        ("Tokens to make", "8"),
        ("Compress to", "tokens"),
        ("Tokens of the document", "40"),
        ("Repetitions of each", "3"),
    ] {
        write(&mut rig, name, value);
    }
    rig.sent();
    press(&mut rig, "Try the document on the board");
    let spec = rig.sent().into_iter().find_map(|command| match command {
        Command::Fit { spec } => Some(spec),
        _ => None,
    });
    let spec = spec.expect("it is tried");
    assert_eq!((spec.tokens, spec.repetitions, spec.budget), (8, 3, Some(40)));
    assert_eq!(spec.prompt, "Which one?");
    assert!(
        matches!(spec.document, DocumentSource::Bytes { bytes, .. } if bytes == b"A pump leaks.")
    );
}

#[test]
fn two_runs_are_chosen_and_compared_without_the_picture() {
    let mut rig = Rig::new();
    press(&mut rig, "Go to Compare");
    let runs = offers(&rig, "Base");
    let [_, candidate, base, ..] = &runs[..] else { panic!("{runs:?}") };
    rig.sent();
    write(&mut rig, "Base", base);
    write(&mut rig, "Candidate", candidate);
    let asked = rig.sent().into_iter().find_map(|command| match command {
        Command::Compare { base, candidate, .. } => Some((base, candidate)),
        _ => None,
    });
    assert_eq!(asked, Some((base.clone(), candidate.clone())));
    assert!(!offers(&rig, "Base").contains(candidate), "it stands on the other side");
}

#[test]
fn a_run_is_chosen_exported_and_deleted_without_the_picture() {
    let mut rig = Rig::with(egui::Vec2::new(1280.0, 800.0), "light", |_, around| {
        around.surroundings.no_dialogs = Some("there are none here".into());
    });
    press(&mut rig, "Go to Runs");
    let run = offers(&rig, "Run that is shown")[1].clone();
    write(&mut rig, "Run that is shown", &run);
    let said = rig.desk().aloud().lines;
    assert!(said.iter().any(|said| said.starts_with(&format!("Shown: Run {run}"))), "{said:?}");
    press(&mut rig, "Export runs…");
    write(&mut rig, "Export as", "csv");
    press(&mut rig, "Export 1 run now");
    rig.sent();
    write(&mut rig, "Path to write to", "/data/ada/run.csv");
    let (selector, format) = (run.clone(), ExportFormat::Csv);
    let export = Command::ExportRuns { selector, format, path: "/data/ada/run.csv".into() };
    assert!(rig.sent().contains(&export));
    press(&mut rig, "Delete the chosen runs");
    assert!(rig.sent().contains(&Command::DeleteRun { selector: run }));
}

#[test]
fn every_room_is_entered_and_its_deeds_are_done_without_the_picture() {
    let mut rig = Rig::new();
    let said = rig.desk().aloud();
    assert_eq!(said.connection, "Connected");
    let here: Vec<_> = said.rooms.iter().filter(|room| room.here).collect();
    assert_eq!((said.rooms.len(), here.len()), (8, 1));
    assert!(said.lines.iter().any(|line| line == "This computer: ready"), "{:?}", said.lines);
    rig.sent();
    press(&mut rig, "Start run");
    assert!(rig.sent().iter().any(|command| matches!(command, Command::StartRun { .. })));
    press(&mut rig, "Go to Compress");
    assert_eq!(rig.desk().place(), Place::Compress);
    press(&mut rig, "Open documents…");
    assert_eq!(rig.around.borrow().dialogs.len(), 1);
}

#[test]
fn a_job_is_told_in_steps_and_can_be_called_off() {
    let mut rig = Rig::new();
    let job = JobId(77);
    let view = JobView {
        job,
        kind: JobKind::Compress,
        title: "3 documents".into(),
        doing: "reading".into(),
        done: 0,
        total: 100,
        began_ms: NOW_MS,
    };
    rig.event(Event::JobStarted(view));
    let told = |done| Event::JobProgressed { job, doing: "selecting".into(), done, total: 100 };
    rig.event(told(41));
    let said = rig.desk().aloud().lines;
    assert!(said.contains(&"3 documents: selecting, 40 %".to_owned()), "{said:?}");
    rig.event(told(44));
    assert_eq!(rig.desk().aloud().lines, said, "nothing is read out anew");
    rig.sent();
    press(&mut rig, "Cancel 3 documents");
    assert!(rig.sent().contains(&Command::Cancel { job }));
    let cancels = |press: &Press| matches!(press, Press::Cancel(other) if *other == job);
    assert!(rig.desk().aloud().deeds.iter().any(|deed| cancels(&deed.press)));
}

#[test]
fn a_document_is_tried_and_both_runs_compared_without_the_picture() {
    let mut rig = Rig::new();
    press(&mut rig, "Go to Fit");
    let said = rig.desk().aloud().lines;
    assert!(said.contains(&"Not ready: choose a document".to_owned()), "{said:?}");
    press(&mut rig, "Compare both runs");
    assert_eq!(rig.desk().place(), Place::Fit);
    let said = rig.desk().aloud().messages;
    assert!(said.iter().any(|said| said.contains("try a document on the board first")), "{said:?}");

    press(&mut rig, "Choose a document to try…");
    let source = DocumentSource::Bytes { name: "notes.md".into(), bytes: b"a pump".to_vec() };
    rig.choose(Chosen::Documents(vec![source.clone()]));
    let said = rig.desk().aloud().lines;
    assert!(said.contains(&"The document to try: notes.md".to_owned()), "{said:?}");
    rig.sent();
    press(&mut rig, "Try the document on the board");
    let asked = rig.sent();
    let tried =
        |command: &Command| matches!(command, Command::Fit { spec } if spec.document == source);
    assert!(asked.iter().any(tried), "{asked:?}");
    let outcome = JobOutcome::Fitted(Box::new(sample::fit()));
    rig.event(Event::JobFinished { job: JobId(2), outcome });
    let said = rig.desk().aloud().lines;
    for words in ["Tokens: ", "Total time: "] {
        assert!(said.iter().any(|said| said.starts_with(words)), "{words:?} is not in {said:?}");
        let shown = said.iter().find(|said| said.starts_with(words)).expect("it is said");
        assert!(rig.shows(shown), "the picture says the same: {shown}");
    }
    press(&mut rig, "Compare both runs");
    assert_eq!(rig.desk().place(), Place::Compare);
    let [full, compressed] = [sample::fit().full.run, sample::fit().compressed.run];
    let asked = rig.sent().into_iter().find_map(|command| match command {
        Command::Compare { base, candidate, .. } => Some((base, candidate)),
        _ => None,
    });
    assert_eq!(asked, full.zip(compressed).map(|(full, compressed)| (full.0, compressed.0)));
}

#[test]
fn the_latest_runs_are_compared_and_the_answer_is_read_out() {
    let mut rig = Rig::new();
    press(&mut rig, "Go to Compare");
    assert!(rig.desk().aloud().lines.contains(&"Nothing is compared yet".to_owned()));
    rig.sent();
    press(&mut rig, "Compare the latest run with the one before");
    let pairs = |rig: &mut Rig| {
        let asked = rig.sent().into_iter().find_map(|command| match command {
            Command::Compare { base, candidate, .. } => Some([base, candidate]),
            _ => None,
        });
        asked.expect("a comparison was asked for")
    };
    let [base, candidate] = pairs(&mut rig);
    assert_ne!(base, candidate);
    let view = sample::comparison();
    let said = rig.desk().aloud().lines;
    assert!(said.iter().any(|said| said.starts_with("The candidate is ")), "{said:?}");
    let count = view.metrics.iter().filter(|metric| metric.verdict == Verdict::Regressed).count();
    assert!(said.iter().any(|said| said.contains(&format!("{count} regressed"))), "{said:?}");
    press(&mut rig, "Swap base and candidate");
    assert_eq!(pairs(&mut rig), [candidate, base]);
}

#[test]
fn settings_with_few_values_are_changed_without_the_picture() {
    let mut rig = Rig::new();
    press(&mut rig, "Go to Settings");
    assert!(rig.desk().aloud().lines.iter().any(|said| said.starts_with("Colours: ")));
    rig.sent();
    press(&mut rig, "Colours: Dark");
    let set = Command::ChangeSetting { key: "theme".into(), value: Some("dark".into()) };
    assert_eq!(rig.sent(), [set]);
    let path = "/data/ada/other";
    write(&mut rig, "Store", path);
    let set = Command::ChangeSetting { key: "store".into(), value: Some(path.into()) };
    assert!(rig.sent().contains(&set));
}

#[test]
fn a_run_that_is_looked_at_says_how_it_ended_and_the_history_is_read_out() {
    let mut rig = Rig::new();
    press(&mut rig, "Go to Live");
    let said = rig.desk().aloud().lines;
    assert!(said.iter().any(|said| said.ends_with(": Complete")), "{said:?}");
    assert!(said.iter().any(|said| said.starts_with("Rate, median: ")), "{said:?}");
    press(&mut rig, "Go to Runs");
    let said = rig.desk().aloud().lines;
    let runs = said.iter().filter(|said| said.starts_with("Run ")).count();
    assert!(runs > 1, "{said:?}");
    assert!(runs <= 8, "no more than can be listened to: {said:?}");
}

#[test]
fn an_action_of_another_room_that_leads_on_is_not_led_back() {
    let mut rig = Rig::new();
    if let Some(desk) = rig.harness.state_mut() {
        let source = DocumentSource::Bytes { name: "n.txt".into(), bytes: b"n".to_vec() };
        desk.go(Go::Fit(Handed { name: "n.txt".into(), source }));
    }
    rig.run();
    press(&mut rig, "Try the document on the board");
    let outcome = JobOutcome::Fitted(Box::new(sample::fit()));
    rig.event(Event::JobFinished { job: JobId(2), outcome });
    press(&mut rig, "Go to Bench");
    let desk = rig.harness.state_mut().as_mut().expect("it was drawn");
    desk.press(&Press::Do(Action::CompareFit));
    rig.run();
    assert_eq!(rig.desk().place(), Place::Compare);
}
