//! A busy window of 1400 by 900 points as a PNG, to look at, and how long its painting takes.
//!
//! `cargo run --profile work -p raster --example gallery -- gallery.png [pixels per point]`

#![expect(clippy::print_stdout, reason = "an example says what it found")]

use std::time::Instant;

use egui::{Color32, ColorImage, Pos2, Sense, Stroke, TextureOptions, Ui, pos2, vec2};
use raster::Raster;

/// What is kept from frame to frame.
struct Gallery {
    chosen: usize,
    amount: f32,
    text: String,
    picture: Option<egui::TextureHandle>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("the path of the PNG is missing")?;
    let pixels_per_point: f32 = arguments.next().map_or(Ok(1.0), |text| text.parse())?;
    let mut gallery =
        Gallery { chosen: 1, amount: 0.4, text: "Editable text".to_owned(), picture: None };
    let context = egui::Context::default();
    let mut raster = Raster::new();
    let mut shapes = Vec::new();
    for frame in 0..30 {
        let mut input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(Pos2::ZERO, vec2(1400.0, 900.0))),
            time: Some(f64::from(frame) / 60.0),
            ..egui::RawInput::default()
        };
        let viewport = input.viewports.entry(egui::ViewportId::ROOT).or_default();
        viewport.native_pixels_per_point = Some(pixels_per_point);
        let mut output = context.run_ui(input, |ui| gallery.ui(ui));
        raster.update_textures(&mut output.textures_delta);
        shapes = output.shapes;
    }
    let primitives = context.tessellate(shapes, pixels_per_point);
    let size = [1400.0, 900.0].map(|side: f32| (side * pixels_per_point) as usize);
    let mut times: Vec<_> = (0..20)
        .map(|_| {
            let start = Instant::now();
            let image = raster.paint(&primitives, size, pixels_per_point, Color32::BLACK);
            (start.elapsed(), image)
        })
        .collect();
    times.sort_by_key(|(time, _)| *time);
    let triangles: usize = primitives
        .iter()
        .map(|primitive| match &primitive.primitive {
            egui::epaint::Primitive::Mesh(mesh) => mesh.indices.len() / 3,
            egui::epaint::Primitive::Callback(_) => 0,
        })
        .sum();
    let quickest = times[0].0;
    let (median, image) = times.swap_remove(10);
    let start = Instant::now();
    let png = image.png()?;
    println!(
        "{triangles} triangles in {} meshes: {median:.2?}, at best {quickest:.2?}; PNG of {} bytes: {:.2?}",
        primitives.len(),
        png.len(),
        start.elapsed()
    );
    std::fs::write(path, png)?;
    Ok(())
}

impl Gallery {
    fn ui(&mut self, ui: &mut Ui) {
        egui::Panel::left("controls").default_size(260.0).show(ui, |ui| self.controls_ui(ui));
        egui::CentralPanel::default().show(ui, |ui| {
            ui.heading("Signals");
            for (index, colour) in
                [Color32::LIGHT_BLUE, Color32::LIGHT_GREEN, Color32::GOLD].into_iter().enumerate()
            {
                plot_ui(ui, index as f32 + 1.0, colour);
            }
            ui.columns(3, |columns| {
                for (index, ui) in columns.iter_mut().enumerate() {
                    for line in 0..12 {
                        ui.label(format!(
                            "Column {index}, line {line}: The quick brown fox jumps 1.5 m/s²"
                        ));
                    }
                }
            });
        });
        egui::Window::new("A window with a shadow").default_pos([520.0, 240.0]).show(
            ui.ctx(),
            |ui| {
                ui.label("It floats above the plots.");
                ui.horizontal(|ui| {
                    _ = ui.button("Yes");
                    _ = ui.button("No");
                    ui.add(egui::Spinner::new());
                });
                ui.collapsing("More", |_| {});
                ui.add(egui::ProgressBar::new(self.amount).show_percentage());
            },
        );
    }

    fn controls_ui(&mut self, ui: &mut Ui) {
        ui.heading("Controls");
        ui.label("Plain, and");
        ui.horizontal_wrapped(|ui| {
            ui.strong("strong");
            ui.weak("weak");
            ui.monospace("monospace");
            ui.small("small");
            ui.label(egui::RichText::new("italic").italics());
            ui.label(egui::RichText::new("underlined").underline());
            ui.hyperlink_to("a link", "https://example.org");
        });
        ui.separator();
        _ = ui.button("Button");
        ui.add_enabled(false, egui::Button::new("Disabled"));
        ui.checkbox(&mut true, "Checked");
        ui.radio_value(&mut self.chosen, 0, "First");
        ui.radio_value(&mut self.chosen, 1, "Second");
        ui.add(egui::Slider::new(&mut self.amount, 0.0..=1.0).text("amount"));
        ui.add(egui::DragValue::new(&mut self.amount));
        ui.text_edit_singleline(&mut self.text);
        let shown = ["Zero", "One", "Two"];
        egui::ComboBox::from_label("Combo").selected_text(shown[self.chosen]).show_ui(ui, |ui| {
            for (index, name) in shown.iter().enumerate() {
                ui.selectable_value(&mut self.chosen, index, *name);
            }
        });
        let mut colour = Color32::from_rgba_unmultiplied(200, 80, 40, 120);
        ui.color_edit_button_srgba(&mut colour);
        let picture = self.picture.get_or_insert_with(|| {
            ui.ctx().load_texture("example", ColorImage::example(), TextureOptions::LINEAR)
        });
        ui.label("A picture at its size, and enlarged");
        ui.image((picture.id(), vec2(128.0, 64.0)));
        ui.image((picture.id(), vec2(240.0, 90.0)));
        egui::ScrollArea::vertical().show(ui, |ui| {
            for line in 0..60 {
                ui.label(format!("Scrolled line {line}"));
            }
        });
    }
}

/// A wave of many points over a grid, filled below.
fn plot_ui(ui: &mut Ui, pitch: f32, colour: Color32) {
    let size = vec2(ui.available_width(), 150.0);
    let (response, painter) = ui.allocate_painter(size, Sense::hover());
    let rect = response.rect;
    painter.rect_filled(rect, 4.0, ui.visuals().extreme_bg_color);
    for step in 0..20 {
        let x = rect.left() + rect.width() * step as f32 / 20.0;
        painter.vline(x, rect.y_range(), Stroke::new(1.0, Color32::from_gray(50)));
    }
    let height =
        |x: f32| rect.center().y + 60.0 * (x * pitch * 0.02).sin() * (0.5 + 0.5 * (x * 0.17).sin());
    let line: Vec<Pos2> = (0..2000)
        .map(|step| rect.left() + rect.width() * step as f32 / 2000.0)
        .map(|x| pos2(x, height(x)))
        .collect();
    let mut fill = egui::Mesh::default();
    for (index, point) in (0_u32..).zip(&line) {
        fill.colored_vertex(*point, colour.gamma_multiply(0.4));
        fill.colored_vertex(pos2(point.x, rect.bottom()), Color32::TRANSPARENT);
        if index > 0 {
            fill.add_triangle(2 * index - 2, 2 * index - 1, 2 * index);
            fill.add_triangle(2 * index - 1, 2 * index, 2 * index + 1);
        }
    }
    painter.add(fill);
    painter.line(line, Stroke::new(1.5, colour));
}
