//! The room Runs: the list, what is chosen in it, and what can be done with that.

mod pictures;

use egui::accesskit::Role;
use egui::{Event as Input, Key, Modifiers, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use protocol::{
    Code, Command, Event, ExportFormat, Failure, Reply, RunFilter, RunId, RunKind, RunStatus,
};
use ui::Incoming;
use ui::asks::{Go, Place};
use ui::shell::{Chosen, Dialog};

use super::sample;
use super::support::{Around, NOW_MS, Rig, Wire};

fn open(mut rig: Rig) -> Rig {
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::To(Place::Runs));
    rig.run();
    rig.sent();
    rig
}

fn runs() -> Rig {
    open(Rig::new())
}

fn rig_with(size: Vec2, prepare: impl FnOnce(&mut Wire, &mut Around)) -> Rig {
    open(Rig::with(size, "light", prepare))
}

impl Rig {
    /// The line of a run of the samples.
    #[track_caller]
    fn line(&mut self, at: usize) -> egui_kittest::Node<'_> {
        let begins = format!("Run 01k9run{at},");
        self.harness
            .get_by(move |node| node.label().is_some_and(|label| label.starts_with(&begins)))
    }

    #[track_caller]
    fn choose_line(&mut self, at: usize, modifiers: Modifiers) {
        self.line(at).click_modifiers(modifiers);
        self.run();
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.run();
    }

    fn type_in(&mut self, words: &str) {
        self.harness.event(Input::Text(words.into()));
        self.run();
    }

    /// Lets so much time pass that what waits for rest is done.
    fn rest(&mut self) {
        self.harness.run_steps(8);
        self.run();
    }

    fn asked_for(&mut self) -> Vec<RunFilter> {
        let sent = self.sent().into_iter();
        sent.filter_map(|command| match command {
            Command::ListRuns { filter } => Some(filter),
            _ => None,
        })
        .collect()
    }

    fn toast_says(&self, part: &str) -> bool {
        self.desk().toasts().any(|toast| toast.text.contains(part))
    }
}

fn nothing() -> Result<Reply, Failure> {
    Ok(Reply::Runs { runs: Vec::new(), total: 0 })
}

#[test]
fn the_list_says_what_each_run_was_and_what_is_not_known_of_it() {
    let mut rig = rig_with(Vec2::new(1920.0, 1080.0), |_, _| {});
    assert!(rig.tells("24 runs"));
    let line = rig.line(3).accesskit_node().label().unwrap_or_default();
    assert!(line.contains("lost") && line.contains("This computer"), "{line}");
    assert!(rig.line(4).accesskit_node().label().unwrap_or_default().contains("SYNTHETIC"));
    assert!(rig.shows("SYNTHETIC") && rig.shows("EMULATED"));
    assert!(rig.shows("branch=simd"));
    assert!(rig.tells("Note: after the new matmul kernel"));
    assert!(rig.shows("—"), "energy was not measured");
}

#[test]
fn pages_of_two_hundred_are_read_as_one_scrolls_and_only_what_is_seen_is_drawn() {
    let mut rig = rig_with(Vec2::new(1280.0, 800.0), |wire, _| wire.silent.push("ListRuns"));
    let total = 10_000_u64;
    let answer = |rig: &mut Rig, all: Vec<(ui::RequestId, Command)>| -> Vec<u32> {
        let mut offsets = Vec::new();
        for (request, command) in all {
            let Command::ListRuns { filter } = command else { continue };
            assert!(filter.limit <= 200);
            offsets.push(filter.offset);
            let from = u64::from(filter.offset);
            let runs = (from..total.min(from + 200))
                .map(|at| sample::summary(&format!("01k9run{at}"), at as i64, 600.0))
                .collect();
            let reply = Box::new(Ok(Reply::Runs { runs, total }));
            rig.incoming(Incoming::Reply { request, reply });
        }
        offsets
    };
    rig.incoming(Incoming::Connected);
    let sent = std::mem::take(&mut rig.wire.borrow_mut().sent);
    assert!(answer(&mut rig, sent).iter().all(|offset| *offset == 0));
    assert!(rig.tells("10\u{202f}000 runs"));
    let lines = rig.harness.query_all_by_role(Role::ListBoxOption).count();
    assert!((3..60).contains(&lines), "{lines} lines are drawn");
    rig.press(Modifiers::NONE, Key::End);
    let sent = std::mem::take(&mut rig.wire.borrow_mut().sent);
    assert_eq!(answer(&mut rig, sent), [9800]);
    assert!(rig.tells("Run 01k9run9999,"));
    assert!(rig.shows("1 chosen"));
    // All of them: page after page, one question at a time.
    rig.press(Modifiers::COMMAND, Key::A);
    for _ in 0..60 {
        let sent = std::mem::take(&mut rig.wire.borrow_mut().sent);
        answer(&mut rig, sent);
    }
    assert!(rig.shows("10\u{202f}000 chosen"));
    assert!(rig.tells("At most 1000 runs can be changed at once"));
    assert!(!rig.shows("Delete"));
}

#[test]
fn clicks_choose_as_in_every_list() {
    let mut rig = runs();
    rig.choose_line(1, Modifiers::NONE);
    rig.choose_line(3, Modifiers::COMMAND);
    assert!(rig.shows("2 chosen"));
    rig.choose_line(1, Modifiers::NONE);
    rig.choose_line(5, Modifiers::SHIFT);
    assert!(rig.shows("5 chosen"));
    rig.press(Modifiers::COMMAND, Key::A);
    assert!(rig.shows("24 chosen"));
    rig.press(Modifiers::NONE, Key::Escape);
    assert!(rig.tells("Click chooses"));
}

#[test]
fn the_list_is_walked_by_keyboard_and_enter_watches() {
    let mut rig = runs();
    rig.press(Modifiers::NONE, Key::ArrowDown);
    rig.press(Modifiers::NONE, Key::ArrowDown);
    rig.press(Modifiers::SHIFT, Key::ArrowDown);
    assert!(rig.shows("2 chosen"));
    rig.press(Modifiers::NONE, Key::ArrowUp);
    assert!(rig.shows("1 chosen"));
    assert!(rig.sent().contains(&Command::ShowRun { selector: "01k9run1".into() }));
    rig.press(Modifiers::NONE, Key::Enter);
    assert_eq!(rig.desk().place(), Place::Live);
}

#[test]
fn one_chosen_run_is_shown_in_full() {
    let mut rig = runs();
    rig.choose_line(0, Modifiers::NONE);
    assert!(rig.sent().contains(&Command::ShowRun { selector: "01k9run0".into() }));
    assert!(rig.tells("there was a little girl named Lily"));
    assert!(rig.shows("governor") && rig.shows("performance"));
    assert!(rig.tells("repetitions, "));
    assert!(rig.tells("n = 10"));
    rig.click("Watch this run");
    assert_eq!(rig.desk().place(), Place::Live);
}

#[test]
fn a_run_that_cannot_be_read_says_why_where_it_would_stand() {
    let failure = Failure::new(Code::BadRequest, "recorded by another version").with_hint("update");
    let mut rig = rig_with(Vec2::new(1280.0, 800.0), |wire, _| {
        wire.instead.insert("ShowRun", Err(failure));
    });
    rig.choose_line(0, Modifiers::NONE);
    assert!(rig.tells("recorded by another version"));
}

#[test]
fn two_runs_are_compared_and_so_is_one_with_the_one_before() {
    let mut rig = runs();
    rig.choose_line(2, Modifiers::NONE);
    rig.choose_line(5, Modifiers::COMMAND);
    rig.harness.get_all_by_role_and_label(Role::Button, "Compare").last().expect("it is there");
    rig.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    assert_eq!(rig.desk().place(), Place::Compare);
    let mut rig = runs();
    rig.choose_line(2, Modifiers::NONE);
    rig.click("With previous");
    assert_eq!(rig.desk().place(), Place::Compare);
}

#[test]
fn more_than_two_are_put_on_named_sides_that_outlive_the_choice() {
    let mut rig = runs();
    rig.choose_line(6, Modifiers::NONE);
    rig.choose_line(8, Modifiers::SHIFT);
    rig.click("Set as base");
    rig.choose_line(0, Modifiers::NONE);
    rig.choose_line(2, Modifiers::SHIFT);
    assert!(rig.shows("none yet"));
    rig.click("Set as candidate");
    rig.press(Modifiers::NONE, Key::Escape);
    assert!(!rig.shows("none yet"));
    rig.click("Compare sides");
    assert_eq!(rig.desk().place(), Place::Compare);
}

#[test]
fn what_is_deleted_can_be_brought_back_in_two_ways() {
    let mut rig = runs();
    rig.choose_line(1, Modifiers::NONE);
    rig.sent();
    rig.press(Modifiers::NONE, Key::Delete);
    assert!(rig.sent().contains(&Command::DeleteRun { selector: "01k9run1".into() }));
    assert!(rig.toast_says("Deleted 1 run"));
    assert!(!rig.shows("1 chosen"));
    let back = Command::UndeleteRun { selector: "01k9run1".into() };
    rig.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!(rig.sent().contains(&back));
    rig.click("Undo");
    assert!(rig.sent().contains(&back));
}

#[test]
fn a_run_is_shown_also_where_the_bin_was_open() {
    let mut rig = runs();
    rig.wire.borrow_mut().instead.insert("ListRuns", nothing());
    rig.click("Deleted");
    rig.rest();
    rig.wire.borrow_mut().instead.clear();
    let go = Go::Show(RunId::from("01k9run3"));
    rig.harness.state_mut().as_mut().expect("it was drawn").go(go);
    rig.rest();
    assert!(rig.shows("1 chosen") && rig.tells("24 runs"));
    assert!(rig.sent().contains(&Command::ShowRun { selector: "01k9run3".into() }));
}

#[test]
fn escape_closes_a_form_before_it_lets_go_of_the_choice() {
    let mut rig = runs();
    rig.choose_line(1, Modifiers::NONE);
    rig.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    assert!(rig.shows("Save…"));
    rig.press(Modifiers::NONE, Key::Escape);
    assert!(!rig.shows("Save…") && rig.shows("1 chosen"));
    rig.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    rig.press(Modifiers::NONE, Key::Escape);
    rig.press(Modifiers::NONE, Key::Escape);
    assert!(!rig.shows("1 chosen"));
    rig.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    assert!(rig.toast_says("No run is chosen"));
}

#[test]
fn a_run_that_cannot_be_deleted_stays_chosen_and_says_why() {
    let failure = Failure::new(Code::BadRequest, "the run is being recorded").with_hint("stop it");
    let mut rig = rig_with(Vec2::new(1280.0, 800.0), |wire, _| {
        wire.instead.insert("DeleteRun", Err(failure));
    });
    rig.choose_line(1, Modifiers::NONE);
    rig.click("Delete");
    assert!(rig.toast_says("is being recorded"));
    assert!(rig.shows("1 chosen"));
}

#[test]
fn words_are_looked_for_once_nobody_types_any_more() {
    let mut rig = runs();
    rig.press(Modifiers::COMMAND, Key::F);
    for letter in ["s", "i", "m", "d"] {
        rig.harness.event(Input::Text(letter.into()));
        rig.harness.step();
    }
    rig.rest();
    let asked = rig.asked_for();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0].text.as_deref(), Some("simd"));
    rig.press(Modifiers::NONE, Key::Enter);
    rig.press(Modifiers::NONE, Key::ArrowDown);
    assert!(rig.shows("1 chosen"));
}

#[test]
fn kind_state_and_bin_narrow_the_list() {
    let mut rig = runs();
    for (field, word) in [("Kind", "Fit, full text"), ("State", "aborted")] {
        rig.harness.get_by_role_and_label(Role::ComboBox, field).click();
        rig.run();
        rig.harness.get_all_by_role_and_label(Role::Button, word).last().expect("a choice").click();
        rig.rest();
    }
    let asked = rig.asked_for();
    let last = asked.last().expect("it was asked");
    assert_eq!((last.kind, last.status), (Some(RunKind::FitFull), Some(RunStatus::Aborted)));
    rig.click("Deleted");
    rig.rest();
    assert!(rig.asked_for().last().expect("it was asked").deleted);
}

#[test]
fn nothing_found_and_no_runs_at_all_teach_the_next_step() {
    let mut rig = runs();
    rig.wire.borrow_mut().instead.insert("ListRuns", nothing());
    rig.press(Modifiers::COMMAND, Key::F);
    rig.type_in("zzz");
    rig.rest();
    assert!(rig.shows("No run matches"));
    rig.wire.borrow_mut().instead.clear();
    rig.click("Clear the search");
    rig.rest();
    assert!(rig.tells("24 runs"));
    let mut rig = rig_with(Vec2::new(1280.0, 800.0), |wire, _| {
        wire.instead.insert("ListRuns", nothing());
    });
    assert!(rig.shows("No runs yet"));
    rig.click("Go to Bench");
    assert_eq!(rig.desk().place(), Place::Bench);
}

#[test]
fn the_first_run_appears_where_there_was_none() {
    let mut rig = rig_with(Vec2::new(1280.0, 800.0), |wire, _| {
        wire.instead.insert("ListRuns", nothing());
    });
    assert!(rig.shows("No runs yet"));
    rig.wire.borrow_mut().instead.clear();
    let run = RunId::from("01k9run0");
    rig.incoming(Incoming::Event(Box::new(Event::RunChanged { run })));
    assert!(!rig.shows("No runs yet") && rig.tells("24 runs"));
}

#[test]
fn the_bin_restores_and_says_how_long_it_keeps() {
    let mut rig = runs();
    let mut gone = sample::summary("01k9run7", 90, 600.0);
    gone.deleted_ms = Some(NOW_MS - 3 * 86_400_000);
    let reply = Ok(Reply::Runs { runs: vec![gone], total: 1 });
    rig.wire.borrow_mut().instead.insert("ListRuns", reply);
    rig.click("Deleted");
    rig.rest();
    assert!(rig.shows("in 27 d"));
    rig.choose_line(7, Modifiers::NONE);
    rig.sent();
    rig.press(Modifiers::NONE, Key::Delete);
    assert!(!rig.sent().iter().any(|command| matches!(command, Command::DeleteRun { .. })));
    rig.wire.borrow_mut().instead.insert("ListRuns", nothing());
    rig.click("Restore");
    assert!(rig.sent().contains(&Command::UndeleteRun { selector: "01k9run7".into() }));
    rig.event(Event::RunChanged { run: "01k9run7".into() });
    assert!(rig.shows("The bin is empty"));
    rig.click("Back to the runs");
    rig.rest();
    assert!(rig.asked_for().iter().any(|filter| !filter.deleted));
}

#[test]
fn a_change_is_read_anew_and_the_choice_stays() {
    let mut rig = runs();
    rig.choose_line(2, Modifiers::NONE);
    rig.sent();
    let mut newer = sample::summaries();
    newer.insert(0, sample::summary("01k9new", 0, 700.0));
    let total = newer.len() as u64;
    rig.wire.borrow_mut().instead.insert("ListRuns", Ok(Reply::Runs { runs: newer, total }));
    rig.event(Event::RunChanged { run: "01k9run2".into() });
    let sent = rig.sent();
    assert!(sent.iter().any(|command| matches!(command, Command::ListRuns { .. })));
    assert!(sent.contains(&Command::ShowRun { selector: "01k9run2".into() }));
    assert!(rig.shows("1 chosen") && rig.tells("25 runs"));
}

#[test]
fn a_list_that_cannot_be_read_says_so_and_tries_again() {
    let failure = Failure::new(Code::Store, "the store cannot be opened").with_hint("check it");
    let mut rig = rig_with(Vec2::new(1280.0, 800.0), |wire, _| {
        wire.instead.insert("ListRuns", Err(failure));
    });
    assert!(rig.tells("the store cannot be opened"));
    rig.harness.run_steps(5);
    assert!(rig.asked_for().is_empty(), "it does not ask on for ever");
    rig.wire.borrow_mut().instead.clear();
    rig.click("Try again");
    assert!(rig.tells("24 runs"));
}

#[test]
fn bundles_are_imported_by_a_dialog_and_what_was_new_is_said() {
    let mut rig = runs();
    rig.click("Import…");
    assert!(matches!(rig.around.borrow().dialogs.last(), Some((_, Dialog::Files { .. }))));
    rig.wire.borrow_mut().instead.insert(
        "ImportBundle",
        Ok(Reply::Imported { imported: vec!["a".into(), "b".into()], present: vec!["c".into()] }),
    );
    rig.choose(Chosen::Paths(vec!["/tmp/one.bundle".into(), "/tmp/two.bundle".into()]));
    let sent = rig.sent();
    assert!(sent.contains(&Command::ImportBundle { path: "/tmp/two.bundle".into() }));
    assert!(rig.toast_says("Imported 4 runs; 2 here already"));
}

#[test]
fn where_there_is_no_dialog_a_path_is_typed() {
    let mut rig = runs();
    rig.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::I);
    rig.choose(Chosen::Unavailable { why: "there is no file dialog here".into() });
    assert!(rig.tells("there is no file dialog here"));
    rig.type_in("/tmp/some.bundle");
    rig.press(Modifiers::NONE, Key::Enter);
    assert!(rig.sent().contains(&Command::ImportBundle { path: "/tmp/some.bundle".into() }));
    assert!(!rig.tells("there is no file dialog here"));
}

#[test]
fn chosen_runs_are_exported_in_the_format_of_choice() {
    let mut rig = runs();
    rig.choose_line(1, Modifiers::NONE);
    rig.click("Export…");
    rig.click("CSV");
    rig.click("Save…");
    let dialog = rig.around.borrow().dialogs.last().expect("a dialog").1.clone();
    assert_eq!(
        dialog,
        Dialog::Place { title: "Export runs".into(), name: "run-01k9run1.csv".into() }
    );
    rig.choose(Chosen::Paths(vec!["/tmp/run.csv".into()]));
    assert!(rig.sent().contains(&Command::ExportRuns {
        selector: "01k9run1".into(),
        format: ExportFormat::Csv,
        path: "/tmp/run.csv".into(),
    }));
    assert!(rig.toast_says("1 run written to"));
}

#[test]
fn notes_and_tags_are_changed_in_place() {
    let mut rig = rig_with(Vec2::new(1280.0, 1600.0), |_, _| {});
    rig.choose_line(0, Modifiers::NONE);
    rig.sent();
    rig.harness.get_by_role_and_label(Role::TextInput, "Note").focus();
    rig.run();
    rig.type_in("on mains");
    rig.choose_line(1, Modifiers::NONE);
    let note = Command::NoteRun { selector: "01k9run0".into(), note: Some("on mains".into()) };
    assert!(rig.sent().contains(&note));
    rig.choose_line(0, Modifiers::NONE);
    rig.click("Remove tag branch=simd");
    let untag = Command::TagRun { selector: "01k9run0".into(), key: "branch".into(), value: None };
    assert!(rig.sent().contains(&untag));
    rig.harness.get_by_role_and_label(Role::TextInput, "New tag").focus();
    rig.run();
    rig.type_in("cooling=fan");
    rig.press(Modifiers::NONE, Key::Enter);
    let tag = Command::TagRun {
        selector: "01k9run0".into(),
        key: "cooling".into(),
        value: Some("fan".into()),
    };
    assert!(rig.sent().contains(&tag));
}

#[test]
fn several_runs_are_tagged_at_once() {
    let mut rig = runs();
    rig.choose_line(1, Modifiers::NONE);
    rig.choose_line(2, Modifiers::COMMAND);
    rig.click("Tag…");
    rig.type_in("nonsense");
    rig.press(Modifiers::NONE, Key::Enter);
    let tagged = |rig: &mut Rig| -> Vec<String> {
        let sent = rig.sent().into_iter();
        sent.filter_map(|command| match command {
            Command::TagRun { selector, .. } => Some(selector),
            _ => None,
        })
        .collect()
    };
    assert!(tagged(&mut rig).is_empty());
    rig.harness.get_by_role_and_label(Role::TextInput, "Tag of the chosen runs").focus();
    rig.run();
    rig.press(Modifiers::COMMAND, Key::A);
    rig.type_in("set=b");
    rig.click("Add tag");
    assert_eq!(tagged(&mut rig), ["01k9run1", "01k9run2"]);
}

#[test]
fn a_mark_of_the_trend_chooses_its_run() {
    let mut rig = runs();
    let rect = rig.harness.get_by_label_contains("Trend of token rate over 24 runs").rect();
    // The newest run lies at the right edge; how high depends on its figure.
    for step in 0..60 {
        let at = egui::pos2(rect.right() - 25.0, rect.top() + 4.0 + step as f32 * 5.0);
        if !rect.contains(at) || rig.shows("1 chosen") {
            break;
        }
        rig.harness.hover_at(at);
        rig.harness.drag_at(at);
        rig.harness.drop_at(at);
        rig.run();
    }
    assert!(rig.shows("1 chosen"));
    assert!(rig.sent().contains(&Command::ShowRun { selector: "01k9run0".into() }));
}

#[test]
fn the_metric_of_the_trend_is_remembered() {
    let mut rig = runs();
    rig.harness.get_by_role_and_label(Role::ComboBox, "Metric of the trend").click();
    rig.run();
    rig.click("time to first token");
    assert!(rig.tells("lower is better"));
    rig.harness.state_mut().as_mut().expect("it was drawn").remember();
    let memory = rig.around.borrow().memory.get("runs").cloned().expect("it is remembered");
    let rig = rig_with(Vec2::new(1280.0, 800.0), |_, around| {
        around.memory.insert("runs".into(), memory);
    });
    assert!(rig.tells("Trend of time to first token"));
}

#[test]
fn another_room_can_lead_to_a_run() {
    let mut rig = runs();
    let go = Go::Show(RunId::from("01k9run20"));
    rig.harness.state_mut().as_mut().expect("it was drawn").go(go);
    rig.run();
    assert!(rig.shows("1 chosen"));
    assert!(rig.tells("Run 01k9run20,"), "it is scrolled to");
}
