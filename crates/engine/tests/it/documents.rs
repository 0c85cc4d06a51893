//! Documents for a window: their own texts, folders of them, and what survives how far.

#![allow(clippy::unwrap_used, reason = "a test that cannot prepare has failed")]

use std::fs;

use protocol::{
    BudgetSpec, Code, Command, CompressSpec, CompressedDocument, DocumentSource, Event, Failure,
    HeatSpec, HeatView, JobKind, JobOutcome, NeuralSpec, SourceText,
};

use crate::desk::Desk;

/// The desk's notes.md, to that ratio.
pub(crate) fn spec(desk: &Desk, ratio: f64) -> CompressSpec {
    CompressSpec {
        documents: vec![DocumentSource::File(desk.path("notes.md"))],
        budget: BudgetSpec::Ratio(ratio),
        total: false,
        tokenizer: "o200k".into(),
        strategy: "automatic".into(),
        focus: None,
        shaping: Default::default(),
        source: SourceText::Left,
        into: None,
        neural: NeuralSpec::default(),
        cache: Default::default(),
        lossless: false,
    }
}

fn text() -> String {
    let section = |n: u32| {
        format!(
            "## Pump {n}\n\nDr. Adé Okafor checked pump {n} in Köln. It ran at {} bar and did not \
             leak. 漢字 were on its label. The other one was never found — naïvely, nobody looked.\n\n",
            n * 7 + 2
        )
    };
    format!("# Notes\n\n{}", (1..30).map(section).collect::<String>())
}

fn results(desk: &Desk, spec: CompressSpec) -> Vec<Result<CompressedDocument, Failure>> {
    match desk.job(Command::Compress { spec }).0 {
        JobOutcome::Compressed(all) => all.into_iter().map(|one| one.result).collect(),
        other => panic!("not compressed: {other:?}"),
    }
}

#[test]
fn the_source_comes_back_where_it_is_asked_for_and_spans_point_into_it() {
    let desk = Desk::new();
    // As a file of another encoding: what comes back is the text, not the bytes.
    let utf16: Vec<u8> = text().encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(desk.path("notes.md"), utf16).unwrap();
    let made = results(&desk, spec(&desk, 4.0)).remove(0).unwrap();
    assert_eq!(made.source, None);
    let asked = CompressSpec { source: SourceText::Returned, ..spec(&desk, 4.0) };
    let made = results(&desk, asked).remove(0).unwrap();
    let source = made.source.unwrap();
    assert_eq!(source, text());
    assert!(!made.spans.is_empty() && !made.gaps.is_empty());
    let range = |[from, to]: [u64; 2]| from as usize..to as usize;
    for span in &made.spans {
        assert_eq!(made.text[range(span.out)], source[range(span.src)]);
    }
    let mut covered: Vec<[u64; 2]> =
        made.spans.iter().map(|span| span.src).chain(made.gaps.iter().map(|gap| gap.src)).collect();
    covered.sort_unstable();
    assert!(covered.windows(2).all(|pair| pair[0][1] == pair[1][0]), "without holes");
}

#[test]
fn the_first_losses_are_named() {
    let desk = Desk::new();
    fs::write(desk.path("notes.md"), text()).unwrap();
    let dropped = results(&desk, spec(&desk, 20.0)).remove(0).unwrap().dropped;
    for (count, first) in [
        (dropped.numbers, &dropped.first_numbers),
        (dropped.entities, &dropped.first_entities),
        (dropped.negations, &dropped.first_negations),
        (dropped.sections, &dropped.first_sections),
    ] {
        assert_eq!(first.len() as u64, count.min(8), "{dropped:?}");
    }
    assert!(dropped.numbers > 0 && dropped.negations > 0, "{dropped:?}");
    let source = text();
    assert!(dropped.first_numbers.iter().all(|number| source.contains(number)), "{dropped:?}");
}

#[test]
fn a_folder_gives_its_documents_in_order_and_names_what_is_none() {
    let desk = Desk::new();
    for (name, bytes) in [
        ("in/b.md", text().as_bytes()),
        ("in/a/x.log", b"10:02 pump 4 on\n10:03 pump 4 off\n"),
        ("in/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\0"),
        ("in/.hidden.md", b"secret"),
        ("in/empty.txt", b""),
        ("notes.md", b"Pump 4 does not leak."),
    ] {
        let path = desk.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let mut asked = spec(&desk, 2.0);
    asked.documents.insert(0, DocumentSource::File(desk.path("in")));
    asked.documents.push(DocumentSource::File(desk.path("nowhere")));
    let (outcome, told) = desk.job(Command::Compress { spec: asked.clone() });
    let JobOutcome::Compressed(results) = outcome else { panic!("{outcome:?}") };
    let named: Vec<&str> = results.iter().map(|one| one.name.as_str()).collect();
    let expect = ["a/x.log", "b.md", "empty.txt", "picture.png", "notes.md", "nowhere"];
    assert_eq!(named, expect);
    let fine: Vec<bool> = results.iter().map(|one| one.result.is_ok()).collect();
    assert_eq!(fine, [true, true, false, false, true, false]);
    assert!(results[3].result.as_ref().unwrap_err().message.contains("a PNG image"));
    let doing: Vec<(String, u64, u64)> = told
        .into_iter()
        .filter_map(|event| match event {
            Event::JobProgressed { doing, done, total, .. } => Some((doing, done, total)),
            _ => None,
        })
        .collect();
    assert_eq!(doing[1], ("compressing b.md".to_owned(), 1, 6), "{doing:?}");
    // A budget for all of them is shared among what can be read.
    let total = CompressSpec { budget: BudgetSpec::Tokens(90), total: true, ..asked };
    let JobOutcome::Compressed(results) = desk.job(Command::Compress { spec: total }).0 else {
        panic!("not compressed");
    };
    let tokens: Vec<u64> =
        results.iter().flat_map(|one| &one.result).map(|made| made.tokens_out).collect();
    assert!(tokens.iter().sum::<u64>() <= 90, "{tokens:?}");
}

#[test]
fn a_folder_with_nothing_in_it_is_a_failure_of_its_own() {
    let desk = Desk::new();
    fs::create_dir(desk.path("empty")).unwrap();
    fs::write(desk.path("notes.md"), text()).unwrap();
    let mut asked = spec(&desk, 2.0);
    asked.documents.push(DocumentSource::File(desk.path("empty")));
    let results = results(&desk, asked);
    assert!(results[0].is_ok());
    let failure = results[1].as_ref().unwrap_err();
    assert_eq!(failure.code, Code::NotFound);
    assert!(failure.to_string().contains("no document in this folder"), "{failure}");
}

fn heat_spec(bytes: &str, ratios: &[f64]) -> HeatSpec {
    HeatSpec {
        document: DocumentSource::Bytes { name: "n.md".into(), bytes: bytes.into() },
        tokenizer: "o200k".into(),
        strategy: "automatic".into(),
        focus: None,
        shaping: Default::default(),
        neural: Default::default(),
        ratios: ratios.to_vec(),
    }
}

fn heat(desk: &Desk, spec: HeatSpec) -> HeatView {
    match desk.job(Command::MapHeat { spec }).0 {
        JobOutcome::Heat(heat) => heat,
        other => panic!("no map: {other:?}"),
    }
}

/// The spans cover the text exactly, in order, and cut no letter.
#[track_caller]
fn check_whole(heat: &HeatView, text: &str) {
    let mut at = 0;
    for span in &heat.spans {
        assert_eq!(span.src[0], at, "no hole, no overlap");
        assert!(span.src[1] > span.src[0] && span.survived <= heat.ratios.len() as u32);
        assert!(text.is_char_boundary(span.src[1] as usize));
        at = span.src[1];
    }
    assert_eq!(at, text.len() as u64);
    assert!(heat.spans.windows(2).all(|pair| pair[0].survived != pair[1].survived));
}

#[test]
fn a_map_covers_the_document_and_counts_what_really_survived() {
    let desk = Desk::new();
    let ratios = [1.5, 2.0, 4.0, 8.0, 16.0];
    let text = text();
    let heat = heat(&desk, heat_spec(&text, &ratios));
    check_whole(&heat, &text);
    assert_eq!(heat.ratios, ratios);
    // Beside a compression to each ratio: a byte counted as a survivor of it is there.
    fs::write(desk.path("notes.md"), &text).unwrap();
    let survivors = |rounds: u32| -> u64 {
        let long = heat.spans.iter().filter(|span| span.survived >= rounds);
        long.map(|span| span.src[1] - span.src[0]).sum()
    };
    let mut before = text.len() as u64;
    for (round, &ratio) in (1..).zip(&ratios) {
        let made = results(&desk, spec(&desk, ratio)).remove(0).unwrap();
        assert_eq!(made.source_sha256, heat.source_sha256);
        for span in heat.spans.iter().filter(|span| span.survived >= round) {
            let kept = |at: u64| made.spans.iter().any(|s| s.src[0] <= at && at < s.src[1]);
            assert!((span.src[0]..span.src[1]).all(kept), "{span:?} at {ratio}");
        }
        assert!(survivors(round) <= before, "ever less");
        before = survivors(round);
        if round == 1 {
            let kept: u64 = made.spans.iter().map(|span| span.src[1] - span.src[0]).sum();
            assert_eq!(before, kept, "the first round is what that compression keeps");
        }
    }
    assert!(survivors(1) > survivors(5), "{heat:?}");
}

#[test]
fn any_text_is_covered() {
    let desk = Desk::new();
    for text in [
        "x",
        "漢",
        "👩🏽‍🚀 🇳🇿",
        "a\r\n\r\nb é\u{301}",
        &"één ünïcode ".repeat(200),
        &"漢字".repeat(300),
    ] {
        check_whole(&heat(&desk, heat_spec(text, &[2.0, 1000.0])), text);
    }
}

#[test]
fn a_focus_changes_what_survives() {
    let desk = Desk::new();
    let text = format!("{}The valve of line nine was replaced by Ms Ruiz in Lima.\n", text());
    let ratios = [4.0, 16.0];
    let without = heat(&desk, heat_spec(&text, &ratios));
    let focus = Some("Who replaced the valve of line nine?".to_owned());
    let with = heat(&desk, HeatSpec { focus, ..heat_spec(&text, &ratios) });
    check_whole(&with, &text);
    assert_ne!(with.spans, without.spans);
    let valve = text.find("valve of line nine").unwrap() as u64;
    let at = |heat: &HeatView| {
        heat.spans.iter().find(|s| s.src[0] <= valve && valve < s.src[1]).unwrap().survived
    };
    assert_eq!(at(&with), 2, "what is asked about stays");
}

#[test]
fn a_map_that_makes_no_sense_is_refused_at_once() {
    let desk = Desk::new();
    for ratios in [&[][..], &[1.0], &[4.0, 2.0], &[f64::NAN], &[2.0; 2]] {
        let command = Command::MapHeat { spec: heat_spec("text", ratios) };
        assert_eq!(desk.engine.send(command).unwrap_err().code, Code::BadRequest, "{ratios:?}");
    }
    let (outcome, told) = desk.job(Command::MapHeat { spec: heat_spec(" \n", &[2.0]) });
    assert!(matches!(outcome, JobOutcome::Failed(failure) if failure.message.contains("empty")));
    let Some(Event::JobStarted(job)) = told.first() else { panic!("{told:?}") };
    assert_eq!((job.kind, job.title.as_str()), (JobKind::Heat, "n.md"));
}

#[test]
fn a_map_says_how_far_it_is_and_stops_between_two_ratios() {
    let desk = Desk::new();
    let (_, told) = desk.job(Command::MapHeat { spec: heat_spec(&text(), &[2.0, 4.0]) });
    let steps: Vec<_> = told
        .iter()
        .filter_map(|event| match event {
            Event::JobProgressed { done, total, .. } => Some((*done, *total)),
            _ => None,
        })
        .collect();
    assert_eq!(steps, [(0, 2), (1, 2)]);
    let long = text().repeat(200);
    let ratios: Vec<f64> = (2..14).map(f64::from).collect();
    let command = Command::MapHeat { spec: heat_spec(&long, &ratios) };
    let protocol::Reply::JobStarted { job } = desk.engine.send(command).unwrap() else {
        panic!("no job");
    };
    assert_eq!(desk.snapshot().jobs.iter().map(|job| job.job).collect::<Vec<_>>(), [job]);
    desk.engine.send(Command::Cancel { job }).unwrap();
    let (outcome, _) = desk.end_of(job);
    assert!(matches!(outcome, JobOutcome::Failed(failure) if failure.code == Code::Cancelled));
}

#[test]
fn a_pin_holds_in_its_own_document_alone() {
    let desk = Desk::new();
    fs::write(desk.path("notes.md"), text()).unwrap();
    fs::write(desk.path("other.md"), format!("{}\nOne more line.\n", text())).unwrap();
    let plain = results(&desk, spec(&desk, 8.0)).remove(0).unwrap();
    let gap = plain.gaps.iter().max_by_key(|gap| gap.src[1] - gap.src[0]).unwrap().src;
    let passage = text()[gap[0] as usize..gap[1] as usize].trim().to_owned();
    let pin = protocol::Pin {
        document: Some(plain.source_sha256.clone()),
        src: gap,
        room: protocol::Room::Made,
    };
    let mut asked = spec(&desk, 8.0);
    asked.documents.push(DocumentSource::File(desk.path("other.md")));
    asked.shaping.pins = vec![pin.clone()];
    let both: Vec<CompressedDocument> =
        results(&desk, asked.clone()).into_iter().map(Result::unwrap).collect();
    assert!(both[0].text.contains(&passage), "{}", both[0].text);
    assert!(!both[1].text.contains(&passage));
    // Let go, it is as it was.
    assert_eq!(results(&desk, spec(&desk, 8.0)).remove(0).unwrap().text, plain.text);
    asked.shaping.pins = vec![protocol::Pin { src: [9, 3], ..pin }];
    let refused = desk.engine.send(Command::Compress { spec: asked }).unwrap_err();
    assert_eq!(refused.code, Code::BadRequest);
    assert!(refused.message.contains("from byte 9 to byte 3"), "{refused}");
}
