//! Documents come in: dropped, opened, pasted, handed over.

use super::*;

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
    assert!(rig.tells("128 → 126 → 61") && rig.tells("2.1×") && rig.tells("48 %"));
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
        Some((_, Dialog::Documents { many: Many::Several, .. }))
    ));
    rig.sent();
    let chosen = ["/a.md", "/b.md"].map(|path| DocumentSource::File(path.into()));
    rig.choose(Chosen::Documents(chosen.to_vec()));
    assert_eq!(specs(&rig.sent())[0].documents.len(), 2);
    rig.click("Open folder…");
    rig.choose(Chosen::Paths(vec!["/docs".into()]));
    let spec = specs(&rig.sent()).remove(0);
    assert_eq!(spec.documents, [DocumentSource::File("/docs".into())]);
    assert_eq!(spec.source, SourceText::Left, "a folder may hold much");
}

#[test]
fn where_the_engines_files_are_not_shown_documents_still_come_as_bytes() {
    let why = "the host's files are not shown in a browser";
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |_, around| {
        around.surroundings.no_dialogs = Some(why.into());
        around.reads = true;
    });
    go(&mut rig, Go::To(Place::Compress));
    rig.click("Open folder…");
    assert!(rig.tells(why));
    rig.click("Open documents…");
    let source = DocumentSource::Bytes { name: "a.md".into(), bytes: b"a b c".to_vec() };
    rig.sent();
    rig.choose(Chosen::Documents(vec![source.clone()]));
    assert_eq!(specs(&rig.sent())[0].documents, [source]);
    drop_files(&mut rig, &[NOTES]);
    let read = DocumentSource::Bytes { name: NOTES.into(), bytes: b"read".to_vec() };
    assert_eq!(specs(&rig.sent())[0].documents, [read], "dropped ones come once they are read");
    let failure = Failure::new(protocol::Code::BadInput, "huge.pdf is too large");
    rig.tell(ui::shell::Told::Failed(failure));
    assert!(rig.desk().toasts().any(|toast| toast.text == "huge.pdf is too large"));
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
fn files_over_a_full_page_say_what_letting_go_will_do() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.harness.input_mut().hovered_files = vec![egui::HoveredFile::default(); 3];
    rig.harness.step();
    rig.picture("compress-hovering-full");
    drop_files(&mut rig, &["/c.md"]);
    assert_eq!(specs(&rig.sent())[0].documents, [DocumentSource::File("/c.md".into())]);
}
