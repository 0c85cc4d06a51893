//! Documents that are zip archives of XML: Word, OpenDocument, EPUB.

mod composer;
mod docx;
mod epub;
mod formula;
mod odt;
mod package;
pub(super) mod xml;

use super::Broken;
use super::draft::Extracted;
use super::formats::Format;
use super::refused::Refused;
use package::Package;

/// Whether these begin as a zip archive does.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The text of a document in a zip archive. Any other archive is refused.
pub(super) fn read(bytes: &[u8], limit: u64) -> Result<(Format, Extracted), Broken> {
    // Bit 0 of the first member's flags says that it is encrypted.
    if bytes.get(6).is_some_and(|flags| flags & 1 == 1) {
        return Err(Refused::LOCKED_ZIP.into());
    }
    let mut package = Package::open(bytes, limit)?;
    let kind = package.text("mimetype").ok().flatten().unwrap_or_default();
    match kind.trim() {
        "application/epub+zip" => return Ok((Format::Epub, epub::read(&mut package, limit)?)),
        "application/vnd.oasis.opendocument.text"
        | "application/vnd.oasis.opendocument.text-template"
        | "application/vnd.oasis.opendocument.text-master" => {
            return Ok((Format::Odt, odt::read(&mut package, limit)?));
        }
        kind if kind.starts_with("application/vnd.oasis.opendocument.spreadsheet") => {
            return Err(Refused::WORKBOOK.into());
        }
        kind if kind.starts_with("application/vnd.oasis.opendocument") => {
            return Err(Refused::SLIDES.into());
        }
        _ => {}
    }
    if package.has("META-INF/container.xml") {
        return Ok((Format::Epub, epub::read(&mut package, limit)?));
    }
    if !package.has("[Content_Types].xml") {
        return Err(Refused::ZIP.into());
    }
    if package.has("xl/workbook.xml") || package.has("xl/workbook.bin") {
        return Err(Refused::WORKBOOK.into());
    }
    if package.has("ppt/presentation.xml") {
        return Err(Refused::SLIDES.into());
    }
    Ok((Format::Docx, docx::read(&mut package, limit)?))
}

#[cfg(test)]
mod tests;
