//! XML as a run of events: names without their prefixes, references resolved, no entities of its own.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::Broken;

/// What comes next.
pub(in super::super) enum Seen<'a> {
    /// An element begins; one without contents ends at once.
    Open(Element<'a>),
    /// An element ends.
    Close(&'a str),
    /// Text, as it stands.
    Text(&'a str),
}

/// The beginning of an element.
pub(in super::super) struct Element<'a> {
    pub(in super::super) name: &'a str,
    start: &'a BytesStart<'a>,
}

impl Element<'_> {
    /// Its name has this prefix.
    pub(in super::super) fn is_of(&self, prefix: &str) -> bool {
        self.start.name().prefix().is_some_and(|own| own.as_ref() == prefix.as_bytes())
    }

    /// The value of the attribute with this name, whatever its prefix.
    pub(in super::super) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        let attributes = attributes.with_checks(false).flatten();
        let found = attributes
            .into_iter()
            .find(|attribute| attribute.key.local_name().as_ref() == name.as_bytes())?;
        let value = found.normalized_value(XmlVersion::Implicit1_0);
        value.ok().map(Cow::into_owned)
    }
}

/// Calls `see` for everything in `text`. What is nested is not followed by recursion.
pub(in super::super) fn walk(
    what: &'static str,
    text: &str,
    mut see: impl FnMut(Seen<'_>) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let damaged = |at: u64, error: &dyn std::fmt::Display| {
        Broken::Damaged(what, format!("{error} at byte {at} of its XML"))
    };
    loop {
        let event = reader.read_event();
        let at = reader.buffer_position();
        match event.map_err(|error| damaged(at, &error))? {
            Event::Start(start) => {
                let name = start.local_name();
                see(Seen::Open(Element { name: spelled(name.as_ref()), start: &start }))?;
            }
            Event::End(end) => see(Seen::Close(spelled(end.local_name().as_ref())))?,
            Event::Text(words) => see(Seen::Text(&words.decode().unwrap_or_default()))?,
            Event::CData(words) => see(Seen::Text(&words.decode().unwrap_or_default()))?,
            Event::GeneralRef(reference) => {
                if let Ok(Some(letter)) = reference.resolve_char_ref() {
                    see(Seen::Text(letter.encode_utf8(&mut [0; 4])))?;
                } else if let Some(known) =
                    quick_xml::escape::resolve_xml_entity(spelled(&reference))
                {
                    see(Seen::Text(known))?;
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The text was UTF-8 before it was taken apart, so that its names are.
fn spelled(name: &[u8]) -> &str {
    std::str::from_utf8(name).unwrap_or_default()
}
