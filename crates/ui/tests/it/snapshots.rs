//! A few small pictures that may not change unseen, compared dot by dot with those in `snapshots`:
//! what the room's own tests cannot say by name, such as a curve that is drawn or a colour.
//!
//! After a change that was meant: `UPDATE_SNAPSHOTS=1 cargo test --profile work -p ui --test it
//! snapshots`, then look at what `git diff` changed.

use egui::Vec2;
use egui_kittest::SnapshotOptions;
use ui::asks::{Go, Place};

use super::support::Rig;

fn check(name: &str, theme: &'static str, go: Go) {
    let mut rig = Rig::with(Vec2::new(760.0, 520.0), theme, |_, _| {});
    rig.harness.state_mut().as_mut().expect("it was drawn").go(go);
    // A comparison rests a moment before it asks.
    for _ in 0..3 {
        rig.run();
        rig.harness.step();
    }
    rig.run();
    // From the package's folder, where cargo starts its tests. Another processor may round a
    // letter's edge otherwise, by less than an eye sees.
    let options = SnapshotOptions::new().output_path("tests/it/snapshots");
    rig.harness.snapshot_options(name, &options);
}

#[test]
fn the_bench() {
    check("bench-light", "light", Go::To(Place::Bench));
}

#[test]
fn a_run_live() {
    check("live-dark", "dark", Go::To(Place::Live));
}

#[test]
fn verdicts() {
    let sides = Go::Compare { base: "01k9run9".into(), candidate: "01k9run0".into() };
    check("compare-light", "light", sides);
}

#[test]
fn the_list_of_runs() {
    check("runs-dark", "dark", Go::To(Place::Runs));
}

#[test]
fn the_settings() {
    check("settings-light", "light", Go::To(Place::Settings));
}
