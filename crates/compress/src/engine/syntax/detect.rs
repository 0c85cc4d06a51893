//! Which languages code may be in, by words and marks that are only theirs.

use super::Syntax;
use crate::engine::sentences::lines;

/// How many lines are looked at.
const SAMPLE: usize = 400;
/// Fewer signs than this are chance.
const FEWEST: usize = 2;

/// How a sign is looked for.
enum At {
    /// At the beginning of a line.
    Start(&'static str),
    /// Anywhere in it.
    In(&'static str),
    /// At its end.
    End(&'static str),
}
use At::{End, In, Start};

const SIGNS: &[(Syntax, &[At])] = &[
    (
        Syntax::Rust,
        &[
            Start("fn "),
            Start("pub "),
            Start("let mut "),
            Start("impl "),
            Start("impl<"),
            Start("use "),
            Start("#["),
            Start("mod "),
            Start("match "),
            In("&mut "),
            In("::<"),
            In("&self"),
            In(" => {"),
            In("println!("),
            In("Some("),
            In("-> Result<"),
        ],
    ),
    (
        Syntax::Python,
        &[
            Start("def "),
            Start("elif "),
            Start("from "),
            Start("import "),
            Start("async def "),
            Start("self."),
            Start("@"),
            In("self."),
            In("None"),
            In(" not in "),
            In("__"),
            End("):"),
            End("else:"),
            End("try:"),
            End(":"),
        ],
    ),
    (
        Syntax::JavaScript,
        &[
            Start("const "),
            Start("function "),
            Start("var "),
            Start("export "),
            Start("module.exports"),
            In("=== "),
            In("!== "),
            In(") => "),
            In("document."),
            In("require("),
            In("async ("),
            In("console."),
            In("undefined"),
            In("${"),
        ],
    ),
    (
        Syntax::TypeScript,
        &[
            Start("const "),
            Start("interface "),
            Start("export "),
            Start("type "),
            Start("readonly "),
            In(": string"),
            In(": number"),
            In(": boolean"),
            In(": void"),
            In("=== "),
            In(") => "),
            In(" as "),
            In("Promise<"),
            In("private readonly "),
        ],
    ),
    (
        Syntax::C,
        &[
            Start("#include"),
            Start("#define "),
            Start("#if"),
            Start("typedef "),
            Start("static "),
            Start("struct "),
            Start("void "),
            Start("int "),
            In("->"),
            In("NULL"),
            In("sizeof("),
            In("(void)"),
            In("char *"),
            In("uint"),
        ],
    ),
    (
        Syntax::Cpp,
        &[
            Start("#include"),
            Start("namespace "),
            Start("template"),
            Start("using "),
            Start("public:"),
            Start("private:"),
            Start("class "),
            In("std::"),
            In("::"),
            In("const &"),
            In("nullptr"),
            In("auto "),
            In("virtual "),
            In(" override"),
        ],
    ),
    (
        Syntax::Java,
        &[
            Start("public "),
            Start("private "),
            Start("protected "),
            Start("import java"),
            Start("package "),
            Start("@Override"),
            In("public static void"),
            In("String "),
            In(" throws "),
            In(" extends "),
            In(" implements "),
            In("new "),
            In("this."),
            In("System."),
        ],
    ),
    (
        Syntax::Go,
        &[
            Start("func "),
            Start("package "),
            Start("type "),
            Start("defer "),
            Start("go "),
            Start("import ("),
            In(" := "),
            In("nil"),
            In("chan "),
            In("fmt."),
            In("[]byte"),
            In("err != nil"),
            In(" struct {"),
            In("map["),
        ],
    ),
];

/// The two languages with most signs, the likeliest first.
pub(super) fn candidates(code: &str) -> Vec<Syntax> {
    let total = code.bytes().filter(|&b| b == b'\n').count() + 1;
    let step = total.div_ceil(SAMPLE).max(1);
    let mut counts = [0usize; SIGNS.len()];
    for line in lines(code).step_by(step) {
        let line = code[line.start..line.content_end].trim();
        for (count, (_, signs)) in counts.iter_mut().zip(SIGNS) {
            *count += signs
                .iter()
                .filter(|sign| match sign {
                    Start(sign) => line.starts_with(sign),
                    In(sign) => line.contains(sign),
                    End(sign) => line.ends_with(sign),
                })
                .count();
        }
    }
    let mut order: Vec<usize> = (0..SIGNS.len()).filter(|&at| counts[at] >= FEWEST).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(counts[at]), at));
    order.truncate(2);
    order.into_iter().map(|at| SIGNS[at].0).collect()
}
