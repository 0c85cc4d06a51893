//! The window around the rooms: rail, palette, messages, themes, what is lost and found.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable;
use protocol::{Code, Command, Event, Failure, PortViewState, Severity, Snapshot};
use ui::asks::{Go, Place};
use ui::{Incoming, Whose};

use super::bench::{self, going};
use super::sample;
use super::support::Rig;

#[test]
fn the_rail_leads_to_every_room() {
    let mut rig = Rig::new();
    for (name, place) in [
        ("Live", Place::Live),
        ("Runs", Place::Runs),
        ("Compare", Place::Compare),
        ("Compress", Place::Compress),
        ("Fit", Place::Fit),
        ("Jobs", Place::Jobs),
        ("Settings", Place::Settings),
        ("Bench", Place::Bench),
    ] {
        let found = rig.harness.get_all_by_role_and_label(Role::Button, name);
        found.into_iter().next().expect("it is on the rail").click();
        rig.run();
        assert_eq!(rig.desk().place(), place);
    }
}

#[test]
fn the_palette_finds_and_does() {
    let mut rig = Rig::new();
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    rig.run();
    rig.harness.event(egui::Event::Text("dark".into()));
    rig.run();
    rig.sent();
    rig.harness.key_press(Key::Enter);
    rig.run();
    let dark = Command::ChangeSetting { key: "theme".into(), value: Some("dark".into()) };
    assert!(rig.sent().contains(&dark));
}

#[test]
fn a_room_hears_nothing_of_what_is_typed_into_the_palette() {
    let mut rig = Rig::new();
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::To(Place::Runs));
    rig.run();
    rig.harness.get_all_by_label_contains("Run ").next().expect("a run").click();
    rig.run();
    assert!(rig.tells("1 chosen"));
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    rig.run();
    rig.sent();
    for key in [Key::ArrowDown, Key::Delete, Key::Backspace, Key::Home] {
        rig.harness.key_press(key);
        rig.run();
    }
    let sent = rig.sent();
    assert!(sent.is_empty(), "{sent:?}");
    rig.harness.key_press(Key::Escape);
    rig.run();
    assert!(!rig.tells("Find an action"));
    assert!(rig.tells("1 chosen"), "the room kept what was chosen");
}

#[test]
fn going_elsewhere_closes_the_palette() {
    let mut rig = Rig::new();
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    rig.run();
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::To(Place::Runs));
    rig.run();
    assert!(!rig.tells("Find an action"));
}

/// A window of whatever engine that is.
fn of(whose: Whose, size: Vec2) -> Rig {
    Rig::with(size, "light", |wire, _| wire.whose = whose)
}

#[test]
fn a_window_of_a_host_says_whose_boards_it_shows() {
    let size = Vec2::new(1280.0, 800.0);
    let mut rig = of(Whose::Host("lab-pi".into()), size);
    assert!(rig.tells("lab-pi · boards, runs and files are that computer's"));
    assert!(rig.shows("Boards of lab-pi") && rig.shows("lab-pi, ready"));
    assert!(!rig.shows("This computer, ready") && !rig.tells("on this computer"));
    rig.picture("host-bench");
    rig.event(Event::PortsChanged(sample::ports()));
    assert!(rig.shows("lab-pi, ready"), "also after the boards changed");
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::To(Place::Runs));
    rig.run();
    assert!(rig.tells("lab-pi · boards"), "in every room");
    rig.event(Event::RunStarted(Box::new(going("01k9going", "This computer", 3))));
    for (name, go) in [
        ("runs", Go::To(Place::Runs)),
        ("run", Go::Show("01k9run3".into())),
        ("live", Go::Watch("01k9going".into())),
        ("compare", Go::Compare { base: "01k9run9".into(), candidate: "01k9run0".into() }),
        ("jobs", Go::To(Place::Jobs)),
    ] {
        rig.harness.state_mut().as_mut().expect("it was drawn").go(go);
        rig.run();
        assert!(!rig.tells("This computer"), "{name}");
        let board = ["lab-pi · stories", "on lab-pi", "lab-pi  ·", "lab-pi,"];
        assert!(board.iter().any(|words| rig.tells(words)) || rig.shows("lab-pi"), "{name}");
        rig.picture(&format!("host-{name}"));
    }
    let said = rig.desk().aloud().lines;
    assert!(said.iter().any(|line| line.starts_with("Run on lab-pi: ")), "{said:?}");
    let long = "a-computer-with-a-name-that-is-longer-than-its-column.example.org";
    of(Whose::Host(long.into()), Vec2::new(760.0, 520.0)).picture("host-least");
}

#[test]
fn a_board_in_use_says_whose_it_is() {
    let mut ports = sample::ports();
    ports[0].state = PortViewState::Busy;
    let user = "a profile (a command line on lab-3 at 192.0.2.7)";
    ports[0].hint = Some(format!("{user} is using it, so wait until that is done or stop it"));
    let going = vec![going("01k9going", "This computer", 3)];
    let mut rig = bench::rig(Snapshot { ports, going, ..sample::snapshot() });
    assert!(rig.shows("This computer, in use"));
    assert!(rig.tells("A profile (a command line on lab-3 at 192.0.2.7)"));
    rig.picture("bench-whose");
}

#[test]
fn a_second_window_says_who_has_the_store_until_it_has_it_itself() {
    let mut rig = of(Whose::Beside("another window".into()), Vec2::new(1280.0, 800.0));
    assert!(rig.tells("Another window has this store open"));
    let said = rig.desk().aloud().connection;
    assert_eq!(said, "Connected to another window, which has this store open");
    assert!(rig.shows("This computer, ready"), "it is this computer all the same");
    rig.picture("beside-bench");
    let why = Failure::new(Code::Internal, "another window, which had the store open, was closed");
    rig.incoming(Incoming::Lost { why });
    assert!(rig.tells("was closed") && !rig.tells("has this store open"));
    rig.wire.borrow_mut().whose = Whose::Own;
    rig.incoming(Incoming::Connected);
    assert!(!rig.tells("was closed") && !rig.tells("has this store open"));
    assert_eq!(rig.desk().aloud().connection, "Connected");
}

#[test]
fn a_notice_is_shown_once_with_what_to_do() {
    let mut rig = Rig::new();
    for _ in 0..3 {
        rig.event(Event::Notice {
            severity: Severity::Warning,
            text: "the computer runs on battery".into(),
            hint: Some("plug it in".into()),
        });
    }
    assert_eq!(rig.desk().toasts().count(), 1);
    assert!(rig.tells("the computer runs on battery"));
}

#[test]
fn a_lost_connection_is_said_and_found_again() {
    let mut rig = Rig::new();
    let why = Failure::new(Code::Internal, "the bench does not answer").with_hint("start it");
    rig.incoming(Incoming::Lost { why });
    assert!(rig.tells("the bench does not answer"));
    rig.incoming(Incoming::Connected);
    assert!(!rig.tells("the bench does not answer"));
}

#[test]
fn a_setting_that_cannot_be_written_is_said() {
    let mut rig = Rig::with(egui::Vec2::new(1280.0, 800.0), "light", |wire, _| {
        let failure = Failure::new(Code::BadInput, "the settings file may not be written");
        wire.instead.insert("ChangeSetting", Err(failure));
    });
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Equals);
    rig.run();
    assert!(rig.tells("the settings file may not be written"));
}

#[test]
fn nothing_is_drawn_again_while_nothing_happens() {
    let mut rig = Rig::new();
    for (place, _) in ui::panels::PLACES {
        rig.harness.state_mut().as_mut().expect("it was drawn").go(ui::asks::Go::To(place));
        rig.run();
        rig.harness.step();
        let output = rig.harness.output();
        let delays = output.viewport_output.values().map(|viewport| viewport.repaint_delay);
        let soon = delays.min().expect("there is a window");
        assert!(soon > std::time::Duration::from_secs(1), "{place:?} repaints after {soon:?}");
    }
}
