//! Outside text made safe for HTML, in content and in quoted attributes.
//!
//! Documents, prompts, board names and what a model wrote are untrusted. Markup characters become
//! entities. Characters that draw nothing but change how the text around them reads (controls,
//! bidirectional overrides) become visible signs, so that a page cannot be made to lie.

/// Text for HTML content or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            // A browser would make two line breaks of it.
            '\r' if characters.peek() == Some(&'\n') => {}
            '\0'..='\u{1f}' => out.push(picture(character)),
            '\u{7f}' => out.push('\u{2421}'),
            '\u{80}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => out.push_str(&format!("⟨U+{:04X}⟩", u32::from(character))),
            _ => out.push(character),
        }
    }
    out
}

/// The Unicode picture of a C0 control.
fn picture(control: char) -> char {
    char::from_u32(0x2400 + u32::from(control)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expect: &str) {
        assert_eq!(escape(input), expect);
    }

    #[test]
    fn markup_becomes_entities() {
        check("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
        check("\" onload=\"", "&quot; onload=&quot;");
        check("&lt;", "&amp;lt;");
    }

    #[test]
    fn what_cannot_be_seen_becomes_visible() {
        check("a\0b", "a␀b");
        check("\u{1b}[31m", "␛[31m");
        check("a\u{202e}b", "a⟨U+202E⟩b");
        check("\u{2066}\u{85}\u{7f}", "⟨U+2066⟩⟨U+0085⟩␡");
    }

    #[test]
    fn line_breaks_and_scripts_stay() {
        check("a\r\nb\n\tc", "a\nb\n\tc");
        check("a\rb", "a␍b");
        check("Grüße 你好 שלום", "Grüße 你好 שלום");
    }
}
