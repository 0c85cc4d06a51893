//! Windows that a person does not look at: made small, left, come back to. Nothing of that may end the window.

use egui::{Event as Input, PointerButton, Pos2, Vec2};
use protocol::{DocumentSource, Event};
use ui::asks::{Go, Handed};

use super::bench;
use super::support::Rig;

/// From a window that is not there to one on a large screen.
const SIZES: [(f32, f32); 12] = [
    (0.0, 0.0),
    (1.0, 1.0),
    (3.0, 900.0),
    (30.0, 30.0),
    (70.0, 400.0),
    (100.0, 10.0),
    (140.0, 820.0),
    (240.0, 200.0),
    (500.0, 60.0),
    (1280.0, 5.0),
    (507.0, 347.0),
    (1280.0, 820.0),
];

/// The window is left, crossed by the pointer, and come back to, in all sizes.
fn turns(rig: &mut Rig) {
    for (width, height) in SIZES.into_iter().chain(SIZES.into_iter().rev()) {
        let at = |x: f32, y: f32| Pos2::new(x * width, y * height);
        let button = |pressed, pos| Input::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        for input in [
            Input::PointerMoved(at(0.4, 0.5)),
            Input::WindowFocused(false),
            button(true, at(0.4, 0.5)),
            Input::PointerMoved(at(0.9, 0.95)),
            Input::PointerGone,
            button(false, at(0.9, 0.95)),
            Input::WindowFocused(true),
            Input::PointerMoved(at(0.99, 0.3)),
        ] {
            rig.harness.set_size(Vec2::new(width, height));
            rig.harness.event(input);
            rig.harness.step();
        }
        rig.run();
    }
}

fn entered(go: Go) -> Rig {
    let mut rig = Rig::new();
    let run = bench::going("01k9going", "This computer", 3);
    rig.event(Event::RunStarted(Box::new(run)));
    rig.harness.state_mut().as_mut().expect("it was drawn").go(go);
    rig.run();
    rig
}

#[test]
fn no_room_ends_where_the_window_is_small_or_left() {
    for (place, _) in ui::panels::PLACES {
        turns(&mut entered(Go::To(place)));
    }
}

#[test]
fn nothing_that_is_open_ends_where_the_window_is_small_or_left() {
    let notes = || Handed {
        name: "notes.md".into(),
        source: DocumentSource::File("/data/ada/notes.md".into()),
    };
    for go in [
        Go::Watch("01k9going".into()),
        Go::Watch("01k9run4".into()),
        Go::Show("01k9run3".into()),
        Go::Compare { base: "01k9run9".into(), candidate: "01k9run0".into() },
        Go::Compress(vec![notes()]),
        Go::Fit(notes()),
    ] {
        let mut rig = entered(go);
        // A marker, where there are any.
        for across in [0.3, 0.5] {
            for pressed in [true, false] {
                let (pos, button) = (Pos2::new(1280.0 * across, 400.0), PointerButton::Primary);
                let modifiers = egui::Modifiers::NONE;
                rig.harness.event(Input::PointerButton { pos, button, pressed, modifiers });
                rig.harness.step();
            }
            rig.run();
        }
        turns(&mut rig);
    }
}
