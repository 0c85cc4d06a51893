//! Live, from a start to a stop and after: what is asked of the engine, and what a person sees.

#![expect(clippy::expect_used, reason = "a test may end with a panic")]

mod hand;
mod pictures;

use egui::accesskit::Role;
use egui::{Event as Input, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use protocol::{
    Code, Command, Event, Failure, GoingRun, Reply, RunId, RunStatus, SignalSource, Trace,
    TraceColumn, ViewFrame, ViewId, ViewSpec, ViewWindow,
};
use ui::Incoming;
use ui::asks::{Go, Place};

use super::sample;
use super::support::{NOW_MS, Rig, Wire};

const RUN: &str = "01k9live";

fn going() -> GoingRun {
    let mut summary = sample::summary(RUN, 0, 620.0);
    summary.status = RunStatus::Recording;
    summary.created_ms = NOW_MS - 42_000;
    summary.finished_ms = None;
    summary.headline.clear();
    GoingRun { summary, doing: "measuring".into(), repetitions_done: 3, repetitions: 12 }
}

fn progress() -> Event {
    Event::RunProgressed {
        run: RUN.into(),
        doing: "measuring".into(),
        repetitions_done: 3,
        repetitions: 12,
        tokens: 41,
        tokens_per_s: Some(124.4),
    }
}

/// A window that watches a run as it is recorded; frames come where `prepare` lets them.
fn watching(size: Vec2, theme: &'static str, prepare: impl FnOnce(&mut Wire)) -> Rig {
    let mut rig = Rig::with(size, theme, |wire, _| prepare(wire));
    rig.event(Event::RunStarted(Box::new(going())));
    go(&mut rig, Go::Watch(RUN.into()));
    rig.event(progress());
    rig
}

fn by_hand() -> Rig {
    watching(Vec2::new(1280.0, 800.0), "light", |wire| wire.frames = None)
}

fn go(rig: &mut Rig, go: Go) {
    rig.harness.state_mut().as_mut().expect("it was drawn").go(go);
    rig.run();
}

/// The views that were opened by these commands.
fn opened(sent: &[Command]) -> Vec<(ViewId, ViewSpec)> {
    let open = |command: &Command| match command {
        Command::OpenView { view, spec } => Some((*view, spec.clone())),
        _ => None,
    };
    sent.iter().filter_map(open).collect()
}

/// The main view among them: the one of all signals.
fn main_view(sent: &[Command]) -> Option<(ViewId, ViewSpec)> {
    opened(sent).into_iter().rev().find(|(_, spec)| spec.signals.is_empty())
}

fn frame(rig: &mut Rig, frame: ViewFrame) {
    rig.event(Event::ViewFrame(Box::new(frame)));
}

fn acknowledged(sent: &[Command], view: ViewId) -> Vec<u64> {
    let seq = |command: &Command| match command {
        Command::AckView { view: of, seq } if *of == view => Some(*seq),
        _ => None,
    };
    sent.iter().filter_map(seq).collect()
}

/// What the plots say of themselves.
fn said(rig: &Rig) -> String {
    rig.harness.get_by_label("Signals").accesskit_node().value().unwrap_or_default()
}

/// A place in the plots: shares of their width and height.
fn place(rig: &Rig, across: f32, down: f32) -> Pos2 {
    let rect = rig.harness.get_by_label("Signals").rect();
    Pos2::new(rect.left() + across * rect.width(), rect.top() + down * rect.height())
}

fn point(rig: &mut Rig, at: Pos2) {
    rig.harness.event(Input::PointerMoved(at));
    rig.run();
}

fn button(rig: &mut Rig, at: Pos2, button: PointerButton, pressed: bool, modifiers: Modifiers) {
    rig.harness.event(Input::PointerButton { pos: at, button, pressed, modifiers });
    rig.harness.step();
}

fn click(rig: &mut Rig, at: Pos2) {
    point(rig, at);
    button(rig, at, PointerButton::Primary, true, Modifiers::NONE);
    button(rig, at, PointerButton::Primary, false, Modifiers::NONE);
    rig.run();
    // Time passes, so that two clicks are not a double click.
    for _ in 0..4 {
        rig.harness.step();
    }
}

fn drag(rig: &mut Rig, from: Pos2, to: Pos2, with: PointerButton, modifiers: Modifiers) {
    point(rig, from);
    rig.harness.event_modifiers(
        Input::PointerButton { pos: from, button: with, pressed: true, modifiers },
        modifiers,
    );
    rig.harness.step();
    for share in [0.3, 0.6, 1.0] {
        rig.harness.event_modifiers(Input::PointerMoved(from + (to - from) * share), modifiers);
        rig.harness.step();
    }
    rig.harness.event_modifiers(
        Input::PointerButton { pos: to, button: with, pressed: false, modifiers },
        modifiers,
    );
    rig.run();
}

fn wheel(rig: &mut Rig, at: Pos2, up: f32) {
    point(rig, at);
    rig.harness.event(Input::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: Vec2::new(0.0, up),
        phase: TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    rig.run();
}

#[test]
fn an_empty_room_leads_to_the_first_run() {
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |wire, _| {
        wire.instead.insert("ListRuns", Ok(Reply::Runs { runs: Vec::new(), total: 0 }));
    });
    go(&mut rig, Go::To(Place::Live));
    assert!(rig.shows("Nothing has been recorded yet"));
    assert!(opened(&rig.sent()).is_empty());
    rig.click("Start run");
    assert_eq!(rig.desk().place(), Place::Bench);
}

#[test]
fn from_start_to_stop() {
    let mut rig = by_hand();
    let sent = rig.sent();
    let views = opened(&sent);
    assert_eq!(views.len(), 2, "one of all signals, one of the whole in little");
    assert!(views.iter().all(|(_, spec)| spec.run == RunId::from(RUN)));
    let (view, spec) = main_view(&sent).expect("it is open");
    assert_eq!(spec.window, ViewWindow::Last { span_ms: 10_000.0 });
    let (_, little) = views.iter().find(|(of, _)| *of != view).expect("it is open");
    assert_eq!((little.window, little.signals.len()), (ViewWindow::Whole, 1));
    assert!(rig.shows("Repetition: 4 of 12"));
    assert!(rig.shows("Rate now: 124 tok/s"));
    assert!(rig.shows("Elapsed: 0:42"));
    frame(&mut rig, sample::frame(view, 1, &spec));
    assert!(rig.shows("Signals") && rig.shows("Latency lane"));
    rig.click("Stop");
    assert!(rig.sent().contains(&Command::StopRun { run: RUN.into() }));
    assert!(rig.shows("Stopping…"));
    rig.event(Event::RunFinished { run: RUN.into(), status: RunStatus::Aborted, failure: None });
    assert!(!rig.shows("Stopping…") && !rig.shows("Stop"));
    assert!(rig.shows("Signals"), "the picture stays");
}

#[test]
fn a_run_that_ended_keeps_its_picture_and_is_zoomed_where_the_pointer_is() {
    let mut rig = by_hand();
    let (view, spec) = main_view(&rig.sent()).expect("it is open");
    frame(&mut rig, sample::frame(view, 1, &spec));
    rig.event(Event::RunFinished { run: RUN.into(), status: RunStatus::Complete, failure: None });
    assert_eq!(said(&rig), "0.00 s to 10.00 s");
    assert!(main_view(&rig.sent()).is_none(), "the newest stays in sight to the last sample");
    rig.harness.key_press(Key::Space);
    rig.run();
    assert!(main_view(&rig.sent()).is_none(), "there is nothing to pause");
    let at = place(&rig, 0.1, 0.5);
    wheel(&mut rig, at, 60.0);
    let (_, spec) = main_view(&rig.sent()).expect("it zoomed");
    assert!(matches!(spec.window, ViewWindow::Between { from_ms, .. } if from_ms < 300.0));
}

#[test]
fn a_stop_that_did_not_work_is_said_and_can_be_tried_again() {
    let mut rig = by_hand();
    let failure = Failure::new(Code::Internal, "the board does not answer");
    rig.wire.borrow_mut().instead.insert("StopRun", Err(failure));
    rig.click("Stop");
    assert!(rig.tells("the board does not answer"));
    assert!(rig.shows("Stop"));
}

#[test]
fn a_frame_is_acknowledged_once_it_was_painted_and_only_once() {
    let mut rig = by_hand();
    let (view, spec) = main_view(&rig.sent()).expect("it is open");
    // Heard, and not painted yet.
    let event = Event::ViewFrame(Box::new(sample::frame(view, 7, &spec)));
    rig.wire.borrow_mut().push(Incoming::Event(Box::new(event)));
    let ctx = rig.harness.ctx.clone();
    rig.harness.state_mut().as_mut().expect("it was drawn").logic(&ctx);
    assert!(acknowledged(&rig.sent(), view).is_empty());
    rig.run();
    assert_eq!(acknowledged(&rig.sent(), view), [7]);
    rig.harness.step();
    assert!(rig.sent().is_empty());
}

#[test]
fn no_second_view_is_asked_for_before_the_first_was_answered() {
    let mut rig = by_hand();
    let (view, spec) = main_view(&rig.sent()).expect("it is open");
    frame(&mut rig, sample::frame(view, 1, &spec));
    rig.sent();
    rig.wire.borrow_mut().silent.push("OpenView");
    for _ in 0..5 {
        rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::ArrowUp);
        rig.run();
    }
    let sent = rig.sent();
    assert_eq!(opened(&sent).len(), 1);
    let request = rig.wire.borrow().last_open.expect("it was asked");
    rig.incoming(Incoming::Reply { request, reply: Box::new(Ok(Reply::Done)) });
    let (again, spec) = main_view(&rig.sent()).expect("the newest wish follows");
    assert_eq!(again, view, "it takes the first one's place");
    assert_eq!(spec.window, ViewWindow::Last { span_ms: 10_000.0 / 32.0 });
}

#[test]
fn leaving_closes_the_views_and_coming_back_opens_new_ones() {
    let mut rig = by_hand();
    let first = opened(&rig.sent());
    go(&mut rig, Go::To(Place::Runs));
    let sent = rig.sent();
    for (view, _) in &first {
        assert!(sent.contains(&Command::CloseView { view: *view }));
    }
    go(&mut rig, Go::To(Place::Live));
    assert_eq!(opened(&rig.sent()).len(), 2);
}

#[test]
fn a_new_connection_opens_the_views_again() {
    let mut rig = by_hand();
    rig.sent();
    rig.incoming(Incoming::Lost { why: Failure::new(Code::Internal, "gone") });
    assert!(opened(&rig.sent()).is_empty());
    rig.incoming(Incoming::Connected);
    assert_eq!(opened(&rig.sent()).len(), 2);
}

#[test]
fn a_view_that_is_refused_says_why_and_is_not_asked_for_again_by_itself() {
    let failure = Failure::new(Code::NotFound, "there is no such run").with_hint("choose another");
    let mut rig = watching(Vec2::new(1280.0, 800.0), "light", |wire| {
        wire.instead.insert("OpenView", Err(failure));
    });
    assert!(rig.tells("there is no such run") && rig.tells("choose another"));
    rig.sent();
    rig.harness.step();
    assert!(opened(&rig.sent()).is_empty());
    rig.wire.borrow_mut().instead.remove("OpenView");
    rig.click("Try again");
    assert!(rig.shows("Signals"));
}

#[test]
fn a_pause_holds_the_picture_while_the_recording_goes_on() {
    let mut rig = by_hand();
    let (view, spec) = main_view(&rig.sent()).expect("it is open");
    let mut first = sample::frame(view, 1, &spec);
    (first.end_ms, first.from_ms, first.to_ms) = (20_000.0, 10_000.0, 20_000.0);
    frame(&mut rig, first.clone());
    assert_eq!(said(&rig), "10.00 s to 20.00 s");
    rig.harness.key_press(Key::Space);
    rig.run();
    assert!(rig.tells("Paused; the recording goes on"));
    let (_, held) = main_view(&rig.sent()).expect("another stretch is asked for");
    assert_eq!(held.window, ViewWindow::Between { from_ms: 10_000.0, to_ms: 20_000.0 });
    let mut later = first;
    (later.seq, later.end_ms) = (2, 25_000.0);
    frame(&mut rig, later);
    assert_eq!(said(&rig), "10.00 s to 20.00 s");
    rig.harness.key_press(Key::Space);
    rig.run();
    assert!(!rig.tells("Paused"));
    let (_, follows) = main_view(&rig.sent()).expect("it follows again");
    assert_eq!(follows.window, ViewWindow::Last { span_ms: 10_000.0 });
}

#[test]
fn a_hidden_window_closes_its_views_and_acknowledges_nothing() {
    let mut rig = by_hand();
    let (view, spec) = main_view(&rig.sent()).expect("it is open");
    let hide = |rig: &mut Rig, hidden: bool| {
        let viewports = &mut rig.harness.input_mut().viewports;
        viewports.entry(egui::ViewportId::ROOT).or_default().minimized = Some(hidden);
        rig.run();
    };
    hide(&mut rig, true);
    let sent = rig.sent();
    assert!(sent.contains(&Command::CloseView { view }), "{sent:?}");
    frame(&mut rig, sample::frame(view, 2, &spec));
    rig.harness.step();
    assert!(rig.sent().is_empty());
    hide(&mut rig, false);
    assert_eq!(opened(&rig.sent()).len(), 2);
}

#[test]
fn what_is_not_measured_says_why_instead_of_an_empty_plot() {
    let rig = finished();
    assert!(rig.shows("No power: this computer offers no energy counter that may be read"));
    assert!(!rig.shows("Power lane"));
}

#[test]
fn the_pointer_reads_all_lanes_and_a_gap_is_read_as_lost() {
    let mut rig = finished();
    let at = place(&rig, 0.1, 0.5);
    point(&mut rig, at);
    let words = said(&rig);
    assert!(words.contains("latency 7.") && words.contains("heap 1.3"), "{words}");
    // Tokens 20 to 24 of the second repetition were lost: some 780 ms in.
    let at = place(&rig, 795.0 / 2300.0, 0.5);
    point(&mut rig, at);
    assert!(said(&rig).contains("latency lost"), "{}", said(&rig));
}

/// The same run with a meter beside the board.
fn metered(view: ViewId, seq: u64, spec: &ViewSpec) -> ViewFrame {
    let mut frame = sample::frame(view, seq, spec);
    let source = SignalSource {
        name: "emulated PPK2".into(),
        emulated: true,
        aligned: "placed by pings, ± 0.42 ms; idle 66 mW".into(),
    };
    let wide = spec.width_px.max(1) as usize;
    for signal in frame.signals.iter_mut().filter(|signal| signal.name == "power") {
        let column = |at: usize| {
            let lost = at > wide / 2 && at < wide / 2 + wide / 50;
            let mean = if (at / 20).is_multiple_of(2) { 70.0 } else { 128.0 };
            let (samples, missing) = if lost { (0, 90) } else { (90, 0) };
            TraceColumn { min: 66.0, max: 132.1, mean, samples, missing }
        };
        signal.trace = Trace::Columns((0..wide).map(column).collect());
        (signal.extent, signal.absent) = (Some([66.0, 132.1]), None);
        signal.source = Some(source.clone());
    }
    let mut energy = frame.signals[0].clone();
    energy.name = "token_energy".into();
    energy.unit = "mJ".into();
    energy.source = Some(source);
    if spec.signals.is_empty() {
        frame.signals.push(energy);
    }
    frame
}

#[test]
fn a_meters_power_says_what_measured_it_and_that_it_is_emulated() {
    let size = Vec2::new(1280.0, 800.0);
    let rig = watching(size, "light", |wire| wire.frames = Some(metered));
    assert!(rig.shows("Power lane") && rig.shows("Token energy lane"));
    assert!(rig.tells("EMULATED: emulated PPK2, placed by pings"));
    assert!(!rig.tells("No power"));
}

#[test]
fn a_lane_folds_and_stays_folded() {
    let mut rig = finished();
    rig.click("Memory lane");
    rig.click("Fit heights");
    rig.harness.state_mut().as_mut().expect("it was drawn").remember();
    let kept = rig.around.borrow().memory.get("live").cloned().expect("it is remembered");
    assert!(kept.contains("memory") && kept.contains("seen"), "{kept}");
}

#[test]
fn the_chooser_shows_runs_that_go_on_first_and_turns_to_another() {
    let mut rig = by_hand();
    rig.sent();
    rig.harness.get_by_role(Role::ComboBox).click();
    rig.run();
    assert!(rig.tells("recording"));
    let other = rig.harness.get_all_by_label_contains("7 h ago").next().expect("it is offered");
    other.click();
    rig.run();
    let (_, spec) = main_view(&rig.sent()).expect("the other is asked for");
    assert_eq!((spec.run, spec.window), (RunId::from("01k9run1"), ViewWindow::Whole));
    assert!(rig.shows("Complete"));
}

#[test]
fn what_is_made_up_is_labelled() {
    let mut rig = Rig::new();
    go(&mut rig, Go::Watch("01k9run4".into()));
    assert!(rig.shows("SYNTHETIC"));
    go(&mut rig, Go::Watch("01k9run6".into()));
    assert!(rig.shows("EMULATED"));
}

#[test]
fn a_run_that_is_in_no_list_is_asked_about_once() {
    let mut rig = Rig::new();
    rig.sent();
    go(&mut rig, Go::Watch("01k8older".into()));
    rig.harness.step();
    let asked = Command::ShowRun { selector: "01k8older".into() };
    assert_eq!(rig.sent().iter().filter(|command| **command == asked).count(), 1);
}

#[test]
fn a_note_of_the_time_axis_is_shown() {
    let mut rig = watching(Vec2::new(1280.0, 800.0), "light", |wire| {
        wire.frames = Some(|view, seq, spec| ViewFrame {
            note: Some("the board's clock was set while it ran".into()),
            ..sample::frame(view, seq, spec)
        });
    });
    rig.run();
    assert!(rig.tells("the board's clock was set while it ran"));
}

/// A finished run, as a whole.
fn finished() -> Rig {
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |wire, _| {
        wire.frames = Some(|view, seq, spec| ViewFrame {
            recording: false,
            ..sample::frame(view, seq, spec)
        });
    });
    go(&mut rig, Go::Watch("01k9run1".into()));
    rig.sent();
    rig
}
