//! Counters against the encoders they stand for.

use compress::tokens::{self, Cl100k, O200k};
use compress::{Error, TokenCounter};

pub(crate) fn reference(name: &str) -> &'static tiktoken_rs::CoreBPE {
    match name {
        "o200k" => tiktoken_rs::o200k_base_singleton(),
        _ => tiktoken_rs::cl100k_base_singleton(),
    }
}

/// Counts with both vocabularies and compares with `tiktoken-rs`.
fn check(text: &str) {
    let counters: [&dyn TokenCounter; 2] =
        [&O200k::new().expect("o200k"), &Cl100k::new().expect("cl100k")];
    for counter in counters {
        let expect = reference(counter.name()).encode_ordinary(text).len();
        assert_eq!(counter.count(text), expect, "{} of {text:?}", counter.name());
        let (mut sum, mut last) = (0, 0);
        let total = counter.pieces(text, &mut |end, tokens| {
            assert!(end > last);
            (sum, last) = (sum + tokens as usize, end);
        });
        assert_eq!((total, sum, last), (expect, expect, text.len()), "pieces of {text:?}");
    }
}

#[test]
fn counts_equal_the_reference_on_the_turns_of_both_patterns() {
    for text in [
        "",
        " ",
        "  ",
        "\n",
        " \n",
        "\n ",
        "\r\n\r\n",
        "a",
        "a b",
        "a  b",
        "a   b\n\n  c",
        "it's I'M we'Ll 'tis 's 'S ſ 'ſ x'ſ",
        "HTTPServer camelCase ABCdef ǅabc",
        "1234567 ٣٤٥٦ 1,000.50",
        "!!! ?!\n\n//x /\n/",
        " !\n",
        "\u{a0}nbsp \u{3000}wide",
        "漢字かなカナABC漢",
        "한국어 텍스트",
        "e\u{301}\u{301} \u{301}a 1\u{301}",
        "👩‍👩‍👧‍👦 👍🏽 🇳🇴",
        "<|endoftext|> <|fim_prefix|>",
        "tab\tand\x0bvt",
        "ًَُ عربي",
        "naïve café ÀÉÎ",
        "foo_bar-baz/qux.rs:12",
        "....",
        "   .   ",
        "end  ",
        "a\u{2028}b",
        "Ⅷ ½ ²",
    ] {
        check(text);
    }
    check(&"supercalifragilisticexpialidocious".repeat(20));
    check(&"ab".repeat(3000));
    check(&"=".repeat(1000));
    check(include_str!("tokens.rs"));
}

#[test]
fn a_name_or_path_that_is_no_tokenizer_says_so() {
    let check = |name: &str, expect: &str| {
        let Err(error @ Error::Tokenizer { .. }) =
            tokens::by_name(name).map(|c| c.name().to_owned())
        else {
            panic!("{name} loaded");
        };
        assert!(error.to_string().contains(expect), "{error}");
    };
    check("gpt-9", "there is no such file");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "{\"version\": 1}").expect("written");
    check(&file.path().display().to_string(), "not a tokenizer.json");
    assert_eq!(tokens::by_name("cl100k").expect("known").name(), "cl100k");
}

#[test]
fn a_tokenizer_file_counts_and_compresses() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("words.json");
    let file = serde_json::json!({
        "version": "1.0", "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
        "padding": null, "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "the": 1}, "unk_token": "[UNK]"}
    });
    std::fs::write(&path, file.to_string()).expect("written");
    let counter = tokens::by_name(&path.display().to_string()).expect("loads");
    assert_eq!(counter.name(), "words");
    assert_eq!(
        counter.count("the cat, the dog"),
        5,
        "a file's truncation does not falsify the count"
    );
    let built = |n: usize| {
        format!("The reservoir near Halden was built in {n} and has never been emptied since. ")
    };
    let text: String = (1911..1931).map(built).collect();
    let done =
        compress::compress(&compress::Request::new(&text, compress::Budget::Tokens(40)), &*counter)
            .expect("compressed");
    assert!(done.tokens_out <= 40 && done.tokens_out > 30, "{}", done.tokens_out);
    assert_eq!(done.tokens_out, counter.count(&done.text));
}
