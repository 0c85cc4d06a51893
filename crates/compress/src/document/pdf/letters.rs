//! The letters of a PDF, page by page: what each is and where it stands.

use std::time::Instant;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, RenderContent, SoftMask, TransformExt, interpret_page,
};

use super::super::Broken;
use super::super::refused::Refused;
use super::WHAT;
use super::columns::{Line, in_order};
use super::pieces::{Letter, pieces};

/// Letters of a page; a page of the smallest print has a tenth of it.
pub(super) const MOST_LETTERS: usize = 1_000_000;
/// Of a document's letters, at least this share has to have a name.
const LEAST_NAMED: f64 = 0.6;
/// Characters of one letter, ligatures and all; a font that says more of it lies.
const MOST_CHARACTERS: usize = 32;
/// Letters after which the time is looked at again.
const OFTEN: usize = 1024;

/// A page's lines, in the order they are read.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) lines: Vec<Line>,
    pub(super) height: f32,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) pages: Vec<Page>,
    pub(super) pictures: usize,
    /// Letters of which the fonts do not say what they are.
    pub(super) unnamed: usize,
}

pub(super) fn read(bytes: Vec<u8>, limit: u64, until: Instant) -> Result<Found, Broken> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => Broken::Refused(Refused::LOCKED_PDF),
        LoadPdfError::Decryption(_) => Broken::Damaged(WHAT, "its encryption is damaged".into()),
        LoadPdfError::Invalid => {
            Broken::Damaged(WHAT, "it has no pages that could be found".into())
        }
    })?;
    // Forms that are filled in, and notes on the page, are annotations.
    let render_content = RenderContent::PAGE | RenderContent::ANNOTATIONS;
    let settings = InterpreterSettings { render_content, ..Default::default() };
    let cache = InterpreterCache::new();
    let mut found = Found::default();
    let (mut named, mut written) = (0, 0);
    for page in pdf.pages().iter() {
        let (width, height) = page.render_dimensions();
        let mut collector = Collector { width, until, ..Collector::default() };
        let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let transform = page.initial_transform(true).to_kurbo();
        let mut context = Context::new(transform, bounds, &cache, pdf.xref(), settings.clone());
        interpret_page(page, &mut context, &mut collector);
        named += collector.letters.len() + collector.turned.len();
        found.unnamed += collector.unnamed;
        found.pictures += collector.pictures;
        let mut lines = in_order(pieces(&collector.letters), until);
        lines.extend(in_order(pieces(&collector.turned), until));
        written += lines.iter().map(|line| line.text.len() as u64).sum::<u64>();
        if written > limit {
            return Err(Broken::Inflated(limit));
        }
        found.pages.push(Page { lines, height });
    }
    if named == 0 && found.unnamed == 0 && found.pictures > 0 {
        return Err(Refused::SCANNED.into());
    }
    if (named as f64) < LEAST_NAMED * (named + found.unnamed) as f64 {
        let reason = "its fonts do not say which letters they show";
        return Err(Broken::Damaged(WHAT, reason.into()));
    }
    Ok(found)
}

/// Where the interpreter draws to.
struct Collector {
    letters: Vec<Letter>,
    /// Of text that runs down the page, turned so that it runs along.
    turned: Vec<Letter>,
    width: f32,
    unnamed: usize,
    pictures: usize,
    until: Instant,
    /// What was filled last: how many letters, from where.
    filled: Option<(usize, Affine)>,
}

/// What unwinds out of the parser, which has no other way to be stopped.
pub(super) enum Stop {
    Late,
    Crowded,
}

impl Collector {
    /// Ends the parser where it takes too long or too much.
    fn watch(&self) {
        if Instant::now() > self.until {
            std::panic::resume_unwind(Box::new(Stop::Late));
        }
        if self.letters.len() + self.turned.len() > MOST_LETTERS {
            std::panic::resume_unwind(Box::new(Stop::Crowded));
        }
    }
}

impl Default for Collector {
    fn default() -> Self {
        Self {
            letters: Vec::new(),
            turned: Vec::new(),
            width: 0.0,
            unnamed: 0,
            pictures: 0,
            until: Instant::now(),
            filled: None,
        }
    }
}

impl<'a> Device<'a> for Collector {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.watch();
        // Letters that are filled and then outlined, which makes them bold, come as two runs.
        let glyphs = run.glyphs();
        let this = glyphs.first().map(|glyph| (glyphs.len(), props.transform * glyph.transform()));
        match mode {
            DrawMode::Stroke(_) if this.is_some() && this == self.filled => return,
            DrawMode::Fill(_) => self.filled = this,
            _ => self.filled = None,
        }
        for (count, glyph) in glyphs.iter().enumerate() {
            if count % OFTEN == OFTEN - 1 {
                self.watch();
            }
            let text = match glyph.as_unicode() {
                Some(BfString::Char(letter)) => letter.to_string(),
                Some(BfString::String(letters)) => letters,
                None => String::new(),
            };
            let unreadable = |letter: char| {
                matches!(letter, '\u{fffd}' | '\u{e000}'..='\u{f8ff}') || letter.is_control()
            };
            let is_long = text.len() > MOST_CHARACTERS && text.chars().count() > MOST_CHARACTERS;
            if text.is_empty() || is_long || text.chars().any(unreadable) {
                self.unnamed += 1;
                continue;
            }
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(drawn) => drawn.advance_width(),
            };
            let place = props.transform * glyph.transform();
            let from = place * Point::ZERO;
            let to = place * Point::new(f64::from(advance.unwrap_or(500.0)), 0.0);
            let up = place * Point::new(0.0, 1000.0) - from;
            let (x, y) = (from.x as f32, from.y as f32);
            let along = ((to.x - from.x) as f32, (to.y - from.y) as f32);
            let size = up.hypot() as f32;
            let is_place = [x, y, along.0, along.1, size].iter().all(|value| value.is_finite());
            if !is_place || size <= 0.0 {
                continue;
            }
            let vertical = run.writing_mode() == WritingMode::Vertical;
            if vertical {
                self.turned.push(Letter { x: y, y: self.width - x, width: size, size, text });
            } else if along.1.abs() <= along.0.abs() {
                self.letters.push(Letter { x, y, width: along.0.abs(), size, text });
            } else if along.1 < 0.0 {
                // Runs up the page, as at the left edge of a preprint.
                self.turned.push(Letter { x: -y, y: x, width: -along.1, size, text });
            } else {
                self.turned.push(Letter { x: y, y: -x, width: along.1, size, text });
            }
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.watch();
        self.pictures += 1;
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.watch();
    }
    fn push_clip_path(&mut self, _: &ClipPath) {
        self.watch();
    }
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.watch();
    }
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
