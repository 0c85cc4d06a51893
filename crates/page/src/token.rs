//! The token that opens a host, as it comes: behind `#token=` in the address, which no browser sends to
//! anybody, or pasted by a person.

/// Letters of a token.
const LETTERS: usize = 64;
/// What stands before it in an address.
const NAME: &str = "token=";

/// The token in an address' fragment, with or without its `#`; `None` where it has none.
pub fn in_fragment(fragment: &str) -> Option<String> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    fragment.split('&').find_map(|part| token(part.strip_prefix(NAME)?))
}

/// The token in what a person pastes: itself, or the whole address that `benchvise serve` shows.
pub fn in_text(text: &str) -> Option<String> {
    let text = text.trim();
    match text.split_once('#') {
        Some((_, fragment)) => in_fragment(fragment),
        None => token(text.strip_prefix(NAME).unwrap_or(text)),
    }
}

fn token(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    (text.len() == LETTERS && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_as_it_comes_and_nothing_else_is_taken_for_one() {
        let secret = "a1".repeat(32);
        let found = Some(secret.clone());
        assert_eq!(in_fragment(&format!("#token={secret}")), found);
        assert_eq!(in_fragment(&format!("room=live&token={secret}")), found);
        assert_eq!(in_fragment(&format!("#{secret}")), None);
        assert_eq!(in_fragment(""), None);
        assert_eq!(in_text(&format!("  {secret}\n")), found);
        assert_eq!(in_text(&secret.to_uppercase()), found);
        assert_eq!(in_text(&format!("serving at http://127.0.0.1:7777/#token={secret}")), found);
        for other in ["", "token=", "secret", &secret[1..], &format!("{secret}0"), &"g".repeat(64)]
        {
            assert_eq!(in_text(other), None, "{other}");
        }
    }
}
