//! What a text is like.

use compress::{Content, Kind, analyse};

#[test]
fn every_language_that_is_claimed_is_recognised() {
    let samples = [
        (
            "en",
            "The ferry was late because the harbour had been closed for two days. Nobody knew when it would open again, and the passengers were not told about it.",
        ),
        (
            "es",
            "El barco llegó tarde porque el puerto había estado cerrado durante dos días. Nadie sabía cuándo se abriría de nuevo y los pasajeros no fueron informados de ello.",
        ),
        (
            "de",
            "Die Fähre kam zu spät, weil der Hafen zwei Tage lang geschlossen war. Niemand wusste, wann er wieder geöffnet wird, und die Reisenden wurden nicht gefragt.",
        ),
        (
            "fr",
            "Le bateau est arrivé en retard parce que le port était fermé depuis deux jours. Personne ne savait quand il serait ouvert et les passagers n'ont pas été informés.",
        ),
        (
            "it",
            "Il traghetto è arrivato in ritardo perché il porto era stato chiuso per due giorni. Nessuno sapeva quando sarebbe stato riaperto e i passeggeri non sono stati informati.",
        ),
        (
            "pt",
            "O barco chegou tarde porque o porto esteve fechado durante dois dias. Ninguém sabia quando seria aberto de novo e os passageiros não foram informados sobre isso.",
        ),
        (
            "nl",
            "De veerboot was te laat omdat de haven twee dagen gesloten was. Niemand wist wanneer hij weer open zou gaan en de reizigers werden niet ingelicht door het bedrijf.",
        ),
        (
            "ru",
            "Паром опоздал, потому что порт был закрыт в течение двух дней. Никто не знал, когда он снова откроется, и пассажирам об этом не сказали.",
        ),
        (
            "zh",
            "渡轮晚点了，因为港口关闭了两天。没有人知道什么时候会重新开放，乘客也没有得到通知。",
        ),
        (
            "ja",
            "港が二日間閉鎖されていたため、フェリーは遅れた。いつ再開するのか誰も知らず、乗客には何も知らされなかった。",
        ),
        (
            "ko",
            "항구가 이틀 동안 폐쇄되어 배가 늦었다. 언제 다시 열릴지 아무도 몰랐고 승객들은 그것에 대해 듣지 못했다.",
        ),
    ];
    assert_eq!(samples.map(|(code, _)| code), Content::LANGUAGES);
    for (code, text) in samples {
        assert_eq!(analyse(text, None, None).language, Some(code), "{text}");
    }
    for text in ["lorem ipsum dolor sit amet consectetur adipiscing elit", "12 34 56", ""] {
        assert_eq!(analyse(text, None, None).language, None, "{text}");
    }
    // Languages near to known ones are not taken for them.
    let swedish = "Färjan var sen eftersom hamnen hade varit stängd i två dagar. Ingen visste när den skulle öppnas igen och passagerarna fick inte veta något.";
    assert_eq!(analyse(swedish, None, None).language, None);
    assert_eq!(analyse(swedish, None, Some("de-AT")).language, Some("de"), "what is said counts");
}

#[test]
fn repetition_is_the_share_of_what_nearly_repeats() {
    let notice = "This page was printed from the archive of the harbour office on request number";
    let mut text = String::new();
    for i in 0..10 {
        text.push_str(&format!("{notice} {i}.\n\n"));
        text.push_str(&format!(
            "{}\n\n",
            [
                "Rain fell upon",
                "Boats left for",
                "Geese crossed",
                "Nobody heard of",
                "Workers painted"
            ][i % 5]
                .to_owned()
                + &format!(
                    " {} the quiet {} behind a hill of {} stones",
                    i,
                    ["bay", "mill", "wharf"][i % 3],
                    "z".repeat(i + 1)
                )
        ));
    }
    let content = analyse(&text, None, None);
    assert!((0.4..0.75).contains(&content.repetition), "{}", content.repetition);
    assert!(
        analyse("One thing. Another one entirely.\n\nA third that differs.", None, None).repetition
            < 0.01
    );
    let log: String =
        (0..50).map(|i| format!("2024-05-01T10:{i:02}:01Z INFO request {i} served\n")).collect();
    assert!(analyse(&log, None, None).repetition > 0.9);
}

#[test]
fn terms_are_what_a_text_names_most() {
    let mut text = String::new();
    for i in 0..8 {
        text.push_str(&format!(
            "The pressure valve of pump {i} was opened. Nobody closed the pressure valve, so the \
             Halvorsen turbine stopped. They waited for {i} hours. "
        ));
    }
    let terms = analyse(&text, None, None).terms;
    assert!(terms.len() <= Content::MOST_TERMS);
    assert!(terms.contains(&"pressure valve".to_owned()), "{terms:?}");
    assert!(terms.contains(&"Halvorsen turbine".to_owned()), "{terms:?}");
    assert!(!terms.iter().any(|term| term == "the" || term.contains("Nobody")), "{terms:?}");
}

#[test]
fn sentences_and_words_are_counted_in_running_text_alone() {
    let words = "One two three four five six seven eight nine ten. ".repeat(20);
    let content = analyse(
        &format!("{words}\n\n```\nlet x = 1;\nlet y = 2;\n```\n"),
        Some(Kind::Markdown),
        None,
    );
    assert_eq!(content.words_per_sentence, Some(10.0));
    assert_eq!(content.type_token, Some(0.1));
    assert_eq!(content.kind, Kind::Markdown);
    assert!((content.blocks.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-9);
    let code = analyse("fn main() {\n    go();\n}\nfn go() {}\nuse a::b;\n", None, None);
    assert_eq!((code.language, code.words_per_sentence), (None, None));
    let empty = analyse("", None, None);
    assert_eq!((empty.words, empty.repetition, empty.type_token), (0, 0.0, None));
}
