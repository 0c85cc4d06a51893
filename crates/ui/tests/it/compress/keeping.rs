//! A gap is restored, and what is left is written in every format.

use super::*;
use protocol::{LeftFormat, Pin, Room};

fn pins(sent: &[Command]) -> Vec<Vec<Pin>> {
    specs(sent).into_iter().map(|spec| spec.shaping.pins).collect()
}

fn restore(rig: &mut Rig, name: &str) {
    press_a_gap(rig);
    let found = rig.harness.query_all_by_label_contains(name).next();
    found.expect("what is opened can be kept").click();
    rig.run();
}

#[test]
fn a_restored_gap_is_pinned_and_undone() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    rig.sent();
    restore(&mut rig, "in this budget");
    let sent = pins(&rig.sent());
    let gap = sample::compressed().gaps[2].src;
    let document = Some(sample::compressed().source_sha256);
    assert_eq!(sent, [vec![Pin { document: document.clone(), src: gap, room: Room::Made }]]);
    finish(&mut rig, vec![Ok(sample::compressed())]);
    assert!(rig.tells("1 passage kept by hand"));
    // The map of what survives is another one too.
    let heat = rig.sent().into_iter().find_map(|command| match command {
        Command::MapHeat { spec } => Some(spec),
        _ => None,
    });
    assert_eq!(heat.expect("it is mapped again").shaping.pins.len(), 1);
    restore(&mut rig, "the budget grows");
    let sent = pins(&rig.sent());
    assert_eq!((sent[0].len(), sent[0][1].room), (2, Room::Added));
    finish(&mut rig, vec![Ok(sample::compressed())]);
    assert!(rig.tells("2 passages kept by hand"));
    rig.sent();
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    rig.run();
    assert_eq!(pins(&rig.sent())[0].len(), 1);
    finish(&mut rig, vec![Ok(sample::compressed())]);
    rig.click("Undo the last");
    assert_eq!(pins(&rig.sent()), [vec![]]);
    finish(&mut rig, vec![Ok(sample::compressed())]);
    assert!(!rig.tells("kept by hand"));
}

#[test]
fn undoing_is_left_to_a_field_that_is_written_in() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    restore(&mut rig, "in this budget");
    finish(&mut rig, vec![Ok(sample::compressed())]);
    let field = input(&rig, "Focus");
    field.focus();
    field.type_text("pump");
    rig.run();
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    rig.run();
    assert!(rig.tells("1 passage kept by hand"));
}

#[test]
fn of_many_documents_only_the_one_that_is_looked_at_is_compressed_again() {
    let mut rig = rig();
    drop_files(&mut rig, &["/docs"]);
    finish(&mut rig, many());
    rig.click("readme.md, 1363 to 340 tokens, 4×");
    finish(&mut rig, vec![Ok(sample::compressed())]);
    rig.sent();
    restore(&mut rig, "in this budget");
    let spec = specs(&rig.sent()).remove(0);
    assert_eq!(spec.documents, [DocumentSource::File("/docs/readme.md".into())]);
    assert_eq!(spec.shaping.pins.len(), 1);
    let made = CompressedDocument { tokens_out: 77, ..sample::compressed() };
    finish(&mut rig, vec![Ok(made)]);
    assert!(rig.tells("128 → 126 → 77") && rig.tells("1 passage kept by hand"));
    rig.click("All 6 documents");
    assert!(rig.tells("readme.md, 128 to 77 tokens"));
}

#[test]
fn what_is_left_is_saved_in_every_format() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    for (format, name, ending) in [
        (LeftFormat::Text, "Text…", "md"),
        (LeftFormat::Markdown, "Markdown, gaps labelled…", "md"),
        (LeftFormat::Map, "JSON with the span map…", "json"),
        (LeftFormat::Lines, "JSON lines…", "jsonl"),
    ] {
        rig.click("Save…");
        rig.click(name);
        let dialog = rig.around.borrow().dialogs.last().map(|(_, dialog)| dialog.clone());
        let expect = format!("field-notes.compressed.{ending}");
        assert!(
            matches!(&dialog, Some(Dialog::Save { name, .. }) if *name == expect),
            "{dialog:?}"
        );
        rig.choose(Chosen::Paths(vec!["/tmp/left".into()]));
        let written = rig.around.borrow().written.last().map(|(_, text)| text.clone());
        assert_eq!(written, Some(format.write(&sample::compressed())));
    }
}

#[test]
fn many_documents_are_lines_of_one_file() {
    let mut rig = rig();
    drop_files(&mut rig, &["/docs"]);
    finish(&mut rig, many());
    rig.click("Save all as JSON lines…");
    rig.choose(Chosen::Paths(vec!["/tmp/all.jsonl".into()]));
    let written = rig.around.borrow().written.last().map(|(_, text)| text.clone());
    assert_eq!(written.expect("it is written").lines().count(), 5);
}
