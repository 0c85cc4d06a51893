//! A number at the beginning of a text, as people print them.

/// The number and what comes behind it; `None` where there is none. A comma is a decimal one where a
/// digit follows and `comma` says so.
pub(super) fn number(text: &str, comma: Comma) -> Option<(f64, &str)> {
    let mut plain = String::new();
    let mut chars = text.char_indices().peekable();
    if let Some((_, sign)) = chars.next_if(|(_, c)| matches!(c, '+' | '-')) {
        plain.push(sign);
    }
    let (mut digits, mut point) = (0, false);
    let mut end = text.len();
    while let Some((at, c)) = chars.next() {
        let digit_next = chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        match c {
            '0'..='9' => {
                digits += 1;
                plain.push(c);
            }
            '.' if !point => {
                point = true;
                plain.push('.');
            }
            ',' if !point && digits > 0 && digit_next && comma == Comma::Decimal => {
                point = true;
                plain.push('.');
            }
            'e' | 'E' if digits > 0 => {
                let signed = chars.peek().is_some_and(|(_, next)| matches!(next, '+' | '-'));
                if !(digit_next || signed) {
                    end = at;
                    break;
                }
                plain.push('e');
                if let Some((_, sign)) = chars.next_if(|(_, c)| matches!(c, '+' | '-')) {
                    plain.push(sign);
                }
                while let Some((_, digit)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
                    plain.push(digit);
                }
                end = chars.peek().map_or(text.len(), |(at, _)| *at);
                break;
            }
            _ => {
                end = at;
                break;
            }
        }
    }
    if digits == 0 {
        return None;
    }
    let value: f64 = plain.parse().ok()?;
    Some((value, text.get(end..)?)).filter(|(value, _)| value.is_finite())
}

/// What a comma is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comma {
    /// It ends a number.
    Separator,
    /// It stands where others write a point.
    Decimal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, comma: Comma, expect: Option<(f64, &str)>) {
        assert_eq!(number(text, comma), expect, "{text}");
    }

    #[test]
    fn numbers_end_where_their_unit_begins() {
        check("12.5mA", Comma::Separator, Some((12.5, "mA")));
        check("-3", Comma::Separator, Some((-3.0, "")));
        check("1e-3A", Comma::Separator, Some((1e-3, "A")));
        check("1eV", Comma::Separator, Some((1.0, "eV")));
        check(".5 W", Comma::Separator, Some((0.5, " W")));
        check("mA", Comma::Separator, None);
        check("-", Comma::Separator, None);
        check("1e999", Comma::Separator, None);
        check("1e", Comma::Separator, Some((1.0, "e")));
    }

    #[test]
    fn a_comma_is_what_it_was_said_to_be() {
        check("3,30V", Comma::Decimal, Some((3.3, "V")));
        check("3,30V", Comma::Separator, Some((3.0, ",30V")));
        check("3, 30V", Comma::Decimal, Some((3.0, ", 30V")));
    }
}
