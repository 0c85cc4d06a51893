//! Chinese, Japanese, Korean and Thai: planted facts survive better than by lot and than in the beginning.

use compress::fidelity::{lead, random};
use compress::{Budget, Request, TokenCounter};

use crate::invariants::{checked, counter};

/// A text of paragraphs in which sentences that say little stand around one that holds a number and a
/// name, with those facts.
pub(crate) fn planted(
    filler: &[&str],
    fact: impl Fn(usize) -> (String, Vec<String>),
    between: &str,
) -> (String, Vec<String>) {
    let (mut text, mut facts) = (String::new(), Vec::new());
    for paragraph in 0..16 {
        let place = (paragraph * 5 + 2) % 4;
        for sentence in 0..4 {
            if sentence == place {
                let (said, held) = fact(paragraph);
                text.push_str(&said);
                facts.extend(held);
            } else {
                text.push_str(filler[(paragraph * 3 + sentence) % filler.len()]);
            }
            text.push_str(between);
        }
        text.push_str("\n\n");
    }
    (text, facts)
}

#[track_caller]
pub(crate) fn check(text: &str, facts: &[String]) {
    let counter = counter();
    let left = |text: &str| {
        facts.iter().filter(|fact| text.contains(fact.as_str())).count() as f64 / facts.len() as f64
    };
    assert_eq!(left(text), 1.0, "every fact is in the text");
    let budget = counter.count(text) / 4;
    let ours = left(&checked(&Request::new(text, Budget::Tokens(budget))).text);
    let first = left(&lead(text, None, budget, &counter).text);
    let drawn: f64 =
        (0..10).map(|seed| left(&random(text, None, budget, &counter, seed).text)).sum::<f64>()
            / 10.0;
    assert!(ours >= drawn + 0.2, "{ours:.2} with {drawn:.2} by lot");
    assert!(ours >= first + 0.2, "{ours:.2} with {first:.2} from the beginning");
}

#[track_caller]
pub(crate) fn check_focus(text: &str, question: &str, answer: &str) {
    let request = Request { focus: Some(question), ..Request::new(text, Budget::Ratio(12.0)) };
    let done = checked(&request);
    assert!(done.text.contains(answer), "{question}: {}", done.text);
}

#[test]
fn chinese_numbers_and_names_survive() {
    let filler = [
        "大家都觉得那里的天气非常好，但是也没有什么特别的事情发生。",
        "他们后来又慢慢地走回去了，路上谁也没有说话。",
        "这样的情况其实很常见，人们已经习惯了。",
        "有时候雨下得很大，所以只能在家里等着。",
        "村里的老人常常坐在树下面聊天，说的都是以前的事。",
    ];
    let places = ["临江市", "青石镇", "东陵县", "白沙港"];
    let (text, facts) = planted(
        &filler,
        |i| {
            let place = places[i % 4];
            let (year, tons) = (1950 + i * 3, i * 37 + 112);
            (
                format!("{year}年，{place}的第{}号水泵每天抽水{tons}吨。", i + 3),
                vec![format!("{year}年"), place.to_owned(), format!("{tons}吨")],
            )
        },
        "",
    );
    check(&text, &facts);
    check_focus(&text, "第9号水泵每天抽水多少吨？", "334吨");
}

#[test]
fn chinese_numerals_are_numbers() {
    let filler = [
        "大家都觉得那里的天气非常好，但是也没有什么特别的事情发生。",
        "他们后来又慢慢地走回去了，路上谁也没有说话。",
        "这样的情况其实很常见，人们已经习惯了。",
    ];
    let digits = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (text, facts) = planted(
        &filler,
        |i| {
            let year = format!("一九{}{}年", digits[4 + i % 6], digits[i % 10]);
            let people =
                format!("{}百{}十{}人", digits[2 + i % 7], digits[2 + i % 8], digits[1 + i % 9]);
            (format!("到了{year}，船上一共坐着{people}。"), vec![year, people])
        },
        "",
    );
    check(&text, &facts);
}

#[test]
fn japanese_numbers_and_names_survive() {
    let filler = [
        "その日はとても静かで、特に変わったことは何もありませんでした。",
        "人々はゆっくりと歩きながら、いつものように話をしていました。",
        "そういうことはよくあるので、もう誰も気にしていないようです。",
        "雨が降っているときは、家の中で待っているしかありません。",
    ];
    let names = ["ヴェスターランド", "ハルヴォルセン", "リンドクヴィスト", "オカフォー"];
    let (text, facts) = planted(
        &filler,
        |i| {
            let name = names[i % 4];
            let (year, height) = (1950 + i * 3, i * 37 + 112);
            (
                format!(
                    "{year}年に{name}の{}号ポンプが高さ{height}メートルの塔に設置された。",
                    i + 3
                ),
                vec![format!("{year}年"), name.to_owned(), format!("{height}メートル")],
            )
        },
        "",
    );
    check(&text, &facts);
    check_focus(&text, "9号ポンプは高さ何メートルの塔に設置されたか", "334メートル");
}

#[test]
fn korean_numbers_and_names_survive() {
    let filler = [
        "그날은 매우 조용했고 특별히 달라진 것은 아무것도 없었다.",
        "사람들은 천천히 걸으면서 늘 하던 이야기를 계속했다.",
        "그런 일은 흔히 있는 일이라서 이제는 아무도 신경을 쓰지 않는다.",
        "비가 많이 내릴 때는 집 안에서 기다리는 수밖에 없었다.",
    ];
    let places = ["임강시", "청석마을", "동릉군", "백사항"];
    let (text, facts) = planted(
        &filler,
        |i| {
            let place = places[i % 4];
            let (year, tons) = (1950 + i * 3, i * 37 + 112);
            (
                format!("{year}년에 {place}의 {}호 펌프는 하루에 {tons}톤의 물을 퍼냈다.", i + 3),
                vec![format!("{year}년"), place.to_owned(), format!("{tons}톤")],
            )
        },
        " ",
    );
    check(&text, &facts);
    check_focus(&text, "9호 펌프가 하루에 퍼낸 물은 몇 톤인가?", "334톤");
}

#[test]
fn thai_numbers_and_names_survive_and_no_word_is_cut() {
    let filler = [
        "วันนั้นไม่มีอะไรเกิดขึ้น ที่ใครอยากจะเล่าให้ฟังในภายหลัง",
        "ทุกคนคิดว่าอะไร ๆ จะดีขึ้น แต่ก็ไม่มีใครแน่ใจ",
        "พวกเขาเดินช้า ๆ ไปตามริมน้ำ แล้วก็คุยกันเหมือนที่เคย",
        "เมื่อฝนตกหนัก ก็อยู่แต่ในบ้าน แล้วรอให้ฝนหยุด",
    ];
    let places = ["เชียงคาน", "ท่าศาลา", "บางสะพาน", "ปากช่อง"];
    let (text, facts) = planted(
        &filler,
        |i| {
            let place = places[i % 4];
            let (year, tons) = (1950 + i * 3, i * 37 + 112);
            (
                format!("ปี {year} เครื่องสูบน้ำ {} ที่ {place} สูบน้ำวันละ {tons} ตัน", i + 3),
                vec![year.to_string(), format!("{tons} ตัน")],
            )
        },
        " ",
    );
    check(&text, &facts);
    check_focus(&text, "เครื่องสูบน้ำ 9 สูบน้ำวันละกี่ตัน", "334 ตัน");
    let words: std::collections::HashSet<&str> = text.split_whitespace().collect();
    for ratio in [2.0, 4.0, 8.0] {
        let made = checked(&Request::new(&text, Budget::Ratio(ratio)));
        for word in made.text.split_whitespace().filter(|word| *word != "…") {
            assert!(words.contains(word.trim_end_matches('…')), "{word} of {}", made.text);
        }
    }
}

#[test]
fn a_foreign_name_in_chinese_stays_whole() {
    let text = "两位商人罗伯特·莱恩和本杰明·威尔同意资助一家电力公司。那一年的冬天非常冷，河上的船都停在港口里，谁也没有出门。\
                后来公司把总部搬到了青石镇，并且雇用了许多工人。人们说那里的工作很辛苦，但是工资比别的地方高一些。";
    let names = ["罗伯特·莱恩", "本杰明·威尔"];
    for ratio in [1.3, 1.6, 2.0, 3.0, 5.0] {
        let made = checked(&Request::new(text, Budget::Ratio(ratio)));
        for name in names {
            let parts: Vec<&str> = name.split('·').collect();
            let torn = parts.iter().any(|part| made.text.contains(part));
            assert!(!torn || made.text.contains(name), "{name} at {ratio}: {}", made.text);
        }
    }
}
