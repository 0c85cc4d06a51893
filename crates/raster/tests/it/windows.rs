//! Whole user interfaces.

use egui::{Align2, Color32, FontId, Rect, Sense, Stroke, pos2, vec2};
use raster::{Image, shot};

use crate::meshes::pixels;

/// A bit of everything.
fn sample(ui: &mut egui::Ui) {
    egui::CentralPanel::default().show(ui, |ui| {
        ui.heading("Sample");
        _ = ui.button("A button");
        ui.checkbox(&mut true, "Checked");
        ui.add(egui::Slider::new(&mut 3.0, 0.0..=10.0));
        egui::Window::new("Window").show(ui.ctx(), |ui| ui.label("Inside"));
    });
}

#[test]
fn the_same_user_interface_gives_the_same_bytes() {
    let shoot = || shot(vec2(300.0, 200.0), 1.5, 4, sample);
    let first = shoot();
    assert_eq!((first.width, first.height), (450, 300));
    assert_eq!(first, shoot());
    assert_eq!(first.png().expect("it has pixels"), shoot().png().expect("it has pixels"));
}

#[test]
fn what_is_shown_on_panels_is_opaque() {
    let image = shot(vec2(300.0, 200.0), 1.0, 3, sample);
    assert!(pixels(&image).all(|(_, [.., alpha])| alpha == 255));
    let colours: std::collections::BTreeSet<_> = pixels(&image).map(|(_, pixel)| pixel).collect();
    assert!(colours.len() > 50, "only {} colours", colours.len());
}

/// Where there is anything but the background, as columns and rows.
fn ink(image: &Image) -> Option<[usize; 4]> {
    let background = image.pixel(0, 0)?;
    let inked = pixels(image).filter(|(_, pixel)| *pixel != background).map(|(place, _)| place);
    inked.fold(None, |bounds, [x, y]| {
        let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
        Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
    })
}

#[test]
fn a_label_leaves_ink_within_its_clip() {
    let text = |clip: Rect| {
        shot(vec2(200.0, 60.0), 1.0, 2, move |ui| {
            let painter = ui.painter().with_clip_rect(clip);
            let font = FontId::proportional(24.0);
            painter.text(pos2(20.0, 10.0), Align2::LEFT_TOP, "Hamburg", font, Color32::WHITE);
        })
    };
    let [left, top, right, bottom] = ink(&text(Rect::EVERYTHING)).expect("there is a text");
    assert!((20..25).contains(&left) && (95..140).contains(&right), "{left} to {right}");
    assert!((10..20).contains(&top) && (28..45).contains(&bottom), "{top} to {bottom}");
    let clip = Rect::from_min_max(pos2(30.0, 20.0), pos2(60.0, 27.0));
    assert_eq!(ink(&text(clip)), Some([30, 20, 59, 26]), "letters are cut at all sides");
    assert_eq!(ink(&text(Rect::from_min_max(pos2(150.0, 0.0), pos2(200.0, 60.0)))), None);
}

#[test]
fn a_line_of_one_pixel_is_sharp_on_the_grid() {
    let image = shot(vec2(50.0, 50.0), 1.0, 1, |ui| {
        ui.painter().hline(10.0..=40.0, 20.5, Stroke::new(1.0, Color32::from_rgb(200, 100, 50)));
        ui.allocate_response(vec2(1.0, 1.0), Sense::hover());
    });
    let background = image.pixel(0, 0).expect("it is inside");
    for y in 0..50 {
        let expect = if y == 20 { [200, 100, 50, 255] } else { background };
        assert_eq!(image.pixel(25, y), Some(expect), "row {y}");
    }
}

#[test]
fn a_png_holds_the_pixels() {
    let image = shot(vec2(90.0, 40.0), 1.0, 2, |ui| _ = ui.label("In a file"));
    let bytes = image.png().expect("it has pixels");
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
    let mut rgb = vec![0; reader.output_buffer_size().expect("it is small")];
    let info = reader.next_frame(&mut rgb).expect("it has a frame");
    assert_eq!((info.width, info.height, info.color_type), (90, 40, png::ColorType::Rgb));
    for (([x, y], [r, g, b, _]), read) in pixels(&image).zip(rgb.chunks_exact(3)) {
        assert_eq!([r, g, b], read, "at {x}, {y}");
    }
}

#[test]
fn a_png_of_something_see_through_has_alpha() {
    let clear = Image { width: 2, height: 1, rgba: vec![64, 128, 0, 128, 0, 0, 0, 0] };
    let bytes = clear.png().expect("it has pixels");
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
    let mut rgba = [0; 8];
    reader.next_frame(&mut rgba).expect("it has a frame");
    assert_eq!(rgba, [128, 255, 0, 128, 0, 0, 0, 0]);
}

#[test]
fn a_picture_that_contradicts_itself_is_no_png() {
    assert!(Image { width: 0, height: 0, rgba: Vec::new() }.png().is_err());
    assert!(Image { width: 2, height: 2, rgba: vec![0; 4] }.png().is_err());
}
