//! The room of comparisons: what is chosen and asked, what an answer shows, what stays out.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use protocol::{Code, Command, ComparisonView, Failure, Reply, RunId, Scope, SideView, Verdict};
use ui::asks::{Go, Place};

use super::sample;
use super::support::{Around, Rig, Wire};

fn enter(rig: &mut Rig, go: Go) {
    if let Some(desk) = rig.harness.state_mut() {
        desk.go(go);
    }
    rest(rig);
}

/// Comes to rest, and waits as long as a change must rest before it is asked about.
fn rest(rig: &mut Rig) {
    rig.run();
    for _ in 0..3 {
        rig.harness.step();
    }
    rig.run();
}

fn both() -> Go {
    Go::Compare { base: "01k9run9".into(), candidate: "01k9run0".into() }
}

fn compared() -> Rig {
    let mut rig = Rig::new();
    enter(&mut rig, both());
    rig
}

/// What was asked: base, candidate, smallest effect.
fn asked(rig: &mut Rig) -> Vec<(String, String, Option<f64>)> {
    let asked = rig.sent().into_iter().filter_map(|command| match command {
        Command::Compare { base, candidate, min_effect, .. } => Some((base, candidate, min_effect)),
        _ => None,
    });
    asked.collect()
}

fn few() -> ComparisonView {
    let mut view = sample::comparison();
    view.scope = Scope::BetweenRuns;
    view.verdict = Verdict::Inconclusive;
    view.base = ["01k9run9", "01k9run10"].map(RunId::from).to_vec();
    view.candidate = ["01k9run0", "01k9run1", "01k9run2"].map(RunId::from).to_vec();
    for metric in &mut view.metrics {
        metric.verdict = Verdict::Inconclusive;
        metric.ci95 = None;
        metric.p = Some(0.2);
        metric.base = SideView { n: 2, ..metric.base };
        metric.candidate = SideView { n: 3, ..metric.candidate };
        metric.base_values.truncate(2);
        metric.candidate_values.truncate(3);
        metric.why = "too few values on a side, measure more runs".into();
    }
    view.differences.clear();
    view.synthetic = true;
    view
}

/// Six runs against five, one of which is far off.
fn many() -> ComparisonView {
    let mut view = sample::comparison();
    view.scope = Scope::BetweenRuns;
    view.base = (9..15).map(|at| RunId(format!("01k9run{at}"))).collect();
    view.candidate = [0, 1, 2, 5, 7].map(|at| RunId(format!("01k9run{at}"))).to_vec();
    view.emulated = true;
    for metric in &mut view.metrics {
        metric.base = SideView { n: 6, ..metric.base };
        metric.candidate = SideView { n: 5, ..metric.candidate };
        metric.base_values.truncate(6);
        metric.candidate_values.truncate(5);
        metric.noise_floor = Some(0.062);
        metric.threshold = 0.062;
    }
    view.metrics[3].ci95 = Some([-1.4, 2.2]);
    view
}

fn instead(reply: Result<Reply, Failure>) -> impl FnOnce(&mut Wire, &mut Around) {
    move |wire, _| drop(wire.instead.insert("Compare", reply))
}

fn disabled(rig: &Rig, name: &str) -> bool {
    rig.harness.get_by_label(name).accesskit_node().is_disabled()
}

#[test]
fn somebody_who_comes_with_two_sides_gets_an_answer() {
    let mut rig = Rig::new();
    rig.sent();
    enter(&mut rig, both());
    let sent = rig.sent();
    let compare = Command::Compare {
        base: "01k9run9".into(),
        candidate: "01k9run0".into(),
        min_effect: None,
        metrics: Vec::new(),
    };
    assert_eq!(sent.iter().filter(|command| **command == compare).count(), 1, "{sent:?}");
    let curves = sent.iter().filter(|command| matches!(command, Command::ShowCurves { .. }));
    assert_eq!(curves.count(), 2);
    assert!(rig.tells("The candidate is worse in heap peak (+16.7 %), and better in 3 others"));
    assert!(rig.tells("Within one session, 12 repetitions against 12"));
    for count in ["3 improved", "1 unchanged", "1 regressed", "1 inconclusive"] {
        assert!(rig.shows(count), "{count}");
    }
    assert!(rig.shows("Latency over the place in the text"));
}

#[test]
fn an_empty_room_teaches_the_quick_start() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Compare));
    rig.sent();
    rig.click("Latest against the one before");
    rest(&mut rig);
    assert_eq!(asked(&mut rig), [("01k9run1".into(), "01k9run0".into(), None)]);
}

#[test]
fn without_runs_the_next_step_is_to_record_them() {
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |wire, _| {
        let none = Reply::Runs { runs: Vec::new(), total: 0 };
        wire.instead.insert("ListRuns", Ok(none));
    });
    enter(&mut rig, Go::To(Place::Compare));
    assert!(!rig.shows("Latest against the one before"));
    rig.click("Go to Bench");
    assert_eq!(rig.desk().place(), Place::Bench);
}

#[test]
fn runs_are_chosen_from_a_list_that_can_be_searched() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Compare));
    rig.click("Choose the base");
    assert!(rig.shows("Take 01k9run0"));
    rig.harness.event(egui::Event::Text("synthetic".into()));
    rig.run();
    assert!(!rig.shows("Take 01k9run0"));
    rig.click("Take 01k9run4");
    assert!(!rig.shows("Take 01k9run4"), "taking one run closes the list");
    assert!(rig.tells("Choose a candidate"));
    rig.sent();
    rig.click("Choose the candidate");
    // What stands on the other side cannot stand here too.
    assert!(disabled(&rig, "Take 01k9run4"));
    rig.click("Gather 01k9run0");
    rig.click("Gather 01k9run2");
    rest(&mut rig);
    let last = asked(&mut rig).pop();
    assert_eq!(last, Some(("01k9run4".into(), "01k9run0,01k9run2".into(), None)));
}

#[test]
fn what_is_in_no_list_can_be_named() {
    let mut rig = compared();
    rig.sent();
    rig.click("Choose the base");
    rig.harness.event(egui::Event::Text("tag:branch=main".into()));
    rig.run();
    rig.click("Use the words as a selector");
    rest(&mut rig);
    assert_eq!(asked(&mut rig), [("tag:branch=main".into(), "01k9run0".into(), None)]);
}

#[test]
fn the_sides_can_be_swapped() {
    let mut rig = compared();
    rig.sent();
    rig.click("Swap base and candidate");
    rest(&mut rig);
    assert_eq!(asked(&mut rig), [("01k9run0".into(), "01k9run9".into(), None)]);
}

#[test]
fn the_slider_asks_once_it_rests_and_not_for_the_curves() {
    let mut rig = compared();
    rig.sent();
    let slider = |rig: &Rig| {
        rig.harness.get_by_role_and_label(Role::Slider, "Smallest effect that matters").focus();
    };
    slider(&rig);
    rig.run();
    // A hand on the slider is faster than a frame: three steps at once.
    for _ in 0..3 {
        for pressed in [true, false] {
            let key = egui::Event::Key {
                key: Key::ArrowRight,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers: Modifiers::NONE,
            };
            rig.harness.input_mut().events.push(key);
        }
    }
    rig.harness.step();
    assert_eq!(asked(&mut rig), [], "it has not rested yet");
    rest(&mut rig);
    let sent = rig.sent();
    let effects: Vec<Option<f64>> = sent
        .iter()
        .filter_map(|command| match command {
            Command::Compare { min_effect, .. } => Some(*min_effect),
            _ => None,
        })
        .collect();
    assert_eq!(effects, [Some(0.125)]);
    assert!(!sent.iter().any(|command| matches!(command, Command::ShowCurves { .. })));
    assert!(rig.shows("12.5 %"));
    rig.click("Back to the setting, 5 %");
    rest(&mut rig);
    assert_eq!(asked(&mut rig).pop().map(|asked| asked.2), Some(None));
}

#[test]
fn the_old_answer_stays_until_the_new_one_is_there() {
    let mut rig = compared();
    rig.wire.borrow_mut().silent.push("Compare");
    rig.click("Swap base and candidate");
    rest(&mut rig);
    assert!(rig.tells("The candidate is worse in heap peak"));
    assert!(disabled(&rig, "Copy as Markdown"), "what is out of date is not passed on");
    rig.harness.step();
    let output = rig.harness.output();
    let soon = output.viewport_output.values().map(|view| view.repaint_delay).min();
    assert!(soon.is_some_and(|soon| soon.as_secs() > 1), "nothing moves while it waits: {soon:?}");
}

#[test]
fn a_metric_that_is_pressed_shows_its_reasons_and_values() {
    let mut rig = compared();
    // The worst is open to begin with.
    assert!(rig.shows("Values of heap peak"));
    rig.click("token rate: +13.1 %");
    assert!(rig.shows("Values of token rate"));
    assert!(rig.tells("The whole interval lies beyond ±5 %"));
    assert!(rig.tells("95 % interval of the change: +11.8 % to +14.3 %"));
    assert!(rig.tells("how much runs of the very same thing differ is not known yet"));
    assert!(rig.tells("higher is better"));
}

#[test]
fn the_table_and_the_pictures_can_be_reached_by_keyboard() {
    let mut rig = compared();
    rig.harness.get_by_label("total time: −2.1 %").focus();
    rig.run();
    rig.harness.key_press(Key::Enter);
    rig.run();
    let values = rig.harness.get_by_role_and_label(Role::Image, "Values of total time");
    values.focus();
    rig.run();
    for _ in 0..2 {
        rig.harness.key_press(Key::ArrowRight);
        rig.run();
    }
    let values = rig.harness.get_by_role_and_label(Role::Image, "Values of total time");
    assert_eq!(values.value().expect("a value is said"), "base, repetition 2: 212.4 ms");
    rig.harness.get_by_label("Latency over the place in the text, as a picture").focus();
    rig.run();
    rig.harness.key_press(Key::ArrowRight);
    rig.run();
    let curves = rig.harness.get_by_label("Latency over the place in the text, as a picture");
    let said = curves.value().expect("a place is said");
    assert!(said.starts_with("token 1, base 7.93 ms"), "{said}");
}

#[test]
fn few_runs_say_why_there_is_no_interval_and_carry_their_label() {
    let reply = Ok(Reply::Comparison(Box::new(few())));
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", instead(reply));
    enter(&mut rig, both());
    assert!(rig.tells("The measurements do not decide: too few values on a side"));
    assert!(rig.tells("Between runs, 2 against 3"));
    assert!(rig.tells("none, 2 values a side are too few for 95 %"));
    assert!(rig.shows("SYNTHETIC"));
    assert!(rig.tells("Nothing that was recorded differed"));
}

#[test]
fn what_differed_is_said_in_words() {
    let rig = compared();
    for words in ["Benchvise, commit", "Frequency governor", "not recorded", "Load before"] {
        assert!(rig.tells(words), "{words}");
    }
}

#[test]
fn a_failure_stands_in_place_and_can_be_asked_again() {
    let why = Failure::new(Code::NotFound, "no run answers to 01k9gone").with_hint("see Runs");
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", instead(Err(why)));
    enter(&mut rig, both());
    assert!(rig.tells("no run answers to 01k9gone"));
    assert!(rig.tells("see Runs"));
    assert_eq!(rig.desk().toasts().count(), 0);
    rig.wire.borrow_mut().instead.clear();
    rig.click("Ask again");
    rest(&mut rig);
    assert!(!rig.tells("no run answers to 01k9gone"));
    assert!(rig.tells("The candidate is worse in heap peak"));
}

#[test]
fn what_was_on_its_way_when_the_connection_broke_is_asked_again() {
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |wire, _| {
        wire.silent.push("ShowCurves");
    });
    enter(&mut rig, both());
    assert!(!rig.tells("as a picture"));
    rig.wire.borrow_mut().silent.clear();
    rig.incoming(ui::Incoming::Connected);
    rest(&mut rig);
    assert!(rig.shows("Latency over the place in the text, as a picture"));
}

#[test]
fn a_comparison_is_copied_as_markdown() {
    let mut rig = compared();
    rig.harness.get_by_label("Copy as Markdown").click();
    let mut copied = None;
    for _ in 0..4 {
        rig.harness.step();
        for command in &rig.harness.output().platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                copied = Some(text.clone());
            }
        }
    }
    let copied = copied.expect("something is on the clipboard");
    assert!(copied.contains("| **regressed** | heap peak |"), "{copied}");
    assert!(copied.contains("| Frequency governor | not recorded | performance |"), "{copied}");
}

#[test]
fn a_run_is_chosen_by_keyboard_alone() {
    let mut rig = Rig::new();
    enter(&mut rig, Go::To(Place::Compare));
    rig.harness.get_by_label("Choose the base").focus();
    rig.run();
    rig.harness.key_press(Key::Enter);
    rig.run();
    rig.harness.event(egui::Event::Text("01k9run5".into()));
    rig.run();
    rig.harness.key_press(Key::Tab);
    rig.run();
    rig.harness.key_press(Key::Enter);
    rig.run();
    assert!(rig.tells("Choose a candidate"), "the list closed with a base chosen");
}

#[test]
fn runs_of_the_same_thing_set_the_threshold_where_they_differ_more() {
    let reply = Ok(Reply::Comparison(Box::new(many())));
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", instead(reply));
    enter(&mut rig, both());
    assert!(rig.tells("A change counts from ±6.2 %: runs of the very same thing differ by that"));
    assert!(rig.tells("Between runs, 6 against 5"));
    assert!(rig.shows("EMULATED"));
}

#[test]
fn a_list_of_runs_closes_by_escape() {
    let mut rig = compared();
    rig.click("Choose the base");
    assert!(rig.shows("Take 01k9run0"));
    rig.harness.key_press_modifiers(Modifiers::NONE, Key::Escape);
    rig.run();
    assert!(!rig.shows("Take 01k9run1"));
}

#[test]
fn pictures() {
    let (wide, small, large) =
        (Vec2::new(1280.0, 800.0), Vec2::new(1024.0, 700.0), Vec2::new(1920.0, 1080.0));
    for (name, size, theme) in [
        ("compare-full-light", Vec2::new(1280.0, 1400.0), "light"),
        ("compare-full-dark", Vec2::new(1280.0, 1400.0), "dark"),
        ("compare-full-first", wide, "light"),
        ("compare-full-small", Vec2::new(1024.0, 1500.0), "light"),
        ("compare-full-large", large, "dark"),
    ] {
        let mut rig = Rig::with(size, theme, |_, _| {});
        enter(&mut rig, both());
        rig.picture(name);
    }
    let mut rig = Rig::with(Vec2::new(1280.0, 1200.0), "light", |_, _| {});
    enter(&mut rig, both());
    let values = rig.harness.get_by_role_and_label(Role::Image, "Values of heap peak");
    values.focus();
    rig.run();
    for _ in 0..15 {
        rig.harness.key_press(Key::ArrowRight);
        rig.run();
    }
    let curves = rig.harness.get_by_label("Latency over the place in the text, as a picture");
    let middle = curves.rect().center();
    rig.harness.hover_at(middle);
    rig.run();
    rig.picture("compare-hover");
    for (name, size, theme) in
        [("compare-few-light", wide, "light"), ("compare-few-dark", small, "dark")]
    {
        let reply = Ok(Reply::Comparison(Box::new(few())));
        let mut rig = Rig::with(size, theme, instead(reply));
        enter(&mut rig, both());
        rig.picture(name);
    }
    let reply = Ok(Reply::Comparison(Box::new(many())));
    let mut rig = Rig::with(Vec2::new(1280.0, 1100.0), "dark", instead(reply));
    let runs = |view: &[RunId]| view.iter().map(|run| run.0.as_str()).collect::<Vec<_>>().join(",");
    enter(&mut rig, Go::Compare { base: runs(&many().base), candidate: runs(&many().candidate) });
    rig.click("total time: −2.1 %");
    rig.picture("compare-many");
    let why = Failure::new(Code::NotFound, "no run answers to 01k9gone")
        .with_hint("choose another run, or look for it in Runs");
    let mut rig = Rig::with(wide, "light", instead(Err(why)));
    enter(&mut rig, Go::Compare { base: "01k9gone".into(), candidate: "01k9run4".into() });
    rig.picture("compare-error");
    for (name, theme) in [("compare-list-light", "light"), ("compare-list-dark", "dark")] {
        let mut rig = Rig::with(wide, theme, |_, _| {});
        enter(&mut rig, both());
        rig.click("Choose the candidate");
        rig.picture(name);
    }
    let mut rig = Rig::with(wide, "light", |_, _| {});
    enter(&mut rig, both());
    rig.wire.borrow_mut().silent.push("Compare");
    rig.click("Swap base and candidate");
    rest(&mut rig);
    rig.picture("compare-waiting");
}
