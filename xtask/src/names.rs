//! The section of a wasm module that has the names of its functions: a quarter of the module, that nobody reads until
//! a browser says where a page has stopped.

/// What every module of this version begins with.
const HEAD: &[u8] = b"\0asm\x01\0\0\0";
/// The kind of a section that means nothing to the machine, and how this one is called.
const CUSTOM: u8 = 0;
const NAME: &[u8] = b"name";

/// A module without its names. Every place in it stays where it was, for they are its last section. `None` where it is
/// no module.
pub(crate) fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    let mut rest = module.strip_prefix(HEAD)?;
    let mut kept = HEAD.to_vec();
    while let Some((&kind, behind)) = rest.split_first() {
        let (size, body) = number(behind)?;
        let (content, next) = body.split_at_checked(size)?;
        let section = rest.get(..rest.len() - next.len())?;
        let named =
            |content| number(content).is_some_and(|(size, text)| text.get(..size) == Some(NAME));
        if kind != CUSTOM || !named(content) {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    Some(kept)
}

/// A number as wasm writes it, seven bits a byte, and what comes behind it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_and_everything_else_stays() {
        let mut module = HEAD.to_vec();
        let mut long = vec![10, 0x80 | 72, 1];
        long.extend([7; 200]);
        module.extend(&long);
        let whole = module.clone();
        module.extend([0, 6, 4, b'n', b'a', b'm', b'e', 9]);
        assert_eq!(without_names(&module), Some(whole.clone()));
        let other = [0, 6, 4, b'n', b'o', b't', b'e', 9];
        let with_note = [whole.as_slice(), &other].concat();
        assert_eq!(without_names(&with_note), Some(with_note));
        assert_eq!(without_names(b"no module"), None);
        assert_eq!(without_names(&module[..module.len() - 1]), None, "it is cut off");
    }
}
