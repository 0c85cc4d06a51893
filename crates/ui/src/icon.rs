//! The window's icons, drawn as lines on a grid of 16 by 16, so that they are sharp at every size
//! and take the colour of the text beside them.

use egui::{Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2};

/// One icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each name says what it shows")]
pub enum Icon {
    Board,
    Pulse,
    History,
    Compare,
    Compress,
    Fit,
    Jobs,
    Sliders,
    Play,
    Stop,
    Pause,
    Search,
    Close,
    Copy,
    Save,
    Bin,
    Undo,
    Plus,
    Minus,
    Tag,
    Folder,
    File,
    Warning,
    Info,
    Check,
    Right,
    Down,
    Out,
    In,
    Pin,
    Refresh,
    Computer,
    Usb,
    Lock,
    Note,
    Focus,
    Swap,
}

/// Draws an icon into the largest square in the middle of `rect`.
pub fn paint(painter: &Painter, icon: Icon, rect: Rect, color: Color32) {
    let side = rect.width().min(rect.height());
    let scale = side / 16.0;
    let origin = rect.center() - Vec2::splat(side / 2.0);
    let pen = Pen { painter, origin, scale, color, stroke: Stroke::new(1.4 * scale, color) };
    draw(icon, &pen);
}

struct Pen<'a> {
    painter: &'a Painter,
    origin: Pos2,
    scale: f32,
    color: Color32,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, (x, y): (f32, f32)) -> Pos2 {
        pos2(self.origin.x + x * self.scale, self.origin.y + y * self.scale)
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points: Vec<Pos2> = points.iter().map(|&point| self.at(point)).collect();
        self.painter.add(Shape::line(points, self.stroke));
    }

    fn area(&self, points: &[(f32, f32)]) {
        let points: Vec<Pos2> = points.iter().map(|&point| self.at(point)).collect();
        self.painter.add(Shape::convex_polygon(points, self.color, Stroke::NONE));
    }

    fn rect(&self, from: (f32, f32), to: (f32, f32), corner: f32) {
        let rect = Rect::from_min_max(self.at(from), self.at(to));
        let corner = CornerRadius::same((corner * self.scale).round() as u8);
        self.painter.rect_stroke(rect, corner, self.stroke, StrokeKind::Middle);
    }

    fn block(&self, from: (f32, f32), to: (f32, f32), corner: f32) {
        let rect = Rect::from_min_max(self.at(from), self.at(to));
        let corner = CornerRadius::same((corner * self.scale).round() as u8);
        self.painter.rect_filled(rect, corner, self.color);
    }

    fn ring(&self, at: (f32, f32), radius: f32) {
        self.painter.circle_stroke(self.at(at), radius * self.scale, self.stroke);
    }

    fn dot(&self, at: (f32, f32), radius: f32) {
        self.painter.circle_filled(self.at(at), radius * self.scale, self.color);
    }

    /// An arc around `at`, angles in turns from the right, clockwise.
    fn arc(&self, at: (f32, f32), radius: f32, from: f32, to: f32) {
        let steps = 16;
        let points = (0..=steps).map(|step| {
            let turn = from + (to - from) * step as f32 / steps as f32;
            let (sin, cos) = (turn * std::f32::consts::TAU).sin_cos();
            self.at((at.0 + radius * cos, at.1 + radius * sin))
        });
        self.painter.add(Shape::line(points.collect(), self.stroke));
    }
}

fn draw(icon: Icon, pen: &Pen<'_>) {
    match icon {
        Icon::Board => {
            pen.rect((4.0, 4.0), (12.0, 12.0), 1.5);
            pen.block((6.5, 6.5), (9.5, 9.5), 0.5);
            for at in [6.0, 10.0] {
                pen.line(&[(at, 1.5), (at, 4.0)]);
                pen.line(&[(at, 12.0), (at, 14.5)]);
                pen.line(&[(1.5, at), (4.0, at)]);
                pen.line(&[(12.0, at), (14.5, at)]);
            }
        }
        Icon::Pulse => {
            pen.line(&[(1.0, 8.5), (4.2, 8.5), (6.2, 3.0), (9.4, 13.2), (11.4, 8.5), (15.0, 8.5)])
        }
        Icon::History => {
            for (at, length) in [(4.0, 13.5), (8.0, 11.0), (12.0, 13.5)] {
                pen.dot((2.8, at), 1.1);
                pen.line(&[(6.0, at), (length, at)]);
            }
        }
        Icon::Compare => {
            pen.rect((2.0, 6.0), (6.0, 13.5), 1.0);
            pen.rect((10.0, 2.5), (14.0, 13.5), 1.0);
        }
        Icon::Compress => {
            pen.line(&[(2.5, 2.5), (13.5, 2.5)]);
            pen.line(&[(2.5, 13.5), (13.5, 13.5)]);
            pen.line(&[(5.5, 4.6), (8.0, 7.0), (10.5, 4.6)]);
            pen.line(&[(5.5, 11.4), (8.0, 9.0), (10.5, 11.4)]);
        }
        Icon::Fit => {
            pen.rect((1.8, 1.8), (14.2, 14.2), 2.0);
            pen.line(&[(5.0, 6.0), (11.0, 6.0)]);
            pen.line(&[(5.0, 8.6), (11.0, 8.6)]);
            pen.line(&[(5.0, 11.2), (8.5, 11.2)]);
        }
        Icon::Jobs => {
            pen.line(&[(8.0, 2.0), (14.0, 5.0), (8.0, 8.0), (2.0, 5.0), (8.0, 2.0)]);
            pen.line(&[(2.0, 8.2), (8.0, 11.2), (14.0, 8.2)]);
            pen.line(&[(2.0, 11.2), (8.0, 14.2), (14.0, 11.2)]);
        }
        Icon::Sliders => {
            for (at, knob) in [(4.0, 10.5), (8.0, 5.5), (12.0, 9.0)] {
                pen.line(&[(2.0, at), (knob - 1.7, at)]);
                pen.line(&[(knob + 1.7, at), (14.0, at)]);
                pen.ring((knob, at), 1.6);
            }
        }
        Icon::Play => pen.area(&[(4.5, 2.8), (13.2, 8.0), (4.5, 13.2)]),
        Icon::Stop => pen.block((3.8, 3.8), (12.2, 12.2), 1.2),
        Icon::Pause => {
            pen.block((4.0, 3.2), (6.8, 12.8), 0.8);
            pen.block((9.2, 3.2), (12.0, 12.8), 0.8);
        }
        Icon::Search => {
            pen.ring((7.0, 7.0), 4.2);
            pen.line(&[(10.2, 10.2), (14.0, 14.0)]);
        }
        Icon::Close => {
            pen.line(&[(4.0, 4.0), (12.0, 12.0)]);
            pen.line(&[(12.0, 4.0), (4.0, 12.0)]);
        }
        Icon::Copy => {
            pen.rect((5.5, 5.5), (13.5, 13.5), 1.5);
            pen.line(&[(10.5, 5.0), (10.5, 2.5), (2.5, 2.5), (2.5, 10.5), (5.0, 10.5)]);
        }
        Icon::Save => {
            pen.line(&[(8.0, 2.0), (8.0, 10.0)]);
            pen.line(&[(4.8, 7.0), (8.0, 10.2), (11.2, 7.0)]);
            pen.line(&[(2.5, 11.0), (2.5, 13.8), (13.5, 13.8), (13.5, 11.0)]);
        }
        Icon::Bin => {
            pen.line(&[(2.5, 4.2), (13.5, 4.2)]);
            pen.line(&[(6.0, 4.0), (6.0, 2.2), (10.0, 2.2), (10.0, 4.0)]);
            pen.line(&[(3.9, 4.6), (4.7, 13.8), (11.3, 13.8), (12.1, 4.6)]);
        }
        Icon::Undo => {
            pen.line(&[(5.4, 2.6), (2.4, 5.6), (5.4, 8.6)]);
            pen.line(&[(2.6, 5.6), (9.4, 5.6)]);
            pen.arc((9.4, 9.5), 3.9, -0.25, 0.25);
            pen.line(&[(9.4, 13.4), (5.0, 13.4)]);
        }
        Icon::Plus => {
            pen.line(&[(8.0, 3.0), (8.0, 13.0)]);
            pen.line(&[(3.0, 8.0), (13.0, 8.0)]);
        }
        Icon::Minus => pen.line(&[(3.0, 8.0), (13.0, 8.0)]),
        Icon::Tag => {
            pen.line(&[(2.2, 2.2), (8.2, 2.2), (14.0, 8.0), (8.0, 14.0), (2.2, 8.2), (2.2, 2.2)]);
            pen.dot((5.4, 5.4), 1.1);
        }
        Icon::Folder => pen.line(&[
            (1.8, 13.0),
            (1.8, 3.2),
            (6.2, 3.2),
            (7.8, 5.2),
            (14.2, 5.2),
            (14.2, 13.0),
            (1.8, 13.0),
        ]),
        Icon::File => {
            pen.line(&[(3.4, 1.8), (9.4, 1.8), (12.6, 5.0), (12.6, 14.2), (3.4, 14.2), (3.4, 1.8)]);
            pen.line(&[(9.2, 2.0), (9.2, 5.2), (12.4, 5.2)]);
        }
        Icon::Warning => {
            pen.line(&[(8.0, 2.2), (14.6, 13.6), (1.4, 13.6), (8.0, 2.2)]);
            pen.line(&[(8.0, 6.4), (8.0, 9.8)]);
            pen.dot((8.0, 11.7), 0.85);
        }
        Icon::Info => {
            pen.ring((8.0, 8.0), 6.2);
            pen.line(&[(8.0, 7.4), (8.0, 11.4)]);
            pen.dot((8.0, 4.9), 0.9);
        }
        Icon::Check => pen.line(&[(2.8, 8.4), (6.4, 12.0), (13.2, 4.2)]),
        Icon::Right => pen.line(&[(6.0, 3.5), (10.5, 8.0), (6.0, 12.5)]),
        Icon::Down => pen.line(&[(3.5, 6.0), (8.0, 10.5), (12.5, 6.0)]),
        Icon::Out => {
            pen.line(&[(7.0, 3.0), (3.0, 3.0), (3.0, 13.0), (13.0, 13.0), (13.0, 9.0)]);
            pen.line(&[(7.2, 8.8), (13.4, 2.6)]);
            pen.line(&[(9.4, 2.6), (13.4, 2.6), (13.4, 6.6)]);
        }
        Icon::In => {
            pen.line(&[(8.0, 2.0), (3.0, 2.0), (3.0, 14.0), (13.0, 14.0), (13.0, 8.5)]);
            pen.line(&[(13.6, 2.4), (7.4, 8.6)]);
            pen.line(&[(7.2, 4.8), (7.2, 8.8), (11.2, 8.8)]);
        }
        Icon::Pin => {
            pen.line(&[(8.0, 10.0), (8.0, 14.5)]);
            pen.line(&[(4.0, 10.0), (12.0, 10.0)]);
            pen.line(&[(5.5, 10.0), (6.2, 2.4), (9.8, 2.4), (10.5, 10.0)]);
        }
        Icon::Refresh => {
            pen.arc((8.0, 8.0), 5.4, -0.18, 0.62);
            pen.line(&[(13.4, 2.0), (12.6, 5.4), (9.2, 4.8)]);
        }
        Icon::Computer => {
            pen.rect((1.8, 2.5), (14.2, 11.0), 1.5);
            pen.line(&[(8.0, 11.0), (8.0, 13.6)]);
            pen.line(&[(4.8, 13.6), (11.2, 13.6)]);
        }
        Icon::Usb => {
            pen.line(&[(8.0, 12.4), (8.0, 2.2)]);
            pen.line(&[(6.0, 4.2), (8.0, 2.0), (10.0, 4.2)]);
            pen.line(&[(8.0, 10.4), (4.2, 8.4), (4.2, 6.4)]);
            pen.line(&[(8.0, 8.6), (11.8, 7.0), (11.8, 5.6)]);
            pen.dot((8.0, 13.2), 1.6);
            pen.dot((4.2, 5.8), 1.3);
            pen.block((10.6, 3.6), (13.0, 6.0), 0.3);
        }
        Icon::Lock => {
            pen.rect((3.4, 7.2), (12.6, 13.8), 1.5);
            pen.line(&[(5.4, 7.0), (5.4, 5.0)]);
            pen.arc((8.0, 5.0), 2.6, 0.5, 1.0);
            pen.line(&[(10.6, 5.0), (10.6, 7.0)]);
        }
        Icon::Note => {
            pen.rect((2.4, 2.4), (13.6, 13.6), 1.5);
            pen.line(&[(5.2, 6.0), (10.8, 6.0)]);
            pen.line(&[(5.2, 9.2), (9.0, 9.2)]);
        }
        Icon::Focus => {
            pen.ring((8.0, 8.0), 2.2);
            for (a, b) in [((8.0, 1.4), (8.0, 4.0)), ((8.0, 12.0), (8.0, 14.6))] {
                pen.line(&[a, b]);
                pen.line(&[(a.1, a.0), (b.1, b.0)]);
            }
        }
        Icon::Swap => {
            pen.line(&[(2.0, 5.2), (14.0, 5.2)]);
            pen.line(&[(10.8, 2.2), (14.0, 5.2), (10.8, 8.2)]);
            pen.line(&[(14.0, 11.0), (2.0, 11.0)]);
            pen.line(&[(5.2, 8.0), (2.0, 11.0), (5.2, 14.0)]);
        }
    }
}
