//! Coverage, blending, gradients, clips: to the byte.

use egui::epaint::Vertex;
use egui::{Color32, Mesh, Rect, Vec2, pos2, vec2};

use crate::meshes::{EVERYWHERE, painted, pixels, triangles, vertices, white_raster};

const HALF_RED: Color32 = Color32::from_rgba_premultiplied(128, 0, 0, 128);

#[test]
fn a_fan_of_half_transparent_triangles_has_one_colour() {
    for turn in 0..50 {
        let hub = pos2(20.0 + 0.13 * turn as f32, 20.0 - 0.07 * turn as f32);
        let spokes = 7 + turn % 5;
        let rim = |spoke: i32| {
            let angle = spoke.rem_euclid(spokes) as f32 / spokes as f32 * std::f32::consts::TAU;
            hub + 11.0 * Vec2::angled(angle + 0.01 * turn as f32)
        };
        let corners = (0..spokes).flat_map(|spoke| [hub, rim(spoke), rim(spoke + 1)]);
        let fan = triangles(corners.map(|corner| Vertex::untextured(corner, HALF_RED)).collect());
        let image = painted(&white_raster(), fan, EVERYWHERE, Color32::WHITE);
        let mut covered = 0;
        for ([x, y], pixel) in pixels(&image) {
            let distance = (pos2(x as f32 + 0.5, y as f32 + 0.5) - hub).length();
            let once = [255, 127, 127, 255];
            match distance {
                inside if inside < 9.0 => assert_eq!(pixel, once, "at {x}, {y}, turn {turn}"),
                outside if outside > 11.1 => assert_eq!(pixel, [255; 4], "at {x}, {y}"),
                _ => assert!(pixel == once || pixel == [255; 4], "{pixel:?} at {x}, {y}"),
            }
            covered += usize::from(pixel == once);
        }
        assert!((300..390).contains(&covered), "a circle of {covered} pixels");
    }
}

#[test]
fn rectangles_side_by_side_neither_touch_nor_part() {
    for step in 0..64 {
        let middle = 10.0 + step as f32 / 64.0;
        let mut mesh = Mesh::default();
        let across = |from: f32, to: f32| Rect::from_min_max(pos2(from, 3.3), pos2(to, 30.7));
        mesh.add_colored_rect(across(5.0, middle), HALF_RED);
        mesh.add_colored_rect(across(middle, 20.0), HALF_RED);
        let image = painted(&white_raster(), mesh, EVERYWHERE, Color32::WHITE);
        for ([x, y], pixel) in pixels(&image) {
            let inside = (5..20).contains(&x) && (3..31).contains(&y);
            assert_eq!(pixel, if inside { [255, 127, 127, 255] } else { [255; 4] }, "{x}, {y}");
        }
    }
}

#[test]
fn a_rectangle_is_painted_as_its_two_triangles() {
    let mut seed = 7_u32;
    let mut random = |end: f32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / (1 << 24) as f32 * end
    };
    for _ in 0..200 {
        let corner = pos2(random(40.0) - 3.0, random(40.0) - 3.0);
        let rect = Rect::from_min_size(corner, vec2(random(20.0), random(20.0)));
        let mut quick = Mesh::default();
        quick.add_colored_rect(rect, HALF_RED);
        // The other diagonal, one by one: no rectangle to recognise.
        let [a, b, c, d] =
            [rect.left_top(), rect.right_top(), rect.left_bottom(), rect.right_bottom()];
        let corners = [a, b, d, a, d, c].map(|corner| Vertex::untextured(corner, HALF_RED));
        let slow = triangles(corners.to_vec());
        let paint = |mesh| painted(&white_raster(), mesh, EVERYWHERE, Color32::GREEN);
        assert_eq!(paint(quick).rgba, paint(slow).rgba, "{rect:?}");
    }
}

#[test]
fn colours_blend_in_their_order_with_premultiplied_alpha() {
    let square = |mesh: &mut Mesh, color| {
        mesh.add_colored_rect(Rect::from_min_max(pos2(0.0, 0.0), pos2(40.0, 40.0)), color);
    };
    #[track_caller]
    fn check(image: &raster::Image, expect: [u8; 4]) {
        assert!(pixels(image).all(|(_, pixel)| pixel == expect), "{:?}", image.pixel(0, 0));
    }
    let mut mesh = Mesh::default();
    square(&mut mesh, Color32::from_rgba_premultiplied(100, 50, 0, 200));
    check(
        &painted(&white_raster(), mesh.clone(), EVERYWHERE, Color32::TRANSPARENT),
        [100, 50, 0, 200],
    );
    // 100 + 255 * 55/255, 50 + 55, 0 + 55; alpha 200 + 255 * 55/255
    check(&painted(&white_raster(), mesh.clone(), EVERYWHERE, Color32::WHITE), [155, 105, 55, 255]);
    square(&mut mesh, Color32::from_rgba_premultiplied(0, 0, 60, 60));
    // Then 155 * 195/255 = 118.5+, 105 * 195/255 = 80.3, 60 + 55 * 195/255 = 102.06
    check(&painted(&white_raster(), mesh.clone(), EVERYWHERE, Color32::WHITE), [119, 80, 102, 255]);
    square(&mut mesh, Color32::from_rgba_premultiplied(200, 10, 0, 0));
    check(&painted(&white_raster(), mesh, EVERYWHERE, Color32::WHITE), [255, 90, 102, 255]);
}

#[test]
fn colours_change_evenly_between_corners() {
    // Black at the left edge, white at the right one, over 40 pixels: the centre of column x is at
    // (x + 0.5) / 40.
    let (black, white) = (Color32::BLACK, Color32::WHITE);
    let [a, b, c, d] =
        [([0.0, 0.0], black), ([40.0, 0.0], white), ([0.0, 40.0], black), ([40.0, 40.0], white)];
    let mesh = triangles(vertices(&[a, b, c, c, b, d]));
    let image = painted(&white_raster(), mesh, EVERYWHERE, Color32::RED);
    for ([x, y], [r, g, b, a]) in pixels(&image) {
        let expect = ((x as f32 + 0.5) / 40.0 * 255.0).round() as u8;
        assert_eq!([r, g, b, a], [expect, expect, expect, 255], "at {x}, {y}");
    }
}

#[test]
fn three_colours_mix_by_the_distance_from_the_opposite_sides() {
    let (red, green, blue) =
        (Color32::from_rgb(255, 0, 0), Color32::from_rgb(0, 255, 0), Color32::from_rgb(0, 0, 255));
    let corners = [([0.5, 0.5], red), ([32.5, 0.5], green), ([0.5, 32.5], blue)];
    let image = painted(&white_raster(), triangles(vertices(&corners)), EVERYWHERE, Color32::BLACK);
    for (place, expect) in [
        ([0, 0], [255, 0, 0, 255]),
        ([16, 0], [128, 128, 0, 255]),
        ([8, 8], [128, 64, 64, 255]),
        ([0, 31], [8, 0, 247, 255]),
    ] {
        let [x, y]: [usize; 2] = place;
        assert_eq!(image.pixel(x, y), Some(expect), "at {place:?}");
    }
}

#[test]
fn nothing_is_painted_outside_of_a_clip() {
    for (clip, columns, rows) in [
        (Rect::from_min_max(pos2(3.0, 5.0), pos2(10.0, 12.0)), 3..10, 5..12),
        (Rect::from_min_max(pos2(3.6, 5.4), pos2(10.5, 12.4)), 4..11, 5..12),
        (Rect::from_min_max(pos2(-9.0, -9.0), pos2(1.0, 99.0)), 0..1, 0..40),
        (Rect::from_min_max(pos2(9.0, 9.0), pos2(9.0, 20.0)), 0..0, 0..0),
        (Rect::NOTHING, 0..0, 0..0),
    ] {
        let mut rect = Mesh::default();
        rect.add_colored_rect(Rect::from_min_max(pos2(0.0, 0.0), pos2(40.0, 40.0)), Color32::RED);
        let corners = [
            ([-9.0, -9.0], Color32::RED),
            ([99.0, -9.0], Color32::RED),
            ([-9.0, 99.0], Color32::RED),
        ];
        let shades = [
            ([-9.0, -9.0], Color32::RED),
            ([99.0, -9.0], Color32::GREEN),
            ([-9.0, 99.0], Color32::RED),
        ];
        for mesh in [rect, triangles(vertices(&corners)), triangles(vertices(&shades))] {
            let image = painted(&white_raster(), mesh, clip, Color32::BLACK);
            for ([x, y], pixel) in pixels(&image) {
                let inside = columns.contains(&x) && rows.contains(&y);
                assert_eq!(pixel != [0, 0, 0, 255], inside, "{clip:?} at {x}, {y}");
            }
        }
    }
}

#[test]
fn what_reaches_far_outside_looks_as_it_should() {
    // A line from far left to far right, rising 1 in 1, as a plot that is zoomed in draws it.
    for far in [1e3_f32, 1e5, 1e6, 1e7] {
        let corners = [[-far, -far], [far, far], [-far, far]];
        let corners = corners.map(|corner| (corner, Color32::RED));
        let image =
            painted(&white_raster(), triangles(vertices(&corners)), EVERYWHERE, Color32::BLACK);
        for ([x, y], pixel) in pixels(&image) {
            let expect = if y >= x { [255, 0, 0, 255] } else { [0, 0, 0, 255] };
            // A centre on the diagonal may go either way after a cut.
            assert!(pixel == expect || x == y, "{pixel:?} at {x}, {y} of {far}");
        }
    }
    // Neighbours are cut at the same places, also where only one of them reaches that far.
    for [near, far] in [[-7.0, 1e6], [-3e5, 4e5], [-1e9, 1e4], [-1e30, 1e31]] {
        let hub = ([13.2, 17.9], HALF_RED);
        let ring = [[near, near], [far, near * 0.7], [far * 0.9, far], [near * 0.8, far]];
        let ring = ring.map(|corner| (corner, HALF_RED));
        let fan = (0..4).flat_map(|i| [hub, ring[i], ring[(i + 1) % 4]]).collect::<Vec<_>>();
        let mesh = triangles(vertices(&fan));
        let image = painted(&white_raster(), mesh, EVERYWHERE, Color32::WHITE);
        for ([x, y], pixel) in pixels(&image) {
            assert_eq!(pixel, [255, 127, 127, 255], "at {x}, {y} from {near} to {far}");
        }
    }
    // Everything, from one huge triangle.
    let corners = [
        ([-1e30, -1e30], Color32::RED),
        ([1e30, -1e30], Color32::RED),
        ([0.0, 1e30], Color32::RED),
    ];
    let image = painted(&white_raster(), triangles(vertices(&corners)), EVERYWHERE, Color32::BLACK);
    assert!(pixels(&image).all(|(_, pixel)| pixel == [255, 0, 0, 255]));
}

#[test]
fn what_is_no_triangle_is_skipped() {
    let red = Color32::RED;
    for corner in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let corners = [([0.0, 0.0], red), ([corner, 0.0], red), ([0.0, 40.0], red)];
        let mesh = triangles(vertices(&corners));
        let image = painted(&white_raster(), mesh, EVERYWHERE, Color32::BLACK);
        assert!(pixels(&image).all(|(_, pixel)| pixel == [0, 0, 0, 255]), "{corner}");
    }
    // The triangle with the index out of range is, the next one is not, the loose ends are.
    let mut mesh =
        triangles(vertices(&[([0.0, 0.0], red), ([80.0, 0.0], red), ([0.0, 80.0], red)]));
    mesh.indices = vec![0, 1, 3, 0, 1, u32::MAX, 0, 1, 2, 0, 1];
    let image = painted(&white_raster(), mesh, EVERYWHERE, Color32::BLACK);
    assert!(pixels(&image).all(|(_, pixel)| pixel == [255, 0, 0, 255]));
}

#[test]
fn sides_are_kept_within_what_can_be_painted() {
    let image = white_raster().paint(&[], [0, 3], 1.0, Color32::BLUE);
    assert_eq!((image.width, image.height, image.rgba.len()), (1, 3, 12));
    let image = white_raster().paint(&[], [usize::MAX, 1], 1.0, Color32::BLUE);
    assert_eq!(image.width, raster::LONGEST_SIDE);
}

#[test]
fn a_clip_changes_nothing_of_what_stays() {
    // Of many, since a difference is one level in one pixel of thousands.
    for turn in 0..400 {
        let odd = |step: i32| (turn * 37 + step * 101) as u8;
        let corners = [0, 1, 2].map(|corner| {
            let angle = 0.1 * turn as f32 + 2.1 * corner as f32;
            let at = pos2(20.0, 20.0) + (20.0 + 0.9 * turn as f32) * Vec2::angled(angle);
            ([at.x, at.y], Color32::from_rgb(odd(corner), odd(corner + 3), odd(corner + 6)))
        });
        let mesh = || triangles(vertices(&corners));
        let all = painted(&white_raster(), mesh(), EVERYWHERE, Color32::BLACK);
        let left = turn as usize % 40;
        let clip = Rect::from_min_max(pos2(left as f32, 0.0), pos2(99.0, 99.0));
        let clipped = painted(&white_raster(), mesh(), clip, Color32::BLACK);
        for (([x, y], pixel), (_, without)) in pixels(&clipped).zip(pixels(&all)) {
            let expect = if x >= left { without } else { [0, 0, 0, 255] };
            assert_eq!(pixel, expect, "at {x}, {y}, triangle {turn} clipped from {left}");
        }
    }
}
