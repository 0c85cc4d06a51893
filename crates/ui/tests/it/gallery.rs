//! Pictures of every room for people to look at, under `pictures` in the target folder. They are
//! compared with nothing: what may not change is tested by name elsewhere.

use egui::Vec2;
use ui::asks::{Go, Place};

use super::support::Rig;

fn picture(name: &str, size: Vec2, theme: &'static str, place: Place) {
    let mut rig = Rig::with(size, theme, |_, _| {});
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::To(place));
    rig.run();
    rig.picture(name);
}

#[test]
fn every_room_light_and_dark_small_and_large() {
    for (place, name) in ui::panels::PLACES {
        picture(&format!("{name}-light"), Vec2::new(1280.0, 800.0), "light", place);
        picture(&format!("{name}-dark"), Vec2::new(1280.0, 800.0), "dark", place);
        picture(&format!("{name}-small"), Vec2::new(1024.0, 700.0), "light", place);
        picture(&format!("{name}-large"), Vec2::new(1920.0, 1080.0), "dark", place);
        // The smallest window, and about what text half as large again leaves of it.
        picture(&format!("{name}-least"), Vec2::new(760.0, 520.0), "dark", place);
        picture(&format!("{name}-tiny"), Vec2::new(507.0, 347.0), "light", place);
    }
}
