//! Tables of a page: rows of cells, with an empty cell for each further place that one takes, so that
//! columns stay under their heads.

use super::super::draft::{LONGEST_CELL, is_seen};
use super::Writer;
use super::tree::Tag;

/// Empty cells that a table's cells may ask for, at most; further cells take one place each.
const MOST_EMPTY: usize = 100_000;

/// Something of a table, in the order of the page.
pub(super) enum Part {
    /// Its cells.
    Row(Vec<usize>),
    /// No cell of a row before reaches past here.
    End,
    /// A caption, or something that strayed into the table.
    Words(usize),
}

impl Writer<'_> {
    /// What is in a table of data, which has rows of several short cells and no table in it; `None`
    /// of another.
    pub(super) fn data(&self, table: usize) -> Option<Vec<Part>> {
        let node = &self.nodes[table];
        if node.role == "presentation" || node.role == "none" {
            return None;
        }
        let mut waiting = node.children.clone();
        while let Some(place) = waiting.pop() {
            let node = &self.nodes[place as usize];
            match node.tag {
                Tag::Table => return None,
                Tag::Cell if self.is_long(place) => return None,
                _ => {}
            }
            waiting.extend(&node.children);
        }
        let mut parts = Vec::new();
        self.parts(table, None, &mut parts);
        let several = |part: &Part| matches!(part, Part::Row(cells) if cells.len() > 1);
        parts.iter().any(several).then_some(parts)
    }

    fn is_long(&self, cell: u32) -> bool {
        let (mut waiting, mut length) = (vec![cell], 0);
        while let Some(place) = waiting.pop() {
            let node = &self.nodes[place as usize];
            length += node.text.len();
            if length > LONGEST_CELL {
                return true;
            }
            waiting.extend(&node.children);
        }
        false
    }

    /// What is in a table or in something within it; `row` is the part that is the row around.
    fn parts(&self, place: usize, row: Option<usize>, parts: &mut Vec<Part>) {
        for &child in &self.nodes[place].children {
            let child = child as usize;
            if self.content.skipped[child] {
                continue;
            }
            match self.nodes[child].tag {
                Tag::Row => {
                    parts.push(Part::Row(Vec::new()));
                    self.parts(child, Some(parts.len() - 1), parts);
                }
                Tag::Cell => match row.and_then(|row| parts.get_mut(row)) {
                    Some(Part::Row(cells)) => cells.push(child),
                    _ => parts.push(Part::Words(child)),
                },
                Tag::RowGroup => {
                    self.parts(child, None, parts);
                    parts.push(Part::End);
                }
                Tag::Text if !self.nodes[child].text.chars().any(is_seen) => {}
                // Forms stand around rows and cells where they should not.
                _ if self.has_cells(child) => self.parts(child, row, parts),
                _ => parts.push(Part::Words(child)),
            }
        }
    }

    fn has_cells(&self, place: usize) -> bool {
        let children = self.nodes[place].children.iter().map(|&child| child as usize);
        children.into_iter().any(|child| {
            matches!(self.nodes[child].tag, Tag::Row | Tag::Cell) || self.has_cells(child)
        })
    }

    /// Writes a table of data.
    pub(super) fn rows(&mut self, parts: Vec<Part>) {
        let mut columns = Columns::default();
        for part in parts {
            match part {
                Part::Row(cells) => self.row(&cells, &mut columns),
                Part::End => columns.taken.clear(),
                Part::Words(place) => {
                    let words = match self.nodes[place].tag {
                        Tag::Text => self.nodes[place].text.clone(),
                        _ => self.flat(place),
                    };
                    self.draft.line();
                    self.draft.words(&words);
                    self.draft.line();
                }
            }
        }
    }

    fn row(&mut self, cells: &[usize], columns: &mut Columns) {
        let mut row = Vec::with_capacity(cells.len());
        for &cell in cells {
            columns.pass(&mut row, false);
            row.push(self.flat(cell));
            // A cell that is alone in its row is a line over all columns.
            let (wide, high) = self.nodes[cell].span;
            columns.take(&mut row, if cells.len() > 1 { wide } else { 1 }, high);
        }
        columns.pass(&mut row, true);
        self.draft.row(&row);
    }
}

/// Places of rows to come that cells above them take.
#[derive(Default)]
struct Columns {
    /// For each column, how many rows after this one.
    taken: Vec<u8>,
    /// Empty cells so far.
    empty: usize,
}

impl Columns {
    /// Adds the empty cells that come next in a row: up to one that is free, or up to the row's end.
    fn pass(&mut self, row: &mut Vec<String>, to_end: bool) {
        while self.taken.last() == Some(&0) {
            self.taken.pop();
        }
        if self.empty >= MOST_EMPTY {
            self.taken.clear();
        }
        while let Some(rows) = self.taken.get_mut(row.len()) {
            if *rows == 0 && !to_end {
                return;
            }
            *rows = rows.saturating_sub(1);
            self.empty += 1;
            row.push(String::new());
        }
    }

    /// The row's last cell takes so many columns and rows.
    fn take(&mut self, row: &mut Vec<String>, wide: u8, high: u8) {
        let wide = usize::from(wide);
        if self.empty + wide > MOST_EMPTY {
            return;
        }
        let first = row.len() - 1;
        self.empty += wide - 1;
        row.resize(first + wide, String::new());
        if high > 1 {
            self.taken.resize(self.taken.len().max(first + wide), 0);
            for rows in &mut self.taken[first..first + wide] {
                *rows = (*rows).max(high - 1);
            }
        }
    }
}
