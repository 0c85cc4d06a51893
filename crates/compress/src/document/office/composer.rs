//! Paragraphs, items, headings, tables and notes of a word processor, put into a draft as they come.

use super::super::Broken;
use super::super::draft::{Draft, Extracted};

/// A table with a longer cell serves to place text on the page.
const LONGEST_CELL: usize = 1000;
/// Tables within tables; those further in are taken for text.
const DEEPEST: usize = 64;

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
}

/// Takes a document's parts in their order.
pub(super) struct Composer {
    draft: Draft,
    tables: Vec<Table>,
    /// Tables open past the deepest.
    beyond: usize,
    /// The paragraph of which no word has come yet.
    next: Option<Block>,
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
            next: None,
            after_item: false,
            note: None,
            notes: Vec::new(),
        }
    }

    /// A paragraph begins.
    pub(super) fn begin(&mut self, block: Block) {
        match (&mut self.note, self.tables.last_mut()) {
            (Some(note), _) => note.push(' '),
            (None, Some(table)) => table.cell.push(' '),
            (None, None) => self.next = Some(block),
        }
    }

    /// Running text.
    pub(super) fn words(&mut self, text: &str) -> Result<(), Broken> {
        match (&mut self.note, self.tables.last_mut()) {
            (Some(note), _) => note.push_str(text),
            (None, Some(table)) => table.cell.push_str(text),
            (None, None) => {
                if let Some(block) = self.next
                    && !text.trim().is_empty()
                {
                    self.next = None;
                    self.open(block);
                }
                self.draft.words(text);
            }
        }
        self.draft.check()
    }

    fn open(&mut self, block: Block) {
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
        match (&mut self.note, self.tables.last_mut()) {
            (Some(note), _) => note.push(' '),
            (None, Some(table)) => table.cell.push(' '),
            (None, None) if self.next.is_none() => self.draft.line(),
            (None, None) => {}
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
        self.tables.push(Table::default());
    }

    pub(super) fn end_cell(&mut self) {
        if let (0, Some(table)) = (self.beyond, self.tables.last_mut()) {
            let cell = std::mem::take(&mut table.cell);
            table.cells.push(cell);
        }
    }

    pub(super) fn end_row(&mut self) {
        let (0, Some(table)) = (self.beyond, self.tables.last_mut()) else { return };
        let cells = std::mem::take(&mut table.cells);
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
