//! Areas that stand on each other: where the time of a token went, over its place in the text.

use egui::{Color32, Mesh, Rect, Shape, pos2};
use protocol::PositionColumn;

use crate::plot::Scale;

/// One mesh a phase, the first at the foot; nothing for fewer than two places.
pub fn stack(
    columns: &[PositionColumn],
    x: &Scale,
    y: &Scale,
    inside: Rect,
    inks: &[Color32; 5],
) -> Vec<Shape> {
    if columns.len() < 2 {
        return Vec::new();
    }
    let mut feet = vec![0.0_f64; columns.len()];
    let mut shapes = Vec::with_capacity(inks.len());
    for (phase, ink) in inks.iter().enumerate() {
        let mut mesh = Mesh::default();
        mesh.reserve_vertices(2 * columns.len());
        mesh.reserve_triangles(2 * columns.len());
        for (column, foot) in columns.iter().zip(&mut feet) {
            let across = x.at(f64::from(column.position)).clamp(inside.left(), inside.right());
            let height = column.phases_ms.get(phase).map_or(0.0, |ms| f64::from(*ms));
            let level = |value: f64| y.at(value).clamp(inside.top(), inside.bottom());
            let first = mesh.vertices.len() as u32;
            mesh.colored_vertex(pos2(across, level(*foot)), *ink);
            *foot += height.max(0.0);
            mesh.colored_vertex(pos2(across, level(*foot)), *ink);
            if first >= 2 {
                mesh.add_triangle(first - 2, first - 1, first);
                mesh.add_triangle(first - 1, first, first + 1);
            }
        }
        shapes.push(Shape::mesh(mesh));
    }
    shapes
}

/// What each phase has of the whole, from 0 to 1; `None` where nothing took time.
pub fn shares(columns: &[PositionColumn]) -> Option<[f64; 5]> {
    let mut sums = [0.0_f64; 5];
    for column in columns {
        for (sum, ms) in sums.iter_mut().zip(column.phases_ms) {
            *sum += f64::from(ms.max(0.0));
        }
    }
    let all: f64 = sums.iter().sum();
    (all > 0.0).then(|| sums.map(|sum| sum / all))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<PositionColumn> {
        let column = |position| PositionColumn { position, phases_ms: [1.0, 2.0, 3.0, 1.0, 1.0] };
        vec![column(1), column(5), column(9)]
    }

    #[test]
    fn phases_stand_on_each_other_and_stay_inside() {
        let inside = Rect::from_min_max(pos2(0.0, 0.0), pos2(80.0, 80.0));
        let (x, y) = (Scale::new(1.0, 9.0, 0.0, 80.0), Scale::new(0.0, 8.0, 80.0, 0.0));
        let shapes = stack(&columns(), &x, &y, inside, &[Color32::BLACK; 5]);
        let tops: Vec<[f32; 2]> = shapes
            .iter()
            .map(|shape| shape.visual_bounding_rect())
            .map(|rect| [rect.top(), rect.bottom()])
            .collect();
        assert_eq!(tops, [[70.0, 80.0], [50.0, 70.0], [20.0, 50.0], [10.0, 20.0], [0.0, 10.0]]);
        assert!(stack(&columns()[..1], &x, &y, inside, &[Color32::BLACK; 5]).is_empty());
    }

    #[test]
    fn shares_add_up_to_all_of_it() {
        let shares = shares(&columns()).expect("it took time");
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(shares[2], 0.375);
        assert_eq!(super::shares(&[]), None);
    }
}
