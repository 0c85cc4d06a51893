//! Formulas of Word as a line of text: roots, brackets, fractions, powers, sums, matrices.

/// Parts within parts; those further in are taken as they come.
const DEEPEST: usize = 64;

/// A formula as it is read.
#[derive(Debug)]
pub(super) struct Formula {
    /// Parts that are open, the whole first.
    open: Vec<Part>,
    /// Parts open past the deepest.
    beyond: usize,
    /// It ends with its first part: nothing said that a formula begins.
    is_bare: bool,
}

#[derive(Debug, Default)]
struct Part {
    name: &'static str,
    text: String,
    /// What it holds has come so many times: the lines of a matrix, what stands in brackets.
    count: usize,
    begin: Option<String>,
    between: Option<String>,
    end: Option<String>,
}

/// What a formula is made of; anything else is what it holds.
const PARTS: &[&str] =
    &["oMath", "rad", "deg", "e", "d", "num", "den", "sup", "sub", "nary", "eqArr", "m", "mr"];

impl Formula {
    /// A formula that begins with this element; `None` where none does. `is_math` tells that the
    /// element is one of formulas.
    pub(super) fn begin(name: &str, is_math: bool) -> Option<Self> {
        let is_whole = name == "oMath";
        if !(is_whole || is_math && PARTS.contains(&name)) {
            return None;
        }
        let open = vec![Part { name: "oMath", ..Part::default() }];
        let mut made = Self { open, beyond: 0, is_bare: !is_whole };
        if made.is_bare {
            made.open(name, None);
        }
        Some(made)
    }

    /// An element begins; `value` is its attribute `val`.
    pub(super) fn open(&mut self, name: &str, value: Option<String>) {
        if let Some(known) = PARTS.iter().find(|known| **known == name) {
            match self.open.len() < DEEPEST {
                true => self.open.push(Part { name: known, ..Part::default() }),
                false => self.beyond += 1,
            }
            return;
        }
        let Some(part) = self.open.last_mut().filter(|_| self.beyond == 0) else { return };
        // A sign is one letter, or none.
        let sign = value.map(|value| value.chars().take(1).collect());
        match name {
            "begChr" | "chr" => part.begin = sign,
            "sepChr" => part.between = sign,
            "endChr" => part.end = sign,
            _ => {}
        }
    }

    pub(super) fn words(&mut self, words: &str) {
        if let Some(part) = self.open.last_mut() {
            part.text.push_str(words);
        }
    }

    /// An element ends; the text once the whole has.
    pub(super) fn close(&mut self, name: &str) -> Option<String> {
        if !PARTS.contains(&name) {
            return None;
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            return None;
        }
        let part = self.open.pop()?;
        let Some(outer) = self.open.last_mut() else { return Some(part.text) };
        let is_first = outer.count == 0;
        let text = &part.text;
        let sign = |sign: &Option<String>, usual: &str| sign.clone().unwrap_or(usual.to_owned());
        let made = match (part.name, outer.name) {
            ("num", _) => format!("{}/", enclosed(text)),
            ("den", _) => enclosed(text),
            ("sup" | "sub" | "deg", _) if text.trim().is_empty() => String::new(),
            ("sup", _) => format!("^{}", enclosed(text)),
            ("sub", _) => format!("_{}", enclosed(text)),
            ("deg", _) => format!("[{}]", text.trim()),
            ("rad", _) => format!("√{text}"),
            ("e", "rad") => format!("({text})"),
            ("nary", _) => format!("{}{text}", sign(&part.begin, "∫")),
            ("e", "nary") => format!(" {text}"),
            ("d", _) => format!("{}{text}{}", sign(&part.begin, "("), sign(&part.end, ")")),
            ("e", "d") if !is_first => format!("{}{text}", sign(&outer.between, "|")),
            ("e", "mr") if !is_first => format!(" {text}"),
            ("e", "eqArr") | ("mr", _) if !is_first => format!("; {text}"),
            _ => part.text,
        };
        outer.count += usize::from(matches!(part.name, "e" | "mr"));
        outer.text.push_str(&made);
        let ends = self.is_bare && self.open.len() == 1;
        ends.then(|| self.open.pop()).flatten().map(|whole| whole.text)
    }
}

/// In parentheses, unless it is one number or name.
fn enclosed(text: &str) -> String {
    let text = text.trim();
    let bare = text.trim_start_matches(['+', '-', '−']);
    match bare.chars().all(|letter| letter.is_alphanumeric() || ".,".contains(letter)) {
        true => text.to_owned(),
        false => format!("({text})"),
    }
}

/// What the font Symbol shows for a code, where that is a sign of arithmetic or a letter of Greek that
/// units and formulas have. `code` is hexadecimal, `B3` or `F0B3`.
pub(super) fn symbol(font: &str, code: &str) -> Option<&'static str> {
    let code = u32::from_str_radix(code, 16).ok()?;
    if !font.eq_ignore_ascii_case("symbol") || !matches!(code >> 8, 0 | 0xf0) {
        return None;
    }
    Some(match code & 0xff {
        0x2b => "+",
        0x2d => "−",
        0x3c => "<",
        0x3d => "=",
        0x3e => ">",
        0x40 => "≅",
        0x44 => "Δ",
        0x57 => "Ω",
        0x61 => "α",
        0x62 => "β",
        0x67 => "γ",
        0x64 => "δ",
        0x6c => "λ",
        0x6d => "μ",
        0x70 => "π",
        0x73 => "σ",
        0x7e => "∼",
        0xa3 => "≤",
        0xa5 => "∞",
        0xae => "→",
        0xb0 => "°",
        0xb1 => "±",
        0xb3 => "≥",
        0xb4 => "×",
        0xb8 => "÷",
        0xb9 => "≠",
        0xba => "≡",
        0xbb => "≈",
        _ => return None,
    })
}
