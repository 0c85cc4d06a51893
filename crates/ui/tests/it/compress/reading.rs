//! One document is read, copied, saved and tried.

use super::*;

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
    rig.click("Text…");
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
fn nothing_is_drawn_again_while_a_document_is_read() {
    let mut rig = full(Vec2::new(1280.0, 800.0), "light");
    later(&mut rig);
    let output = rig.harness.output();
    let delays = output.viewport_output.values().map(|viewport| viewport.repaint_delay);
    let soon = delays.min().expect("there is a window");
    assert!(soon > std::time::Duration::from_secs(1), "repaints after {soon:?}");
}
