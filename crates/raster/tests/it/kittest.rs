//! As the renderer of egui_kittest.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn harness<'a>() -> Harness<'a, u32> {
    let builder = Harness::builder().with_size(egui::vec2(160.0, 60.0)).with_pixels_per_point(2.0);
    builder.renderer(raster::Raster::new()).build_ui_state(
        |ui, count| {
            egui::CentralPanel::default().show(ui, |ui| {
                *count += u32::from(ui.button(format!("Pressed {count} times")).clicked());
            });
        },
        0,
    )
}

#[test]
fn a_harness_is_rendered_and_follows_what_is_done_to_it() {
    let mut harness = harness();
    let before = harness.render().expect("it is rendered");
    assert_eq!(before.dimensions(), (320, 120));
    // The harness leaves a margin of 8 points around what it shows.
    assert_eq!(before.get_pixel(15, 60).0, [0; 4], "what nobody paints is transparent");
    assert_eq!(before.get_pixel(17, 60).0[3], 255, "the panel is opaque");
    assert_eq!(harness.render().expect("it is rendered"), before);
    harness.get_by_label("Pressed 0 times").click();
    harness.run();
    assert_ne!(harness.render().expect("it is rendered"), before);
}
