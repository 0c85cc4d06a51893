//! What a hand does: wheel, drags, clicks, keys.

use super::*;

#[test]
fn the_wheel_zooms_at_the_pointer_and_a_double_click_shows_the_whole() {
    let mut rig = finished();
    let whole = said(&rig);
    let at = place(&rig, 0.25, 0.5);
    wheel(&mut rig, at, 120.0);
    let (_, spec) = main_view(&rig.sent()).expect("another stretch is asked for");
    let ViewWindow::Between { from_ms, to_ms } = spec.window else { panic!("{spec:?}") };
    let end = 2300.0;
    assert!(from_ms > 0.0 && to_ms < end * 0.9 && to_ms - from_ms < end * 0.8, "{spec:?}");
    assert!(((end * 0.25 - from_ms) / (to_ms - from_ms) - 0.25).abs() < 0.05, "{spec:?}");
    point(&mut rig, at);
    for pressed in [true, false, true, false] {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        let event = Input::PointerButton { pos: at, button, pressed, modifiers };
        // All in one frame: the harness lets a quarter of a second pass between frames.
        rig.harness.input_mut().events.push(event);
    }
    rig.run();
    rig.harness.event(Input::PointerGone);
    rig.run();
    assert_eq!(said(&rig), whole);
    assert!(!rig.tells("Marker A"), "a double click leaves no marker");
}

#[test]
fn dragging_moves_and_shift_or_the_other_button_selects_a_range() {
    for (with, modifiers) in
        [(PointerButton::Primary, Modifiers::SHIFT), (PointerButton::Secondary, Modifiers::NONE)]
    {
        let mut rig = finished();
        let (from, to) = (place(&rig, 0.25, 0.5), place(&rig, 0.5, 0.5));
        drag(&mut rig, from, to, with, modifiers);
        let (_, spec) = main_view(&rig.sent()).expect("a range is asked for");
        let ViewWindow::Between { from_ms, to_ms } = spec.window else { panic!("{spec:?}") };
        assert!((from_ms - 575.0).abs() < 40.0 && (to_ms - 1150.0).abs() < 40.0, "{spec:?}");
        drag(&mut rig, from, to, PointerButton::Primary, Modifiers::NONE);
        let (_, moved) = main_view(&rig.sent()).expect("it moved");
        let ViewWindow::Between { from_ms: now, .. } = moved.window else { panic!("{moved:?}") };
        assert!((from_ms - now - (to_ms - from_ms) / 4.0).abs() < 20.0, "{spec:?} {moved:?}");
    }
}

#[test]
fn arrow_keys_move_the_window_and_zooming_ends_at_one_sample() {
    let mut rig = finished();
    for _ in 0..40 {
        rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::ArrowUp);
        rig.run();
    }
    let (_, spec) = main_view(&rig.sent()).expect("it zoomed");
    let ViewWindow::Between { from_ms, to_ms } = spec.window else { panic!("{spec:?}") };
    assert!((to_ms - from_ms - 0.01).abs() < 1e-6, "{spec:?}");
    rig.harness.key_press(Key::ArrowRight);
    rig.run();
    let (_, moved) = main_view(&rig.sent()).expect("it moved");
    let ViewWindow::Between { from_ms: now, .. } = moved.window else { panic!("{moved:?}") };
    assert!((now - from_ms - 0.001).abs() < 1e-6, "{moved:?}");
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
    rig.run();
    assert_eq!(main_view(&rig.sent()).expect("all of it").1.window, ViewWindow::Whole);
}

#[test]
fn two_clicks_place_two_markers_and_what_lies_between_is_measured() {
    let mut rig = finished();
    let (a, b) = (place(&rig, 0.25, 0.5), place(&rig, 0.5, 0.5));
    click(&mut rig, a);
    assert!(rig.tells("Marker A at"));
    assert!(rig.tells("place the other marker"));
    rig.sent();
    click(&mut rig, b);
    let measured: Vec<Command> = rig
        .sent()
        .into_iter()
        .filter(|command| matches!(command, Command::MeasureBetween { .. }))
        .collect();
    let [Command::MeasureBetween { from_ms, to_ms, .. }] = measured.as_slice() else {
        panic!("{measured:?}")
    };
    assert!((from_ms - 575.0).abs() < 40.0 && (to_ms - 1150.0).abs() < 40.0);
    assert!(rig.tells("Apart 58"));
    assert!(rig.shows("latency: 64 samples"));
    assert!(rig.tells("Mean 7.90 ms, SD 400 µs"));
    assert!(rig.tells("p50 7.90 ms, p90 8.60 ms"));
    rig.click("Clear markers");
    assert!(!rig.tells("Marker A at") && rig.shows("In view"));
}

#[test]
fn a_marker_moves_by_arrow_keys_and_is_measured_again() {
    let mut rig = finished();
    for across in [0.25, 0.5] {
        let at = place(&rig, across, 0.5);
        click(&mut rig, at);
    }
    let before = marker(&rig, "Marker B");
    rig.harness.get_by_role_and_label(Role::Slider, &before).focus();
    rig.run();
    rig.sent();
    for _ in 0..5 {
        rig.harness.key_press(Key::ArrowRight);
        rig.run();
    }
    assert_ne!(marker(&rig, "Marker B"), before);
    let measured = |sent: &[Command]| {
        sent.iter().filter(|c| matches!(c, Command::MeasureBetween { .. })).count()
    };
    let sent = rig.sent();
    assert!((1..=5).contains(&measured(&sent)), "{sent:?}");
    rig.harness.key_press(Key::Delete);
    rig.run();
    assert!(!rig.tells("Marker B at"));
}

fn marker(rig: &Rig, name: &str) -> String {
    let mut found = rig
        .harness
        .query_all_by_role(Role::Slider)
        .filter_map(|node| node.accesskit_node().label().filter(|label| label.starts_with(name)));
    found.next_back().expect("it stands")
}

#[test]
fn a_marker_can_be_dragged_by_its_line() {
    let mut rig = finished();
    let (from, to) = (place(&rig, 0.25, 0.5), place(&rig, 0.75, 0.5));
    click(&mut rig, from);
    drag(&mut rig, from, to, PointerButton::Primary, Modifiers::NONE);
    assert!(
        marker(&rig, "Marker A").starts_with("Marker A at 174"),
        "{}",
        marker(&rig, "Marker A")
    );
    assert!(opened(&rig.sent()).is_empty(), "the window did not move with it");
}

#[test]
fn markers_work_by_keyboard_alone() {
    let mut rig = finished();
    rig.harness.key_press(Key::M);
    rig.run();
    assert!(rig.tells("Marker A at"));
    rig.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    rig.run();
    assert!(!rig.tells("Marker A at"));
}

#[test]
fn the_plots_take_keys_while_they_have_the_focus() {
    let mut rig = by_hand();
    let (view, spec) = main_view(&rig.sent()).expect("it is open");
    frame(&mut rig, sample::frame(view, 1, &spec));
    rig.harness.get_by_label("Signals").focus();
    rig.run();
    rig.harness.key_press(Key::Space);
    rig.run();
    assert!(rig.tells("Paused; the recording goes on"));
    rig.harness.key_press(Key::M);
    rig.run();
    assert!(rig.tells("Marker A at"));
    rig.sent();
    rig.harness.key_press(Key::ArrowLeft);
    rig.run();
    assert!(rig.harness.get_by_label("Signals").is_focused(), "arrows move the window alone");
}

#[test]
fn both_markers_can_be_placed_without_a_pointer_and_stand_apart() {
    let mut rig = finished();
    rig.click("Place a marker");
    rig.click("Place a marker");
    rig.harness.event(Input::PointerGone);
    rig.run();
    assert!(marker(&rig, "Marker A") != marker(&rig, "Marker B"));
    assert!(rig.tells("Apart 777 ms"));
}

#[test]
fn the_window_on_the_overview_is_dragged_by_its_middle_and_by_its_edges() {
    let mut rig = finished();
    let (from, to) = (place(&rig, 0.25, 0.5), place(&rig, 0.5, 0.5));
    drag(&mut rig, from, to, PointerButton::Primary, Modifiers::SHIFT);
    let (_, before) = main_view(&rig.sent()).expect("a range is asked for");
    let ViewWindow::Between { from_ms, to_ms } = before.window else { panic!("{before:?}") };
    let window = rig.harness.get_by_label("Overview window").rect();
    let by = Vec2::new(60.0, 0.0);
    drag(&mut rig, window.center(), window.center() + by, PointerButton::Primary, Modifiers::NONE);
    let (_, moved) = main_view(&rig.sent()).expect("it moved");
    let ViewWindow::Between { from_ms: now, to_ms: then } = moved.window else { panic!() };
    assert!(now > from_ms + 50.0, "{moved:?}");
    assert!((then - now - (to_ms - from_ms)).abs() < 1e-6, "as long as before");
    let window = rig.harness.get_by_label("Overview window").rect();
    let edge = window.right_center();
    drag(&mut rig, edge, edge + by, PointerButton::Primary, Modifiers::NONE);
    let (_, wider) = main_view(&rig.sent()).expect("it is wider");
    let ViewWindow::Between { from_ms: same, to_ms: later } = wider.window else { panic!() };
    assert!((same - now).abs() < 1e-6 && later > then + 50.0, "{wider:?}");
}
