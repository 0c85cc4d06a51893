//! Many documents as one: duplicates once, citations that hold, one budget.

use compress::corpus::{self, CitationStyle, Citations, Corpus, CorpusRequest, Member};
use compress::{Budget, Strategy, TokenCounter};

use crate::invariants::{counter, mixed};

fn member<'a>(name: &'a str, text: &'a str) -> Member<'a> {
    Member { name, text, kind: None }
}

fn request<'a>(documents: &'a [Member<'a>], budget: Budget) -> CorpusRequest<'a> {
    CorpusRequest {
        documents,
        budget,
        focus: None,
        lang: None,
        strategy: Strategy::Automatic,
        weights: compress::Weights::default(),
        citations: Citations::Passages,
        style: CitationStyle::Plain,
    }
}

/// Compresses and checks everything that is promised of the result.
pub(crate) fn checked(request: &CorpusRequest<'_>) -> Corpus {
    let counter = counter();
    let made = corpus::compress(request, &counter).expect("it works");
    assert_eq!(made.tokens_out, counter.count(&made.text));
    assert!(made.tokens_out <= made.budget, "{} over {}", made.tokens_out, made.budget);
    let mut own = vec![false; made.text.len()];
    let mut at = (0, 0);
    for span in &made.spans {
        let source = request.documents[span.document].text;
        assert_eq!(made.text[span.out.clone()], source[span.src.clone()]);
        assert!((span.document, span.src.start) >= at, "order is kept");
        at = (span.document, span.src.end);
        own[span.out.clone()].fill(true);
    }
    for mark in &made.marks {
        let number = made.documents[mark.document].number.expect("what is cited has a number");
        let shown = &made.text[mark.out.clone()];
        assert!(shown.trim().trim_matches(['[', ']', '^']) == number.to_string(), "{shown:?}");
        own[mark.out.clone()].fill(true);
    }
    own[made.index.clone()].fill(true);
    let glue: String =
        made.text.char_indices().filter(|(at, _)| !own[*at]).map(|(_, c)| c).collect();
    assert!(glue.chars().all(|c| matches!(c, ' ' | '\n' | '…')), "{glue:?}");
    for (document, outcome) in made.documents.iter().enumerate() {
        let kept = made.spans.iter().filter(|span| span.document == document);
        assert_eq!(outcome.kept_bytes, kept.map(|span| span.out.len()).sum::<usize>());
        for duplicate in &outcome.duplicates {
            assert!(duplicate.document < document, "the first one is kept");
            assert!(!made.spans.iter().any(|span| {
                span.document == document
                    && span.src.start < duplicate.src.end
                    && duplicate.src.start < span.src.end
            }));
        }
    }
    if request.citations != Citations::None {
        for outcome in made.documents.iter().filter(|outcome| outcome.number.is_some()) {
            assert!(made.text[made.index.clone()].contains(&outcome.name), "in the index");
        }
    }
    assert_eq!(corpus::compress(request, &counter).expect("as before"), made, "deterministic");
    made
}

fn other(from: usize) -> String {
    (from..from + 40)
        .map(|n| format!("Vessel {n} of the Eastern Line was laid up at Port {} after {} voyages. Its master did not come back.\n\n", n * 37 % 91, n * 13))
        .collect()
}

#[test]
fn what_two_documents_share_is_kept_once_and_said() {
    let (first, own) = (mixed(), other(100));
    let second = format!("{own}{first}");
    let third = first.replace("published its", "brought out its");
    let documents = [member("a.txt", &first), member("b.txt", &second), member("c.txt", &third)];
    let made = checked(&request(&documents, Budget::Ratio(4.0)));
    assert!(made.documents[0].duplicates.is_empty());
    // Where what was added meets what was there a passage may differ.
    let shared: usize = made.documents[1].duplicates.iter().map(|d| d.src.len()).sum();
    assert!(shared * 10 > first.len() * 9, "{shared} of {}", first.len());
    assert!(made.documents[1].duplicates.iter().all(|d| d.document == 0 && d.same == 1.0));
    assert!(made.documents[2].duplicates.iter().any(|d| d.same < 1.0), "near duplicates");
    assert!(made.text.contains(" [1]\n") && made.text.contains(" [2]\n"), "{}", made.text);
    assert!(made.text.contains("\n[1] a.txt\n[2] b.txt"));
    assert!(made.tokens_out * 100 >= made.budget * 95, "{} of {}", made.tokens_out, made.budget);
}

#[test]
fn one_of_which_blank_lines_alone_are_left_is_not_cited() {
    let (shared, own) = (other(0), other(100));
    let copy = format!("\n\n{shared}");
    let documents = [member("a.txt", &shared), member("b.txt", &copy), member("c.txt", &own)];
    let made = checked(&request(&documents, Budget::Tokens(100_000)));
    let numbers: Vec<_> = made.documents.iter().map(|document| document.number).collect();
    assert_eq!(numbers, [Some(1), None, Some(2)]);
    assert!(made.text.contains("\n[1] a.txt\n[2] c.txt"), "{}", made.text);
}

#[test]
fn every_budget_and_way_to_cite_keeps_every_promise() {
    let (first, second) = (mixed(), other(7));
    let rows: Vec<String> =
        (0..200).map(|n| format!("{{\"id\": {n}, \"quay\": {}}}", n % 7)).collect();
    let json = format!("[{}]", rows.join(", "));
    let log: String =
        (0..200).map(|n| format!("12:00:{:02} INFO lease {n} renewed\n", n % 60)).collect();
    let documents = [
        member("first.txt", &first),
        member("rows.json", &json),
        member("second\nname.txt", &second),
        member("empty.txt", ""),
        member("log.txt", &log),
    ];
    for citations in [Citations::Passages, Citations::Documents, Citations::None] {
        for style in [CitationStyle::Plain, CitationStyle::Markdown] {
            for budget in [1.0, 1.2, 2.0, 4.0, 20.0]
                .map(Budget::Ratio)
                .into_iter()
                .chain([10, 60, 500].map(Budget::Tokens))
            {
                let request = CorpusRequest { citations, style, ..request(&documents, budget) };
                if citations == Citations::Passages {
                    // The index shows names on one line.
                    let made = corpus::compress(&request, &counter()).expect("it works");
                    assert!(!made.text.contains("second\nname"));
                    continue;
                }
                let fine = [documents[0], documents[1], documents[4]];
                checked(&CorpusRequest { documents: &fine, ..request });
            }
        }
    }
}

#[test]
fn json_stays_json_below_its_mark() {
    let rows: Vec<String> =
        (0..300).map(|n| format!("{{\"id\": {n}, \"quay\": {}}}", n % 7)).collect();
    let json = format!("[{}]", rows.join(", "));
    let text = mixed();
    let documents = [member("rows.json", &json), member("text.txt", &text)];
    let made = checked(&request(&documents, Budget::Ratio(4.0)));
    let (head, rest) = made.text.split_once('\n').expect("a line");
    assert_eq!(head, "[1]");
    let value: serde_json::Value =
        serde_json::from_str(rest.lines().next().expect("a line")).expect("JSON");
    assert!(value.as_array().is_some_and(|rows| rows.len() > 20));
}

#[test]
fn a_question_finds_its_document_among_many() {
    let texts: Vec<String> = (0..30).map(|n| other(n * 40)).collect();
    let names: Vec<String> = (0..30).map(|n| format!("part-{n}.txt")).collect();
    let documents: Vec<Member<'_>> =
        names.iter().zip(&texts).map(|(name, text)| member(name, text)).collect();
    let request = CorpusRequest {
        focus: Some("After how many voyages was vessel 777 laid up?"),
        ..request(&documents, Budget::Ratio(60.0))
    };
    let made = checked(&request);
    assert!(
        made.text.contains("777") && made.text.contains(&(777 * 13).to_string()),
        "{}",
        made.text
    );
    let cited = made.documents.iter().find(|one| one.name == "part-19.txt").expect("there");
    assert!(cited.number.is_some());
}

#[test]
fn a_budget_below_the_index_is_refused_and_says_why() {
    let texts: Vec<String> = (0..50).map(|n| other(n * 40)).collect();
    let documents: Vec<Member<'_>> =
        texts.iter().map(|text| member("a-rather-long-name-of-a-file.txt", text)).collect();
    let made = checked(&request(&documents, Budget::Tokens(10)));
    assert!(made.text.is_empty());
    assert!(made.refused.expect("it says why").contains("50 documents"));
    let few = checked(&request(&documents, Budget::Tokens(120)));
    let cited = few.documents.iter().filter(|one| one.number.is_some()).count();
    assert!((1..20).contains(&cited), "room for some of them: {cited}");
    let none =
        CorpusRequest { citations: Citations::None, ..request(&documents, Budget::Tokens(40)) };
    assert!(!checked(&none).text.is_empty());
}
