//! What a ratio costs a document, and the retention meter.

use super::*;
use protocol::FidelitySpec;

fn measured(sent: &[Command]) -> Vec<FidelitySpec> {
    let spec = |command: &Command| match command {
        Command::MeasureFidelity { spec } => Some(spec.clone()),
        _ => None,
    };
    sent.iter().filter_map(spec).collect()
}

fn curve(rig: &mut Rig, own: Option<f64>) {
    let outcome = JobOutcome::Fidelity(Box::new(sample::fidelity(own)));
    rig.event(Event::JobFinished { job: JobId(5), outcome });
}

/// One document and its curve.
pub(super) fn with_curve(size: Vec2, theme: &'static str) -> Rig {
    let mut rig = full(size, theme);
    rig.click("Fidelity");
    curve(&mut rig, Some(4.0));
    rig
}

#[test]
fn a_short_document_is_measured_when_its_curve_is_looked_at_and_once() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    assert!(measured(&rig.sent()).is_empty(), "nobody looks yet");
    rig.click("Fidelity");
    let spec = measured(&rig.sent()).remove(0);
    assert_eq!(spec.documents, [DocumentSource::File(NOTES.into())]);
    assert_eq!(spec.ratios, [1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0]);
    assert_eq!(spec.methods[0].strategy, "automatic");
    assert!(rig.tells("Measuring") && !rig.shows("Numbers"));
    curve(&mut rig, None);
    assert!(rig.tells("At 4×, 72 % (") && rig.tells("of 38 distinct numbers that are left"));
    assert!(rig.shows("Sentences by lot") && rig.shows("The beginning alone"));
    rig.click("Phrases");
    assert!(rig.tells("of 120 phrases of two to four words"));
    rig.click("Texts");
    rig.click("Fidelity");
    assert!(measured(&rig.sent()).is_empty());
    // Other controls are another curve, with their own ratio on it.
    rig.click("Window of 2 k tokens");
    later(&mut rig);
    assert!(measured(&rig.sent()).len() == 1);
}

#[test]
fn a_budget_in_tokens_has_its_own_ratio_on_the_curve() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.click("By tokens");
    let field = input(&rig, "Tokens that may remain");
    field.focus();
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    input(&rig, "Tokens that may remain").type_text("24");
    later(&mut rig);
    finish(&mut rig, vec![Ok(sample::compressed())]);
    rig.sent();
    rig.click("Fidelity");
    let ratios = measured(&rig.sent()).remove(0).ratios;
    assert_eq!(ratios.len(), 9, "{ratios:?}");
    assert!(ratios.iter().any(|ratio| (ratio - 128.0 / 24.0).abs() < 0.01), "{ratios:?}");
}

#[test]
fn a_long_document_is_measured_by_hand_and_measuring_is_stopped() {
    let mut rig = rig();
    drop_files(&mut rig, &[NOTES]);
    let source = Some("word ".repeat(300_000));
    finish(&mut rig, vec![Ok(CompressedDocument { source, ..sample::compressed() })]);
    rig.sent();
    rig.click("Fidelity");
    assert!(measured(&rig.sent()).is_empty());
    rig.click("Measure this document");
    assert_eq!(measured(&rig.sent()).len(), 1);
    let doing = "random 4×".to_owned();
    rig.event(Event::JobStarted(JobView {
        job: JobId(5),
        kind: JobKind::Fidelity,
        title: "notes".into(),
        doing: String::new(),
        done: 0,
        total: 0,
        began_ms: NOW_MS,
    }));
    rig.event(Event::JobProgressed { job: JobId(5), doing, done: 9, total: 24 });
    assert!(rig.tells("Measuring random 4×"));
    rig.click("Stop measuring");
    assert!(rig.sent().contains(&Command::Cancel { job: JobId(5) }));
    assert!(rig.shows("Measure this document"));
}

#[test]
fn what_cannot_be_measured_says_why() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.click("Fidelity");
    let outcome = JobOutcome::Failed(Failure::new(Code::BadInput, "the document is gone"));
    rig.event(Event::JobFinished { job: JobId(5), outcome });
    assert!(rig.tells("the document is gone") && rig.shows("Measure this document"));
}

#[test]
fn the_retention_meter_is_there_where_an_encoder_is() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.click("Fidelity");
    assert!(rig.tells("built without models that read text"));
    assert!(!rig.shows("Sentence encoder"));
    let encoders = vec!["all-MiniLM-L6-v2".to_owned()];
    let neural = Some(protocol::NeuralView { encoders, ..Default::default() });
    let snapshot = protocol::Snapshot { neural, ..sample::snapshot() };
    let mut rig = Rig::with(Vec2::new(1280.0, 1100.0), "light", |wire, _| {
        let reply = protocol::Reply::Snapshot(Box::new(snapshot));
        wire.instead.insert("Snapshot", Ok(reply));
    });
    go(&mut rig, Go::To(Place::Compress));
    drop_files(&mut rig, &[NOTES]);
    finish(&mut rig, vec![Ok(sample::compressed())]);
    rig.click("Fidelity");
    assert!(rig.tells("choose an encoder among the controls"));
    rig.sent();
    rig.click("Models that read text");
    rig.harness.get_by_role_and_label(egui::accesskit::Role::ComboBox, "Sentence encoder").click();
    rig.run();
    rig.click("all-MiniLM-L6-v2");
    later(&mut rig);
    let sent = rig.sent();
    let spec = specs(&sent).remove(0);
    assert_eq!(spec.neural.encoder.as_deref(), Some("all-MiniLM-L6-v2"));
    let retention = Some(protocol::RetentionView {
        encoder: "all-MiniLM-L6-v2".into(),
        sentences: 7,
        of_sentences: 7,
        alike: 5,
        threshold: 0.7,
        mean: 0.81,
    });
    finish(&mut rig, vec![Ok(CompressedDocument { retention, ..sample::compressed() })]);
    assert!(rig.tells("5 of 7 sentences are alike to something kept"));
    // Measured again as soon as the encoder was chosen, or with what it made.
    let all = measured(&sent).into_iter().chain(measured(&rig.sent()));
    let last = all.last().expect("it is measured again");
    assert_eq!(last.neural.encoder.as_deref(), Some("all-MiniLM-L6-v2"));
    curve(&mut rig, Some(4.0));
    rig.picture("compress-retention");
}
