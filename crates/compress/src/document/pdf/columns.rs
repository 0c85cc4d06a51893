//! In which order the pieces of a page are read: columns one after the other, rows of tables as rows.
//!
//! Where several lines in a row leave the same strip of the page free, and what stands on both sides
//! fills its side with running text, these are columns. Where it is short, it is a table.

use std::time::Instant;

use super::letters::Stop;
use super::pieces::Piece;

/// A line of text, or a row of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) x0: f32,
    pub(super) x1: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) text: String,
    /// Of a row: its cells. Empty for running text.
    pub(super) cells: Vec<String>,
    /// A column or the page begins here.
    pub(super) starts: bool,
}

/// Columns within columns.
const DEEPEST: usize = 6;
/// Lines on either side, at least, of what may be columns.
const LEAST_LINES: usize = 3;
/// Rows of a page beyond which it is a drawing, whose words are read from the top down.
const MOST_ROWS: usize = 2_000;
/// Pieces of a row that are looked at for one printed twice.
const LOOK_BACK: usize = 8;

/// Pieces on one baseline.
struct Row {
    pieces: Vec<Piece>,
    y: f32,
    size: f32,
}

/// Puts the pieces of a page in order and joins them to lines; unwinds with [`Stop::Late`] after
/// `until`.
pub(super) fn in_order(pieces: Vec<Piece>, until: Instant) -> Vec<Line> {
    let mut lines = Vec::new();
    arrange(pieces, DEEPEST, until, &mut lines);
    lines
}

fn arrange(pieces: Vec<Piece>, depth: usize, until: Instant, lines: &mut Vec<Line>) {
    let mut rows = rows(pieces);
    let depth = if rows.len() > MOST_ROWS { 0 } else { depth };
    let begin = lines.len();
    let mut done = 0;
    let mut at = 0;
    while depth > 0 && at < rows.len() {
        if Instant::now() > until {
            std::panic::resume_unwind(Box::new(Stop::Late));
        }
        match best_strip(&rows, done, at) {
            Some(strip) => {
                flush(&rows[done..strip.from], lines);
                let columns: Vec<Row> = rows.splice(strip.from..strip.to, []).collect();
                match strip.columns {
                    true => split(columns, strip.middle, depth, until, lines),
                    false => table(&columns, lines),
                }
                done = strip.from;
                at = strip.from;
            }
            None => at += 1,
        }
    }
    flush(&rows[done..], lines);
    if let Some(first) = lines.get_mut(begin) {
        first.starts = true;
    }
}

fn split(rows: Vec<Row>, middle: f32, depth: usize, until: Instant, lines: &mut Vec<Line>) {
    let all = rows.into_iter().flat_map(|row| row.pieces);
    let (left, right): (Vec<Piece>, Vec<Piece>) = all.partition(|piece| piece.x0 < middle);
    arrange(left, depth - 1, until, lines);
    arrange(right, depth - 1, until, lines);
}

/// Rows from the top down, pieces of each from the left.
fn rows(mut pieces: Vec<Piece>) -> Vec<Row> {
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Row> = Vec::new();
    for piece in pieces {
        match rows.last_mut() {
            Some(row) if (piece.y - row.y).abs() <= 0.3 * row.size.min(piece.size) => {
                row.size = row.size.max(piece.size);
                row.pieces.push(piece);
            }
            _ => rows.push(Row { y: piece.y, size: piece.size, pieces: vec![piece] }),
        }
    }
    for row in &mut rows {
        row.pieces.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        let pieces = std::mem::take(&mut row.pieces);
        for piece in pieces {
            // A shadow, or bold made by printing twice.
            let near = row.pieces.iter().rev().take(LOOK_BACK);
            if !near.clone().any(|other| is_twice(other, &piece)) {
                row.pieces.push(piece);
            }
        }
    }
    rows
}

fn is_twice(one: &Piece, other: &Piece) -> bool {
    let near = 0.12 * one.size.min(other.size);
    (one.x0 - other.x0).abs() < near && (one.y - other.y).abs() < near && one.text == other.text
}

/// Rows that leave a strip of the page free.
struct Strip {
    from: usize,
    to: usize,
    middle: f32,
    columns: bool,
}

/// The free strip that begins in row `at`, or between it and the next, and goes on longest; rows before
/// `least` are taken already.
fn best_strip(rows: &[Row], least: usize, at: usize) -> Option<Strip> {
    let mut intervals: Vec<(f32, f32)> =
        rows[at].pieces.iter().map(|piece| (piece.x0, piece.x1)).collect();
    if let Some(next) = rows.get(at + 1)
        && next.y - rows[at].y < 1.5 * rows[at].size
    {
        intervals.extend(next.pieces.iter().map(|piece| (piece.x0, piece.x1)));
    }
    intervals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best: Option<Strip> = None;
    let mut end = f32::INFINITY;
    for (x0, x1) in intervals {
        if x0 - end >= least_width(rows[at].size)
            && let Some(strip) = follow(rows, least, at, (end, x0))
            && best.as_ref().is_none_or(|best| strip.to - strip.from > best.to - best.from)
        {
            best = Some(strip);
        }
        end = if end.is_infinite() { x1 } else { end.max(x1) };
    }
    best
}

/// The least width of a strip between columns.
fn least_width(size: f32) -> f32 {
    0.8 * size
}

/// Follows a strip up and down as long as it stays free.
fn follow(rows: &[Row], least: usize, at: usize, strip: (f32, f32)) -> Option<Strip> {
    let mut strip = strip;
    let mut free = |row: &Row| {
        let mut now = strip;
        for piece in &row.pieces {
            if piece.x1 <= now.0 || piece.x0 >= now.1 {
                continue;
            }
            // What reaches into the strip from one side makes it narrower.
            match (piece.x0 <= now.0, piece.x1 >= now.1) {
                (true, false) => now.0 = piece.x1,
                (false, true) => now.1 = piece.x0,
                _ => return false,
            }
        }
        let is_free = now.1 - now.0 >= least_width(row.size.min(12.0));
        if is_free {
            strip = now;
        }
        is_free
    };
    let mut to = at;
    while to < rows.len() && free(&rows[to]) {
        to += 1;
    }
    let mut from = at;
    while from > least && free(&rows[from - 1]) {
        from -= 1;
    }
    let middle = (strip.0 + strip.1) / 2.0;
    let sides = |row: &Row| {
        let left = row.pieces.iter().any(|piece| piece.x0 < middle);
        let right = row.pieces.iter().any(|piece| piece.x0 >= middle);
        (left, right)
    };
    // What stands on one side only and apart from the rest belongs to what comes before or after.
    while from < to && sides(&rows[from]) != (true, true) && is_apart(rows, from, from + 1, to) {
        from += 1;
    }
    while to > from.max(1)
        && sides(&rows[to - 1]) != (true, true)
        && is_apart(rows, to - 2, to - 1, to)
    {
        to -= 1;
    }
    let inside = rows.get(from..to)?;
    let left: Vec<&Row> = inside.iter().filter(|row| sides(row).0).collect();
    let right: Vec<&Row> = inside.iter().filter(|row| sides(row).1).collect();
    if left.len() < LEAST_LINES || right.len() < LEAST_LINES {
        return None;
    }
    let (top, bottom) =
        (left[0].y.max(right[0].y), left[left.len() - 1].y.min(right[right.len() - 1].y));
    if bottom - top < 2.0 * inside[0].size {
        return None;
    }
    let columns = is_running(&left, |piece| piece.x0 < middle)
        && is_running(&right, |piece| piece.x0 >= middle);
    let both = inside.iter().filter(|row| sides(row) == (true, true)).count();
    (columns || both * 4 >= inside.len() * 3).then_some(Strip { from, to, middle, columns })
}

/// Whether there is more than a line of air between two rows.
fn is_apart(rows: &[Row], upper: usize, lower: usize, end: usize) -> bool {
    match (rows.get(upper), rows.get(lower)) {
        (Some(above), Some(below)) if lower < end || upper < end => {
            below.y - above.y > 1.8 * above.size.max(below.size)
        }
        _ => false,
    }
}

/// Whether one side is running text: most of its lines fill it.
fn is_running(rows: &[&Row], side: impl Fn(&Piece) -> bool) -> bool {
    let lines: Vec<(f32, f32, usize)> = rows
        .iter()
        .filter_map(|row| {
            let pieces = || row.pieces.iter().filter(|piece| side(piece));
            let (first, last) = (pieces().next()?, pieces().last()?);
            let letters = pieces().map(|piece| piece.text.chars().count()).sum();
            Some((first.x0, last.x1, letters))
        })
        .collect();
    let left = lines.iter().map(|line| line.0).fold(f32::INFINITY, f32::min);
    let right = lines.iter().map(|line| line.1).fold(f32::NEG_INFINITY, f32::max);
    let full = lines.iter().filter(|line| line.1 - line.0 >= 0.6 * (right - left)).count();
    let mut letters: Vec<usize> = lines.iter().map(|line| line.2).collect();
    letters.sort_unstable();
    full * 2 >= lines.len() && letters.get(letters.len() / 2).is_some_and(|&middle| middle >= 18)
}

fn flush(rows: &[Row], lines: &mut Vec<Line>) {
    lines.extend(rows.iter().map(|row| line(row, Vec::new())));
}

fn line(row: &Row, cells: Vec<String>) -> Line {
    let text: Vec<&str> = row.pieces.iter().map(|piece| piece.text.as_str()).collect();
    let x0 = row.pieces.iter().map(|piece| piece.x0).fold(f32::INFINITY, f32::min);
    let x1 = row.pieces.iter().map(|piece| piece.x1).fold(f32::NEG_INFINITY, f32::max);
    Line { x0, x1, y: row.y, size: row.size, text: text.join(" "), cells, starts: false }
}

/// Rows of cells; a mark of a list before a text is no cell.
fn table(rows: &[Row], lines: &mut Vec<Line>) {
    let is_mark = |text: &str| {
        text.chars().count() <= 4
            && (text.ends_with(['.', ')']) || text.chars().all(|c| !c.is_alphanumeric()))
    };
    let of_list = rows.iter().filter(|row| row.pieces.len() == 2 && is_mark(&row.pieces[0].text));
    if of_list.count() * 2 > rows.len() {
        return flush(rows, lines);
    }
    for row in rows {
        let cells = row.pieces.iter().map(|piece| piece.text.clone()).collect();
        let cells = if row.pieces.len() > 1 { cells } else { Vec::new() };
        lines.push(line(row, cells));
    }
}
