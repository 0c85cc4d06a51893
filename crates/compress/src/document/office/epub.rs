//! E-books: the chapters of the spine, in its order.

use std::collections::{BTreeMap, BTreeSet};

use super::super::draft::{Draft, Extracted};
use super::super::refused::Refused;
use super::super::{Broken, html};
use super::package::Package;
use super::xml::{Seen, walk};

const WHAT: &str = "an e-book";
/// Fonts may be scrambled in a book that is free to read.
const FONT_SCRAMBLING: [&str; 2] =
    ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

pub(super) fn read(package: &mut Package<'_>, limit: u64) -> Result<Extracted, Broken> {
    refuse_locked(package)?;
    let place = contents_place(package)?;
    let Some(contents) = package.text(&place)? else {
        return Err(Broken::Damaged(WHAT, format!("its part {place} is missing")));
    };
    let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut draft = Draft::new(limit);
    let (mut chapters, mut missing) = (0, 0);
    let spine = spine(&contents)?;
    for chapter in spine.chapters {
        let Some(page) = package.text(&joined(folder, &chapter))? else {
            missing += 1;
            continue;
        };
        chapters += 1;
        draft.paragraph();
        draft.anchor(format!("part {chapters}"));
        draft = html::add_chapter(&page, draft)?;
    }
    if chapters == 0 && missing > 0 {
        return Err(Broken::Damaged(WHAT, "its chapters are missing".into()));
    }
    draft.left_out("missing chapters", missing);
    draft.left_out("parts that stand aside", spine.aside);
    draft.left_out("tables of contents", spine.contents);
    draft.left_out("parts that are no page", spine.others);
    draft.done()
}

fn refuse_locked(package: &mut Package<'_>) -> Result<(), Broken> {
    let Some(text) = package.text("META-INF/encryption.xml")? else {
        return Ok(());
    };
    let mut locked = false;
    walk(WHAT, &text, |seen| {
        if let Seen::Open(element) = seen
            && element.name == "EncryptionMethod"
        {
            let how = element.get("Algorithm").unwrap_or_default();
            locked |= !FONT_SCRAMBLING.contains(&how.as_str());
        }
        Ok(())
    })?;
    match locked {
        true => Err(Refused::LOCKED_BOOK.into()),
        false => Ok(()),
    }
}

fn contents_place(package: &mut Package<'_>) -> Result<String, Broken> {
    let mut found = None;
    if let Some(container) = package.text("META-INF/container.xml")? {
        walk(WHAT, &container, |seen| {
            if let Seen::Open(element) = seen
                && element.name == "rootfile"
            {
                found = found.take().or_else(|| element.get("full-path"));
            }
            Ok(())
        })?;
    }
    found.ok_or_else(|| Broken::Damaged(WHAT, "it does not say where its contents are".into()))
}

/// What a book says is read, in this order.
#[derive(Default)]
struct Spine {
    /// The chapters' places, each once.
    chapters: Vec<String>,
    /// Parts that are not read in turn.
    aside: usize,
    contents: usize,
    /// Parts that are pictures or missing from the list of parts.
    others: usize,
}

fn spine(contents: &str) -> Result<Spine, Broken> {
    let (mut pages, mut tables, mut order) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
    let mut made = Spine::default();
    walk(WHAT, contents, |seen| {
        let Seen::Open(element) = seen else { return Ok(()) };
        match element.name {
            "item" => {
                let kind = element.get("media-type").unwrap_or_default();
                let properties = element.get("properties").unwrap_or_default();
                match (element.get("id"), element.get("href")) {
                    (Some(id), _) if properties.split(' ').any(|property| property == "nav") => {
                        tables.insert(id);
                    }
                    (Some(id), Some(place)) if kind.contains("html") => {
                        pages.insert(id, place);
                    }
                    _ => {}
                }
            }
            "itemref" if element.get("linear").as_deref() == Some("no") => made.aside += 1,
            "itemref" => order.extend(element.get("idref")),
            _ => {}
        }
        Ok(())
    })?;
    let mut known = BTreeSet::new();
    for id in order.iter().filter(|id| known.insert(*id)) {
        match pages.remove(id) {
            Some(place) => made.chapters.push(place),
            None if tables.contains(id) => made.contents += 1,
            None => made.others += 1,
        }
    }
    Ok(made)
}

/// A place within the archive, as seen from a folder: `%20` and `..` resolved.
fn joined(folder: &str, place: &str) -> String {
    let place = place.split(['#', '?']).next().unwrap_or_default();
    let mut parts: Vec<&str> = match place.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in place.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    unescaped(&parts.join("/"))
}

fn unescaped(place: &str) -> String {
    let mut bytes = Vec::with_capacity(place.len());
    let mut rest = place.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = (first == b'%').then(|| after.get(..2)).flatten();
        let code = digits.and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
