//! The power meter of a run and of a fit: chosen, set up, refused.

use egui::Vec2;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use protocol::{
    Command, Event, MeterSeries, MeterSpec, MeterSupply, PortView, PortViewKind, PortViewState,
    Reply, Snapshot, UsbView,
};
use ui::asks::{Go, Handed, Place};

use super::bench::{rig, write};
use super::sample;
use super::support::Rig;

/// A PPK2, one of its two ports.
pub(crate) fn ppk2(path: &str, state: PortViewState, hint: Option<&str>) -> PortView {
    PortView {
        path: path.into(),
        kind: PortViewKind::Meter,
        state,
        board: None,
        driver: Some("ppk2".into()),
        usb: Some(UsbView {
            vid: "1915".into(),
            pid: "c00a".into(),
            serial: Some("D5C2A1F0".into()),
            product: Some("PPK2".into()),
            name: Some("Nordic Power Profiler Kit II".into()),
        }),
        hint: hint.map(str::to_owned),
    }
}

/// Bench in a window that has room for the whole form.
fn tall(snapshot: Snapshot) -> Rig {
    Rig::with(Vec2::new(1280.0, 1200.0), "light", |wire, _| {
        wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
    })
}

fn with_meter(state: PortViewState, hint: Option<&str>) -> Snapshot {
    let mut ports = sample::ports();
    let free = ppk2("/dev/ttyACM2", PortViewState::Free, None);
    ports.extend([free, ppk2("/dev/ttyACM3", state, hint)]);
    Snapshot { ports, ..sample::snapshot() }
}

/// Takes one of the list of meters.
#[track_caller]
fn choose(rig: &mut Rig, meter: &str) {
    rig.harness.get_by_role_and_label(Role::ComboBox, "Power meter").click();
    rig.run();
    rig.click(meter);
    rig.run();
}

fn asked(rig: &mut Rig) -> Option<Option<MeterSpec>> {
    rig.sent().into_iter().find_map(|command| match command {
        Command::StartRun { spec } => Some(spec.meter),
        Command::Fit { spec } => Some(spec.meter),
        _ => None,
    })
}

const PPK2: &str = "Nordic PPK2 · D5C2A1F0";

#[test]
fn a_run_is_started_with_the_meter_that_is_attached() {
    let mut rig = tall(with_meter(PortViewState::Free, None));
    choose(&mut rig, PPK2);
    rig.click("Start run");
    assert!(rig.shows("Name the board's supply in volts, such as 3.3"));
    assert_eq!(asked(&mut rig), None);
    let supply = "Supply of the board, V";
    assert!(rig.harness.get_by_role_and_label(Role::TextInput, supply).is_focused());
    write(&mut rig, supply, "3,3");
    rig.click("The meter feeds the board");
    rig.run();
    rig.click("More of the meter");
    rig.run();
    write(&mut rig, "Idle board first, s (0: not)", "0.5");
    rig.click("Keep the current too");
    rig.run();
    rig.click("Start run");
    let expect = MeterSpec {
        port: "ppk2".into(),
        model: Some("ppk2".into()),
        millivolts: Some(3300),
        supply: MeterSupply::Meter,
        trigger_pin: None,
        rate_hz: None,
        idle_s: 0.5,
        series: MeterSeries::PowerAndCurrent,
    };
    assert_eq!(asked(&mut rig), Some(Some(expect)));
    assert_eq!(rig.desk().place(), Place::Live);
}

#[test]
fn nobody_who_wants_no_meter_is_asked_about_one() {
    let mut rig = Rig::new();
    let combo = rig.harness.get_by_role_and_label(Role::ComboBox, "Power meter");
    assert_eq!(combo.accesskit_node().value().as_deref(), Some("None is attached"));
    rig.click("Start run");
    assert_eq!(asked(&mut rig), Some(None));
}

#[test]
fn a_meter_that_somebody_uses_says_who_and_starts_nothing() {
    let hint = "nrfconnect (4711) is using it, so close that first";
    let mut rig = rig(with_meter(PortViewState::Busy, Some(hint)));
    choose(&mut rig, PPK2);
    assert!(rig.tells("This meter is in use: nrfconnect (4711)"));
    write(&mut rig, "Supply of the board, V", "3.3");
    rig.click("Start run");
    assert_eq!(asked(&mut rig), None);
}

#[test]
fn a_meter_that_is_pulled_out_is_missed_until_it_is_back() {
    let snapshot = with_meter(PortViewState::Free, None);
    let ports = snapshot.ports.clone();
    let mut rig = rig(snapshot);
    choose(&mut rig, PPK2);
    write(&mut rig, "Supply of the board, V", "3.3");
    rig.event(Event::PortsChanged(sample::ports()));
    assert!(rig.tells("This meter is not attached any more"));
    rig.click("Start run");
    assert_eq!(asked(&mut rig), None);
    rig.event(Event::PortsChanged(ports));
    rig.click("Start run");
    assert!(asked(&mut rig).flatten().is_some());
}

#[test]
fn a_meter_behind_a_port_is_named_with_what_it_is() {
    let mut rig = tall(sample::snapshot());
    choose(&mut rig, "Another…");
    rig.click("Printed lines");
    rig.run();
    rig.click("Start run");
    assert!(rig.shows("Name the meter's port, such as /dev/ttyACM1"));
    write(&mut rig, "Port of the meter", "/dev/ttyUSB0");
    rig.click("Start run");
    let meter = asked(&mut rig).flatten().expect("it was started with one");
    assert_eq!((meter.port.as_str(), meter.model.as_deref()), ("/dev/ttyUSB0", Some("lines")));
    assert_eq!((meter.millivolts, meter.supply), (None, MeterSupply::Elsewhere));
}

#[test]
fn what_was_written_of_a_meter_is_found_again() {
    let mut before = rig(with_meter(PortViewState::Free, None));
    choose(&mut before, PPK2);
    write(&mut before, "Supply of the board, V", "1.8");
    before.harness.state_mut().as_mut().expect("it was drawn").remember();
    let memory = before.around.borrow().memory.clone();
    let size = Vec2::new(1280.0, 800.0);
    let mut again = Rig::with(size, "light", |wire, around| {
        let snapshot = with_meter(PortViewState::Free, None);
        wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
        around.memory = memory;
    });
    again.click("Start run");
    let meter = asked(&mut again).flatten().expect("it was started with one");
    assert_eq!(meter.millivolts, Some(1800));
}

fn fit(snapshot: Snapshot) -> Rig {
    let mut rig = rig(snapshot);
    let bytes = b"text".to_vec();
    let source = protocol::DocumentSource::Bytes { name: "field-notes.md".into(), bytes };
    let handed = Handed { name: "field-notes.md".into(), source };
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::Fit(handed));
    rig.run();
    rig
}

#[test]
fn a_fit_is_tried_beside_a_meter_too() {
    let mut rig = fit(with_meter(PortViewState::Free, None));
    choose(&mut rig, PPK2);
    assert!(rig.tells("Name the board's supply in volts"));
    write(&mut rig, "Supply of the board, V", "3.3");
    rig.click("Try it on the board");
    let meter = asked(&mut rig).flatten().expect("it was tried with one");
    assert_eq!((meter.port.as_str(), meter.millivolts), ("ppk2", Some(3300)));
}

/// To be looked at, not judged by a machine.
#[test]
fn pictures() {
    for (name, theme, size) in [
        ("meter-bench-light", "light", Vec2::new(1280.0, 860.0)),
        ("meter-bench-dark", "dark", Vec2::new(1280.0, 860.0)),
        ("meter-bench-small", "dark", Vec2::new(760.0, 1500.0)),
    ] {
        sample::set_theme(theme);
        let mut rig = Rig::with(size, theme, |wire, _| {
            let snapshot = with_meter(PortViewState::Free, None);
            wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
        });
        choose(&mut rig, PPK2);
        write(&mut rig, "Supply of the board, V", "12");
        rig.click("The meter feeds the board");
        rig.run();
        rig.click("More of the meter");
        rig.run();
        rig.picture(name);
    }
}
