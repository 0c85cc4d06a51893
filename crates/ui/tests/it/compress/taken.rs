//! What a document is taken for: found out, until somebody says otherwise.

use egui::Vec2;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;

use super::*;

fn pick(rig: &mut Rig, list: &str, what: &str) {
    rig.harness.get_by_role_and_label(Role::ComboBox, list).click();
    rig.run();
    rig.click(what);
}

#[test]
fn kind_and_language_are_said_in_a_fold_that_is_closed_at_first() {
    for theme in ["light", "dark"] {
        let mut rig = full(Vec2::new(1280.0, 1140.0), theme);
        assert!(!rig.shows("Kind of document"));
        rig.click("Taken for");
        rig.picture(&format!("compress-taken-{theme}"));
        pick(&mut rig, "Kind of document", "A contract or a law");
        pick(&mut rig, "Language", "German");
        later(&mut rig);
        let shaping = specs(&rig.sent()).pop().expect("it was compressed again").shaping;
        assert_eq!(shaping.kind.as_deref(), Some("legal"));
        assert_eq!(shaping.language.as_deref(), Some("de"));
        rig.click("Taken for");
        assert!(rig.shows("A contract or a law, in German"), "what is said is shown");
    }
}
