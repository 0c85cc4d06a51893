//! Paragraphs, items, headings, tables and notes of a word processor, put into a draft as they come.

use super::super::Broken;
use super::super::draft::{Draft, Extracted, LONGEST_CELL};

/// Tables within tables; those further in are taken for text.
const DEEPEST: usize = 64;

/// Cells without contents that a row may get for those that go over several columns.
const MOST_EMPTY: usize = 100;

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Text,
    Heading(usize),
    /// In so many lists, from 1.
    Item(usize),
}

#[derive(Debug, Default)]
struct Table {
    cells: Vec<String>,
    cell: String,
    /// Columns of the cell past its first.
    more: usize,
    /// They all have its contents.
    is_repeated: bool,
    /// Cells that the row may still get for such columns.
    spare: usize,
}

impl Table {
    fn new() -> Self {
        Self { spare: MOST_EMPTY, ..Self::default() }
    }
}

/// A paragraph that has begun: one in a text box stands within another's.
#[derive(Debug)]
struct Paragraph {
    block: Block,
    /// No word of it has come since it began or went on.
    fresh: bool,
    /// It has words, or one within it has.
    wrote: bool,
    in_note: bool,
}

/// Takes a document's parts in their order.
pub(super) struct Composer {
    draft: Draft,
    tables: Vec<Table>,
    /// Tables open past the deepest.
    beyond: usize,
    /// Paragraphs that are open, the outermost first.
    open: Vec<Paragraph>,
    after_item: bool,
    /// The note that is being read, apart from the text it belongs to.
    note: Option<String>,
    notes: Vec<String>,
}

impl Composer {
    pub(super) fn new(limit: u64) -> Self {
        Self {
            draft: Draft::new(limit),
            tables: Vec::new(),
            beyond: 0,
            open: Vec::new(),
            after_item: false,
            note: None,
            notes: Vec::new(),
        }
    }

    /// A paragraph begins.
    pub(super) fn begin(&mut self, block: Block) {
        let in_note = self.note.is_some();
        self.open.push(Paragraph { block, fresh: true, wrote: false, in_note });
        self.apart();
    }

    /// The paragraph ends. What is left of the one around it stands apart from its words.
    pub(super) fn end(&mut self) {
        let Some(inner) = self.open.pop() else { return };
        if self.note.is_some() || !self.tables.is_empty() {
            self.apart();
        }
        if let Some(outer) = self.open.last_mut().filter(|_| inner.wrote && !inner.in_note) {
            outer.wrote = true;
            // The rest of an item is no item of its own.
            if !outer.fresh && matches!(outer.block, Block::Item(_)) {
                outer.block = Block::Text;
            }
            outer.fresh = true;
        }
    }

    /// In a note or a cell, a space.
    fn apart(&mut self) {
        match (&mut self.note, self.tables.last_mut()) {
            (Some(note), _) => note.push(' '),
            (None, Some(table)) => table.cell.push(' '),
            (None, None) => {}
        }
    }

    /// Running text.
    pub(super) fn words(&mut self, text: &str) -> Result<(), Broken> {
        let open = self.open.last_mut().filter(|_| !text.trim().is_empty());
        let fresh = open.and_then(|open| {
            open.wrote = true;
            std::mem::take(&mut open.fresh).then_some(open.block)
        });
        match (&mut self.note, self.tables.last_mut()) {
            (Some(note), _) => note.push_str(text),
            (None, Some(table)) => table.cell.push_str(text),
            (None, None) => {
                if let Some(block) = fresh {
                    self.write(block);
                }
                self.draft.words(text);
            }
        }
        self.draft.check()
    }

    fn write(&mut self, block: Block) {
        let is_item = matches!(block, Block::Item(_));
        if !(is_item && self.after_item) {
            self.draft.paragraph();
        }
        match block {
            Block::Text => {}
            Block::Heading(level) => self.draft.heading(level),
            Block::Item(depth) => self.draft.item(depth),
        }
        self.after_item = is_item;
    }

    /// A line ends within a paragraph.
    pub(super) fn line(&mut self) {
        let is_apart = self.note.is_some() || !self.tables.is_empty();
        match self.open.last() {
            _ if is_apart => self.apart(),
            Some(open) if open.fresh => {}
            _ => self.draft.line(),
        }
    }

    /// What comes next has a name, such as a page's.
    pub(super) fn anchor(&mut self, name: String) {
        self.draft.anchor(name);
    }

    pub(super) fn left_out(&mut self, what: &str, count: usize) {
        self.draft.left_out(what, count);
    }

    pub(super) fn open_table(&mut self) {
        if self.tables.len() >= DEEPEST {
            self.beyond += 1;
            return;
        }
        if self.tables.is_empty() {
            self.draft.paragraph();
            self.after_item = false;
        }
        self.tables.push(Table::new());
    }

    /// The cell is as wide as this many columns, or stands in each of them.
    pub(super) fn columns(&mut self, count: usize, is_repeated: bool) {
        if let (0, Some(table)) = (self.beyond, self.tables.last_mut()) {
            (table.more, table.is_repeated) = (count.saturating_sub(1), is_repeated);
        }
    }

    pub(super) fn end_cell(&mut self) {
        if let (0, Some(table)) = (self.beyond, self.tables.last_mut()) {
            let cell = std::mem::take(&mut table.cell);
            let more = std::mem::take(&mut table.more).min(table.spare);
            table.spare -= more;
            let is_repeated = table.is_repeated && cell.len() <= LONGEST_CELL;
            let next = if is_repeated { cell.clone() } else { String::new() };
            table.cells.push(cell);
            table.cells.extend(std::iter::repeat_n(next, more));
        }
    }

    pub(super) fn end_row(&mut self) {
        let (0, Some(table)) = (self.beyond, self.tables.last_mut()) else { return };
        let cells = std::mem::take(&mut table.cells);
        table.spare = MOST_EMPTY;
        let depth = self.tables.len();
        if depth > 1 {
            // A table in a cell is text of the cell.
            let outer = &mut self.tables[depth - 2].cell;
            for cell in cells {
                outer.push(' ');
                outer.push_str(&cell);
            }
            return;
        }
        if cells.iter().any(|cell| cell.len() > LONGEST_CELL) {
            for cell in cells {
                self.draft.paragraph();
                self.draft.words(&cell);
            }
            return;
        }
        self.draft.row(&cells);
    }

    pub(super) fn close_table(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        self.tables.pop();
        if self.tables.is_empty() {
            self.draft.paragraph();
        }
    }

    /// What comes until [`Composer::end_note`] is a note, which goes to the end.
    pub(super) fn begin_note(&mut self) {
        self.note = Some(String::new());
    }

    pub(super) fn end_note(&mut self) {
        self.notes.extend(self.note.take());
    }

    /// The text, notes last.
    pub(super) fn done(mut self) -> Result<Extracted, Broken> {
        for (index, note) in self.notes.iter().filter(|note| !note.trim().is_empty()).enumerate() {
            self.draft.paragraph();
            self.draft.anchor(format!("note {}", index + 1));
            self.draft.words(note);
        }
        self.draft.done()
    }
}
