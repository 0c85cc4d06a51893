//! What can be run, and what is wrong with what cannot.

use protocol::{BoardView, PortViewKind};

use super::*;

fn model() -> Model {
    let view = |name: &str, origin, path: Option<&str>| ModelView {
        name: name.into(),
        origin,
        model: path.map(PathBuf::from),
        tokenizer: path.map(|_| PathBuf::from("/m/tok.bin")),
        bytes: None,
        context_tokens: None,
        problem: None,
    };
    let port = |path: &str, state| PortView {
        path: path.into(),
        kind: PortViewKind::Board,
        state,
        board: None,
        driver: None,
        usb: None,
        hint: None,
    };
    let mut model = Model::default();
    model.ports =
        vec![port("host", PortViewState::Ready), port("/dev/closed", PortViewState::NoPermission)];
    model.models = vec![
        view("far", ModelOrigin::Fetchable, None),
        view("near", ModelOrigin::Fetched, Some("/m/near.bin")),
    ];
    model
}

#[track_caller]
fn check(change: impl FnOnce(&mut Form), field: Field, expect: &str) {
    let mut form = Form::default();
    change(&mut form);
    let wrongs = form.specs(&model()).expect_err("it is wrong");
    assert_eq!(wrongs.get(&field).map(String::as_str), Some(expect));
    assert_eq!(wrongs.len(), 1, "{wrongs:?}");
}

#[test]
fn each_wrong_field_says_what_to_write() {
    let set = |to: &'static str| move |text: &mut String| to.clone_into(text);
    let tokens = "Write a whole number, such as 64";
    check(|f| set("many")(&mut f.tokens), Field::Tokens, tokens);
    check(|f| set("")(&mut f.tokens), Field::Tokens, tokens);
    check(|f| set("-3")(&mut f.tokens), Field::Tokens, tokens);
    check(|f| set("99999999999")(&mut f.tokens), Field::Tokens, "This number is too large");
    let nothing = "0 repetitions measure nothing; ask for 1 or more";
    check(|f| set("0")(&mut f.repetitions), Field::Repetitions, nothing);
    let warmup = "Write a whole number, such as 1";
    check(|f| set("1.5")(&mut f.warmup), Field::Warmup, warmup);
    let temperature = "Write 0 or more; 0 always takes the likeliest token";
    check(|f| set("-1")(&mut f.temperature), Field::Temperature, temperature);
    check(|f| set("nan")(&mut f.temperature), Field::Temperature, temperature);
    let nucleus = "Write a number from 0 to 1; 1 takes all tokens in";
    check(|f| set("1.1")(&mut f.top_p), Field::TopP, nucleus);
    let tag = "Write it as key=value, such as branch=simd";
    check(|f| set("simd")(&mut f.tag), Field::Tag, tag);
    check(|f| set("=x")(&mut f.tag), Field::Tag, tag);
    let gone = "Nothing is on /dev/gone any more; choose a board";
    check(|f| set("/dev/gone")(&mut f.board), Field::Board, gone);
    let closed = "You may not open this port yet; beside the board stands what to do";
    check(|f| set("/dev/closed")(&mut f.board), Field::Board, closed);
    check(|f| f.model = Choice::Known("far".into()), Field::Model, "Get far first");
    let gone = "This model is not here any more; choose another";
    check(|f| f.model = Choice::Known("x".into()), Field::Model, gone);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let form = Form { model: Choice::Files, tokens: "x".into(), ..Form::default() };
    let wrongs = form.specs(&model()).expect_err("it is wrong");
    let fields: Vec<Field> = wrongs.into_keys().collect();
    assert_eq!(fields, [Field::ModelPath, Field::TokenizerPath, Field::Tokens]);
}

#[test]
fn untouched_it_runs_the_first_model_that_is_here() {
    let specs = Form::default().specs(&model()).expect("it is right");
    let files = ModelChoice::Files { model: "/m/near.bin".into(), tokenizer: "/m/tok.bin".into() };
    assert_eq!((specs.len(), &specs[0].model), (1, &files));
}

#[test]
fn without_any_model_it_runs_a_synthetic_one() {
    let mut model = model();
    model.models.clear();
    let specs = Form::default().specs(&model).expect("it is right");
    assert_eq!(specs[0].model, ModelChoice::Synthetic { seed: 1 });
}

#[test]
fn a_model_that_was_chosen_by_name_is_found_once_it_is_here() {
    let form = Form { model: Choice::Known("near".into()), ..Form::default() };
    assert!(matches!(form.picked(&model().models), Picked::Known(known) if known.name == "near"));
}

#[test]
fn both_precisions_become_two_runs_with_labels() {
    let mut form = Form { turns: Turns::Both, tag: "branch=simd".into(), ..Form::default() };
    form.take_tag().expect("it is right");
    let specs = form.specs(&model()).expect("it is right");
    let seen: Vec<_> = specs.iter().map(|s| (s.bits, s.tags["bits"].as_str())).collect();
    assert_eq!(seen, [(Bits::F32, "f32"), (Bits::Int8, "int8")]);
    assert!(specs.iter().all(|spec| spec.tags["branch"] == "simd"));
}

#[test]
fn a_label_that_was_not_taken_yet_counts() {
    let form = Form { tag: " a = b ".into(), ..Form::default() };
    let specs = form.specs(&model()).expect("it is right");
    assert_eq!(specs[0].tags["a"], "b");
}

/// A board of that identity on that path.
fn on(path: &str, identity: &str, serial: &str) -> PortView {
    PortView {
        path: path.into(),
        kind: PortViewKind::Board,
        state: PortViewState::Free,
        board: Some(BoardView {
            name: "Pico".into(),
            kind: "rp2040".into(),
            identity: identity.into(),
            emulated: false,
        }),
        driver: None,
        usb: Some(protocol::UsbView {
            vid: "2e8a".into(),
            pid: "000a".into(),
            serial: Some(serial.into()),
            product: None,
            name: None,
        }),
        hint: None,
    }
}

#[test]
fn the_chosen_board_is_followed_to_another_port_and_another_one_in_its_place_is_not_it() {
    let mut form = Form::default();
    form.choose(&on("/dev/ttyACM0", "usb-1", "1"));
    let chosen = |form: &Form, ports: &[PortView]| form.port(ports).map(|port| port.path.clone());
    let moved = [on("/dev/ttyACM0", "usb-2", "2"), on("/dev/ttyACM7", "usb-1", "1")];
    form.follow(&moved);
    assert_eq!(chosen(&form, &moved).as_deref(), Some("/dev/ttyACM7"));
    let other = [on("/dev/ttyACM7", "usb-2", "2")];
    form.follow(&other);
    assert_eq!(chosen(&form, &other), None);
    let back = [on("/dev/ttyACM3", "usb-1", "1")];
    form.follow(&back);
    assert_eq!(chosen(&form, &back).as_deref(), Some("/dev/ttyACM3"));
}

#[test]
fn a_board_that_gave_itself_a_name_when_it_was_asked_stays_chosen() {
    let mut form = Form::default();
    form.choose(&on("/dev/ttyACM0", "usb-1", "1"));
    let asked = [on("/dev/ttyACM0", "chip-1", "1")];
    form.follow(&asked);
    assert!(form.port(&asked).is_some());
    let moved = [on("/dev/ttyACM1", "chip-1", "1")];
    form.follow(&moved);
    assert!(form.port(&moved).is_some());
}

#[test]
fn a_busy_board_and_one_in_its_bootloader_cannot_be_started() {
    let mut model = model();
    for (state, expect) in [
        (PortViewState::Busy, "This board is in use; beside it stands by whom"),
        (PortViewState::Bootloader, "This board waits for an image; beside it stands what to do"),
    ] {
        model.ports[0].state = state;
        let wrongs = Form::default().specs(&model).unwrap_err();
        assert_eq!(wrongs.get(&Field::Board).map(String::as_str), Some(expect));
    }
}

#[test]
fn a_model_that_is_dropped_goes_into_the_form_and_a_document_does_not() {
    let files = |paths: &[&str]| {
        paths.iter().map(|path| DocumentSource::File(path.into())).collect::<Vec<_>>()
    };
    let mut form = Form::default();
    for not in [&[][..], &["/d/notes.md"], &["/m/near.bin", "/d/notes.md"], &["/d/folder"]] {
        assert!(!form.take_model(&files(not)), "{not:?}");
    }
    assert_eq!(form, Form::default());
    assert!(form.take_model(&files(&["/m/tok512.bin", "/m/near.BIN"])));
    let found = form.specs(&model()).unwrap();
    let expect =
        ModelChoice::Files { model: "/m/near.BIN".into(), tokenizer: "/m/tok512.bin".into() };
    assert_eq!(found[0].model, expect);
}
