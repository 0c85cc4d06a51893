//! Source code that is parsed: signatures stay, bodies are cut between statements, brackets stay balanced.

use std::time::Duration;

use compress::{Budget, Incremental, Kind, Pin, Request, Room, Stage, Strategy, Syntax};

use crate::invariants::{checked, counter};

/// A language's source: ten functions and a type with ten more, and what of it are signatures.
struct Sample {
    syntax: Syntax,
    text: String,
    signatures: Vec<String>,
}

/// What a language writes: what stands before everything, a type around methods, a function's signature, what opens
/// and what closes it, and its statements, of which `N` is a number and the indent is theirs.
struct Form {
    syntax: Syntax,
    head: &'static str,
    class: [&'static str; 2],
    signature: &'static str,
    method: &'static str,
    braces: [&'static str; 2],
    body: &'static [&'static str],
}

const FORMS: [Form; 8] = [
    Form {
        syntax: Syntax::Rust,
        head: "use std::collections::BTreeMap;\n\npub struct Pump;\n\n",
        class: ["impl Pump {\n", "}\n"],
        signature: "pub fn measure_N(\n    depth: &mut BTreeMap<u32, u32>,\n    limit: u32,\n) -> Result<u32, String>",
        method: "pub fn level_N(&self, depth: u32) -> u32",
        braces: [" {", "}"],
        body: &[
            "let total = depth + N;",
            "if total > limit {\n    return Err(\"it is more than was asked for\".to_owned());\n}",
            "for step in 0..total {\n    record(step, \"a step\");\n    settle(step);\n}",
            "let text = \"a line\n  and another } of it\";",
            "names.iter().for_each(|name| {\n    greet(name);\n    leave(name);\n});",
            "finish(total, text)",
        ],
    },
    Form {
        syntax: Syntax::Python,
        head: "import os\nimport sys\n\n",
        class: ["class Pump:\n", ""],
        signature: "def measure_N(\n    depth,\n    limit=1,\n):",
        method: "def level_N(self, depth):",
        braces: ["", ""],
        body: &[
            "total = depth + N",
            "if total > limit:\n    raise ValueError(\"it is more than was asked for\")\nelse:\n    record(total)",
            "for step in range(total):\n    record(step, \"a step\")\n    settle(step)",
            "text = \"\"\"a line\nand another ) of it\"\"\"",
            "self.names = [greet(name) for name in os.listdir(text)]",
            "return finish(total, text)",
        ],
    },
    Form {
        syntax: Syntax::JavaScript,
        head: "const fs = require(\"fs\");\n\n",
        class: ["class Pump {\n", "}\n"],
        signature: "function measure_N(\n  depth,\n  limit,\n)",
        method: "level_N(depth)",
        braces: [" {", "}"],
        body: &[
            "const total = depth + N;",
            "if (total === limit) {\n    throw new Error(\"it is more than was asked for\");\n} else {\n    record(total);\n}",
            "for (let step = 0; step < total; step += 1) {\n    record(step, \"a step\");\n    settle(step);\n}",
            "const text = `a line\n  and another } of it`;",
            "names.forEach((name) => {\n    console.log(name);\n    leave(name);\n});",
            "return finish(total, text);",
        ],
    },
    Form {
        syntax: Syntax::TypeScript,
        head: "import { greet } from \"./greet\";\n\nexport interface Depths {\n    [name: string]: number;\n}\n\n",
        class: ["export class Pump {\n", "}\n"],
        signature: "export function measure_N(\n  depth: Depths,\n  limit: number,\n): Promise<number>",
        method: "private level_N(depth: number): number",
        braces: [" {", "}"],
        body: &[
            "const total: number = depth.first + N;",
            "if (total === limit) {\n    throw new Error(\"it is more than was asked for\");\n}",
            "for (let step = 0; step < total; step += 1) {\n    record(step, \"a step\");\n    settle(step);\n}",
            "const text = `a line\n  and another } of it`;",
            "names.forEach((name: string) => {\n    greet(name);\n    leave(name);\n});",
            "return finish(total, text);",
        ],
    },
    Form {
        syntax: Syntax::C,
        head: "#include <stdio.h>\n#include \"pump.h\"\n\n",
        class: ["struct pump {\n    int depth;\n    char *name;\n};\n\n", ""],
        signature: "static int measure_N(const struct pump *pump,\n                    int limit)",
        method: "int level_N(struct pump *pump)",
        braces: ["\n{", "}"],
        body: &[
            "int total = pump->depth + N;",
            "if (total > limit) {\n    fprintf(stderr, \"it is more than was asked for\");\n    return -1;\n}",
            "for (int step = 0; step < total; step++) {\n    record(step, \"a step\");\n    settle(step);\n}",
            "switch (total) {\ncase 1:\n    settle(1);\n    break;\ndefault:\n    settle(2);\n}",
            "const char *text = \"a line \"\n    \"and another } of it\";",
            "return finish(total, text);",
        ],
    },
    Form {
        syntax: Syntax::Cpp,
        head: "#include <vector>\n#include \"pump.hpp\"\n\nusing namespace std;\n\n",
        class: ["class Pump : public Machine {\npublic:\n", "};\n"],
        signature: "template <typename T>\nstd::vector<T> measure_N(const std::vector<T> &depth,\n                    int limit)",
        method: "virtual int level_N(int depth) const override",
        braces: [" {", "}"],
        body: &[
            "auto total = depth.size() + N;",
            "if (total > limit) {\n    throw std::runtime_error(\"it is more than was asked for\");\n}",
            "for (auto &step : depth) {\n    record(step, \"a step\");\n    settle(step);\n}",
            "const char *text = R\"(a line\n  and another } of it)\";",
            "std::for_each(depth.begin(), depth.end(), [&](auto &name) {\n    greet(name);\n    leave(name);\n});",
            "return finish(total, text);",
        ],
    },
    Form {
        syntax: Syntax::Java,
        head: "package harbour;\n\nimport java.util.List;\n\n",
        class: ["public class Pump extends Machine {\n", "}\n"],
        signature: "",
        method: "public static int level_N(List<Integer> depth,\n            String name) throws IOException",
        braces: [" {", "}"],
        body: &[
            "int total = depth.size() + N;",
            "if (total > limit) {\n    throw new IOException(\"it is more than was asked for\");\n} else {\n    record(total);\n}",
            "for (int step : depth) {\n    record(step, \"a step\");\n    settle(step);\n}",
            "String text = \"\"\"\n    a line\n    and another } of it\"\"\";",
            "names.forEach(name -> {\n    System.out.println(name);\n    leave(name);\n});",
            "return finish(total, text);",
        ],
    },
    Form {
        syntax: Syntax::Go,
        head: "package harbour\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\n",
        class: ["type Pump struct {\n\tdepth int\n\tname  string\n}\n\n", ""],
        signature: "func Measure_N(\n\tdepth map[string]int,\n\tlimit int,\n) (int, error)",
        method: "func (pump *Pump) Level_N(depth int) error",
        braces: [" {", "}"],
        body: &[
            "total := len(depth) + N",
            "if total > limit {\n    return 0, fmt.Errorf(\"it is more than was asked for\")\n}",
            "for step := 0; step < total; step++ {\n    record(step, \"a step\")\n    settle(step)\n}",
            "text := `a line\n  and another } of it`",
            "switch total {\ncase 1:\n    settle(1)\ndefault:\n    settle(2)\n}",
            "return finish(total, text)",
        ],
    },
];

fn sample(form: &Form) -> Sample {
    let (mut text, mut signatures) = (form.head.to_owned(), Vec::new());
    let mut add = |text: &mut String, signature: &str, number: usize, indent: &str| {
        let numbered = |part: &str| part.replace('N', &number.to_string());
        let signature = numbered(signature);
        text.push_str(&format!("{indent}{signature}{}\n", form.braces[0]));
        for round in 0..2 {
            for statement in form.body {
                for line in numbered(statement).replace("total", ["total", "again"][round]).lines()
                {
                    // A string's second line is as it is.
                    let own = if line.contains("and another") && !line.contains("    \"") {
                        ""
                    } else {
                        indent
                    };
                    let inner =
                        if own.is_empty() && line.contains("and another") { "" } else { "    " };
                    text.push_str(&format!("{own}{inner}{line}\n"));
                }
            }
        }
        text.push_str(&format!("{indent}{}\n\n", form.braces[1]));
        signatures.push(signature);
    };
    if !form.signature.is_empty() {
        (0..8).for_each(|number| add(&mut text, form.signature, number, ""));
    }
    text.push_str(form.class[0]);
    let indent =
        if form.class[1].is_empty() && form.syntax != Syntax::Python { "" } else { "    " };
    (0..8).for_each(|number| add(&mut text, form.method, 20 + number, indent));
    text.push_str(form.class[1]);
    Sample { syntax: form.syntax, text, signatures }
}

/// The text without strings, where it is known how these are written.
fn bare(text: &str) -> String {
    let mut out = text.to_owned();
    for string in ["and another } of it", "and another ) of it"] {
        out = out.replace(string, "");
    }
    out
}

#[track_caller]
fn balanced(text: &str) {
    let mut open = Vec::new();
    for letter in bare(text).chars() {
        match letter {
            '(' | '[' | '{' => open.push(letter),
            ')' | ']' | '}' => {
                let expect = match letter {
                    ')' => '(',
                    ']' => '[',
                    _ => '{',
                };
                assert_eq!(open.pop(), Some(expect), "{letter} closes nothing in\n{text}");
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} stays open in\n{text}");
}

#[test]
fn signatures_stay_and_brackets_are_balanced_in_every_language() {
    for form in &FORMS {
        let sample = sample(form);
        balanced(&sample.text);
        for (syntax, kind) in [(Some(sample.syntax), Some(Kind::Code)), (None, None)] {
            for ratio in [1.5, 2.0, 3.0, 4.0] {
                let request =
                    Request { syntax, kind, ..Request::new(&sample.text, Budget::Ratio(ratio)) };
                let done = checked(&request);
                assert_eq!(done.kind, Kind::Code, "{:?}", sample.syntax);
                for signature in &sample.signatures {
                    assert!(
                        done.text.contains(signature.as_str()),
                        "{:?} at {ratio} with {syntax:?}: {signature} is not in\n{}",
                        sample.syntax,
                        done.text
                    );
                }
                balanced(&done.text);
                // A string is there as a whole or not at all.
                let halves = ["a line", "and another"].map(|half| done.text.matches(half).count());
                assert_eq!(halves[0], halves[1], "{:?}\n{}", sample.syntax, done.text);
            }
        }
        for ratio in [8.0, 20.0] {
            balanced(&checked(&Request::new(&sample.text, Budget::Ratio(ratio))).text);
        }
    }
}

#[test]
fn more_signatures_stay_than_by_lines() {
    for form in &FORMS {
        let sample = sample(form);
        let kept = |without| {
            let request = Request {
                without,
                kind: Some(Kind::Code),
                syntax: Some(sample.syntax),
                ..Request::new(&sample.text, Budget::Ratio(6.0))
            };
            let text = checked(&request).text;
            sample.signatures.iter().filter(|s| text.contains(s.as_str())).count()
        };
        let (parsed, lines) = (kept(None), kept(Some(Stage::Syntax)));
        assert!(parsed >= lines, "{:?}: {parsed} and {lines}", sample.syntax);
        assert!(parsed * 10 >= sample.signatures.len() * 7, "{:?}: {parsed}", sample.syntax);
    }
}

#[test]
fn what_bears_on_a_question_comes_with_what_it_is_inside_of() {
    let mut text = sample(&FORMS[0]).text;
    let planted =
        "    if lamp.is_broken() {\n        order_spare(lamp, \"the blue lighthouse\");\n    }\n";
    text = text.replacen("let total = depth + 3;", &format!("\n{planted}"), 1);
    let request = Request {
        focus: Some("Which spare is ordered for the lighthouse?"),
        kind: Some(Kind::Code),
        syntax: Some(Syntax::Rust),
        ..Request::new(&text, Budget::Ratio(16.0))
    };
    let done = checked(&request);
    for part in ["pub fn measure_3(", "if lamp.is_broken() {", "the blue lighthouse"] {
        assert!(done.text.contains(part), "{part}: {}", done.text);
    }
    balanced(&done.text);
}

#[test]
fn a_fence_says_what_is_between_it() {
    let code = sample(&FORMS[7]).text;
    for tag in ["go", "golang", ""] {
        let text = format!(
            "# Pumps\n\nIt is so. That is all of it.\n\n```{tag}\n{code}```\n\n## End\n\nSee there.\n"
        );
        let kind = Some(Kind::Markdown);
        let done = checked(&Request { kind, ..Request::new(&text, Budget::Ratio(4.0)) });
        assert!(done.text.contains("func Measure_3(\n\tdepth map[string]int,"), "{}", done.text);
        assert_eq!(done.text.matches("```").count(), 2);
        balanced(&done.text);
    }
}

#[test]
fn what_is_pinned_in_code_comes_with_its_heads_and_rules_hold() {
    let sample = sample(&FORMS[0]);
    let at = sample.text.rfind("settle(step)").expect("a statement");
    let pins = [Pin { src: at..at + 6, room: Room::Made }];
    let request = Request {
        pins: &pins,
        kind: Some(Kind::Code),
        ..Request::new(&sample.text, Budget::Ratio(8.0))
    };
    let done = checked(&request);
    assert!(done.text.contains("settle(step);") && done.text.contains("level_27"), "{}", done.text);
    balanced(&done.text);
    let rules = compress::Rules::parse(&["code=drop"], &["level_24"]).expect("rules");
    let request = Request { pins: &[], rules: Some(&rules), ..request };
    let done = checked(&request);
    assert!(done.text.contains("level_24") && !done.text.contains("impl Pump"), "{}", done.text);
}

#[test]
fn blocks_of_code_that_are_remembered_give_the_bytes_of_a_full_run() {
    let one = sample(&FORMS[0]).text;
    let text: String = (0..12).map(|part| one.replace("Pump", &format!("Pump{part}"))).collect();
    let edited = text.replacen("finish(total, text)", "finish(total, text, now())", 1);
    let kept = Incremental::default();
    let request = |text| Request {
        kind: Some(Kind::Code),
        syntax: Some(Syntax::Rust),
        strategy: Strategy::Incremental,
        ..Request::new(text, Budget::Ratio(4.0))
    };
    let counter = counter();
    kept.compress(&request(&text), &counter).expect("it compresses");
    let (again, work) = kept.compress(&request(&edited), &counter).expect("it compresses");
    assert!(work.done <= 2 && work.blocks > 4, "{work:?}");
    assert_eq!(again, compress::compress(&request(&edited), &counter).expect("it compresses"));
}

#[test]
fn any_code_keeps_every_promise() {
    const PARTS: &[&str] = &[
        "fn go(",
        ") -> u8 {",
        "}",
        "{",
        "(",
        ")",
        "[",
        "]",
        ";",
        "\n",
        "\n    ",
        "\n        ",
        " ",
        "let x = ",
        "if x",
        "else",
        "for a in b",
        "match x",
        "=>",
        "\"",
        "'",
        "`",
        "${",
        "//",
        "/*",
        "*/",
        "#",
        "#if A",
        "#endif",
        "#include <a.h>",
        "struct A",
        "class A",
        "impl A for B",
        "def go(a):",
        "return",
        "import os",
        "@a",
        "\"\"\"",
        "func (a *A) go()",
        "package a",
        "switch (x)",
        "case 1:",
        "default:",
        "function",
        "const a = (b) =>",
        "template <T>",
        "a::b",
        ",",
        "1",
        "漢",
        "\u{301}",
        "\r\n",
        "\t",
        "interface I",
        "enum E",
        "public:",
        "r#\"",
        "namespace n",
        "=",
        "<",
        ">",
        "#[a]",
        "pass",
    ];
    bolero::check!()
        .with_test_time(Duration::from_millis(3000))
        .with_type::<(Vec<u8>, u8, u16, bool)>()
        .for_each(|(bytes, syntax, budget, focus)| {
            let text: String = bytes.iter().map(|b| PARTS[usize::from(*b) % PARTS.len()]).collect();
            checked(&Request {
                kind: Some(Kind::Code),
                syntax: Syntax::ALL.get(usize::from(*syntax) % 12).map(|(syntax, _)| *syntax),
                focus: focus.then_some("what does go return?"),
                ..Request::new(&text, Budget::Ratio(1.0 + f64::from(*budget) / 8192.0))
            });
        });
}
