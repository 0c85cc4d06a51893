//! Textures: set, patched, freed, read.

use egui::epaint::ImageDelta;
use egui::{Color32, ColorImage, Mesh, Rect, TextureId, TextureOptions, TexturesDelta, pos2, vec2};
use raster::Raster;

use crate::meshes::{EVERYWHERE, painted, pixels, raster_with};

const ID: TextureId = TextureId::Managed(5);

/// A texture of 8 times 8 texels, all different.
fn chart() -> ColorImage {
    let texel = |i: u8| Color32::from_rgb(i.wrapping_mul(30), (i * 4) ^ 0x55, 255 - i);
    ColorImage::new([8, 8], (0..64).map(texel).collect())
}

/// A rectangle on the picture that shows part of a texture.
fn shown(rect: Rect, uv: Rect, tint: Color32) -> Mesh {
    let mut mesh = Mesh::with_texture(ID);
    mesh.add_rect_with_uv(rect, uv, tint);
    mesh
}

fn whole() -> Rect {
    Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0))
}

#[track_caller]
fn check_shows(raster: &Raster, expect: &ColorImage) {
    let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(8.0, 8.0));
    let image = painted(raster, shown(rect, whole(), Color32::WHITE), EVERYWHERE, Color32::BLACK);
    for ([x, y], pixel) in pixels(&image) {
        let inside = (10..18).contains(&x) && (20..28).contains(&y);
        let expect = if inside { expect[(x - 10, y - 20)] } else { Color32::BLACK };
        assert_eq!(pixel, expect.to_array(), "at {x}, {y}");
    }
}

#[test]
fn a_texture_at_its_own_size_is_copied() {
    for options in [TextureOptions::LINEAR, TextureOptions::NEAREST, TextureOptions::LINEAR_REPEAT]
    {
        check_shows(&raster_with(ID, chart(), options), &chart());
    }
}

#[test]
fn a_patch_changes_its_place_and_nothing_else() {
    let mut raster = raster_with(ID, chart(), TextureOptions::LINEAR);
    let mut expect = chart();
    let patch = ColorImage::new(
        [3, 2],
        vec![
            Color32::RED,
            Color32::GREEN,
            Color32::BLUE,
            Color32::WHITE,
            Color32::GRAY,
            Color32::BLACK,
        ],
    );
    for y in 0..2 {
        for x in 0..3 {
            expect[(4 + x, 5 + y)] = patch[(x, y)];
        }
    }
    let mut delta = TexturesDelta::default();
    delta.push(ID, ImageDelta::partial([4, 5], patch, TextureOptions::LINEAR));
    raster.update_textures(&mut delta);
    assert!(delta.is_empty(), "egui wants to see that deltas are handled");
    check_shows(&raster, &expect);
}

#[test]
fn a_patch_that_reaches_outside_is_cut_and_one_of_nothing_ignored() {
    let mut raster = raster_with(ID, chart(), TextureOptions::LINEAR);
    let mut expect = chart();
    expect[(7, 6)] = Color32::RED;
    expect[(7, 7)] = Color32::RED;
    let mut delta = TexturesDelta::default();
    let patch = || ColorImage::filled([3, 5], Color32::RED);
    for place in [[7, 6], [8, 0], [0, 8], [usize::MAX, usize::MAX]] {
        delta.push(ID, ImageDelta::partial(place, patch(), TextureOptions::LINEAR));
    }
    delta.push(ID, ImageDelta::partial([0, 0], ColorImage::default(), TextureOptions::LINEAR));
    let unknown = TextureId::User(9);
    delta.push(unknown, ImageDelta::partial([0, 0], patch(), TextureOptions::LINEAR));
    raster.update_textures(&mut delta);
    check_shows(&raster, &expect);
}

#[test]
fn a_freed_texture_lasts_for_the_frame_that_frees_it() {
    let mut raster = raster_with(ID, chart(), TextureOptions::LINEAR);
    let mut delta = TexturesDelta::default();
    delta.free(ID);
    raster.update_textures(&mut delta);
    check_shows(&raster, &chart());
    raster.update_textures(&mut TexturesDelta::default());
    check_shows(&raster, &ColorImage::filled([8, 8], Color32::BLACK));
}

#[test]
fn a_glyph_takes_the_colour_of_its_text() {
    let coverage = ColorImage::new(
        [2, 1],
        vec![
            Color32::from_rgba_premultiplied(255, 255, 255, 255),
            Color32::from_rgba_premultiplied(64, 64, 64, 64),
        ],
    );
    let raster = raster_with(ID, coverage, TextureOptions::LINEAR);
    let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(2.0, 1.0));
    let ink = Color32::from_rgb(200, 100, 0);
    let image = painted(&raster, shown(rect, whole(), ink), EVERYWHERE, Color32::WHITE);
    assert_eq!(image.pixel(0, 0), Some([200, 100, 0, 255]));
    // 200 * 64/255 + 255 * (1 - 64/255) = 241.2, 216.1, 191
    assert_eq!(image.pixel(1, 0), Some([241, 216, 191, 255]));
}

#[test]
fn an_enlarged_texture_is_smooth_or_made_of_squares_as_it_asks_for() {
    let greys = || ColorImage::from_gray([2, 1], &[0, 200]);
    let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(8.0, 4.0));
    let row = |options| {
        let raster = raster_with(ID, greys(), options);
        let image =
            painted(&raster, shown(rect, whole(), Color32::WHITE), EVERYWHERE, Color32::RED);
        (0..8).map(|x| image.pixel(x, 2).expect("it is inside")[0]).collect::<Vec<_>>()
    };
    assert_eq!(row(TextureOptions::NEAREST), [0, 0, 0, 0, 200, 200, 200, 200]);
    // Centres are at (x + 0.5) / 4 texels, the texels' own at 0.5 and 1.5.
    assert_eq!(row(TextureOptions::LINEAR), [0, 0, 25, 75, 125, 175, 200, 200]);
    // Half of the far neighbour at the ends.
    assert_eq!(row(TextureOptions::LINEAR_REPEAT), [75, 25, 25, 75, 125, 175, 175, 125]);
    assert_eq!(row(TextureOptions::LINEAR_MIRRORED_REPEAT), [0, 0, 25, 75, 125, 175, 200, 200]);
}

#[test]
fn a_texture_is_tiled_turned_and_mirrored_by_its_coordinates() {
    let raster = raster_with(ID, chart(), TextureOptions::NEAREST_REPEAT);
    let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(40.0, 40.0));
    let show =
        |uv: Rect| painted(&raster, shown(rect, uv, Color32::WHITE), EVERYWHERE, Color32::BLACK);
    let tiled = show(Rect::from_min_max(pos2(0.0, 0.0), pos2(5.0, 5.0)));
    let mirrored = show(Rect::from_min_max(pos2(5.0, 0.0), pos2(0.0, 5.0)));
    for ([x, y], pixel) in pixels(&tiled) {
        assert_eq!(pixel, chart()[(x % 8, y % 8)].to_array());
        assert_eq!(mirrored.pixel(39 - x, y), Some(pixel));
    }
}

#[test]
fn copying_and_filtering_agree() {
    // The same rectangle as two triangles that are not recognised: its corners in another order.
    let raster = raster_with(ID, chart(), TextureOptions::LINEAR);
    let ink = Color32::from_rgba_premultiplied(100, 90, 80, 120);
    for (x, y) in [(3.0, 4.0), (3.3, 4.0), (30.25, 36.0), (-3.0, -2.0)] {
        let rect = Rect::from_min_size(pos2(x, y), vec2(8.0, 8.0));
        let quick = shown(rect, whole(), ink);
        let mut slow = quick.clone();
        slow.indices = vec![0, 1, 3, 0, 3, 2];
        let paint = |mesh| painted(&raster, mesh, EVERYWHERE, Color32::LIGHT_BLUE);
        assert_eq!(paint(quick).rgba, paint(slow).rgba, "at {x}, {y}");
    }
}

#[test]
fn a_mesh_whose_texture_is_unknown_is_skipped() {
    let raster = raster_with(TextureId::User(1), chart(), TextureOptions::LINEAR);
    check_shows(&raster, &ColorImage::filled([8, 8], Color32::BLACK));
}
