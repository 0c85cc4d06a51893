//! The form where the picture cannot be seen: what can be written and chosen.

use protocol::{Bits, DocumentSource};

use super::form::{Form, Paper, Pick, Room};
use crate::aloud::Field;
use crate::model::Model;

/// Values of the field of models, as in Bench.
const SYNTHETIC: &str = "synthetic";
const LISTED: &str = "model ";

/// What can be written and chosen. A text that is written becomes the document, and its field is empty again.
pub(super) fn fields(form: &Form, model: &Model) -> Vec<Field> {
    let port = form.port(model).map_or(form.board.as_str(), |port| port.path.as_str());
    let boards = Form::boards(model).map(|port| {
        let name = port.board.as_ref().map_or(port.path.as_str(), |board| board.name.as_str());
        (port.path.clone(), format!("{name}, {}", port.path))
    });
    let value = |name: &str| format!("{LISTED}{name}");
    let chosen = match (&form.model, form.named(model)) {
        (_, Some(view)) => value(&view.name),
        (Pick::Named(_), None) => String::new(),
        (_, None) => SYNTHETIC.into(),
    };
    let listed = model.models_here().map(|view| (value(&view.name), view.name.clone()));
    let synthetic = (SYNTHETIC.to_owned(), "Made from a seed".to_owned());
    let bits = if form.bits == Bits::Int8 { "int8" } else { "f32" };
    let room = if form.room == Room::Tokens { "tokens" } else { "window" };
    let rooms = [("window", "What the window leaves"), ("tokens", "A number of tokens")];
    let mut fields = vec![
        Field::lines("text", "Text to try", "", 5),
        Field::choice("board", "Board", port, boards),
        Field::choice("model", "Model", &chosen, listed.chain([synthetic])),
        Field::choice("bits", "Precision", bits, [("f32", "32-bit"), ("int8", "8-bit")]),
        Field::lines("question", "Question", &form.prompt, 2),
        Field::line("focus", "Focus of the compression", &form.focus),
        Field::line("tokens", "Tokens to make", &form.tokens),
        Field::choice("room", "Compress to", room, rooms),
    ];
    if form.room == Room::Tokens {
        fields.push(Field::line("budget", "Tokens of the document", &form.budget));
    }
    fields.push(Field::line("repetitions", "Repetitions of each", &form.repetitions));
    fields
}

/// Something was written or chosen.
pub(super) fn write(form: &mut Form, field: &str, value: &str) {
    let text = match field {
        "text" => {
            if !value.trim().is_empty() {
                form.document = Some(pasted(value.to_owned()));
            }
            return;
        }
        "model" => {
            form.model = match value.strip_prefix(LISTED) {
                Some(name) => Pick::Named(name.to_owned()),
                None => Pick::Synthetic,
            };
            return;
        }
        "bits" => {
            form.bits = if value == "int8" { Bits::Int8 } else { Bits::F32 };
            return;
        }
        "room" => {
            form.room = if value == "tokens" { Room::Tokens } else { Room::Automatic };
            return;
        }
        "board" => &mut form.board,
        "question" => &mut form.prompt,
        "focus" => &mut form.focus,
        "tokens" => &mut form.tokens,
        "budget" => &mut form.budget,
        "repetitions" => &mut form.repetitions,
        _ => return,
    };
    value.clone_into(text);
}

/// A text that came without a file.
pub(super) fn pasted(text: String) -> Paper {
    Paper::of(DocumentSource::Bytes { name: "pasted text".into(), bytes: text.into_bytes() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_stands_there_and_a_text_becomes_the_document() {
        let (mut form, model) = (Form::default(), Model::default());
        for (key, value) in [
            ("board", "host"),
            ("model", "synthetic"),
            ("bits", "int8"),
            ("question", "Which pump?"),
            ("focus", "pumps"),
            ("tokens", "8"),
            ("room", "tokens"),
            ("budget", "40"),
            ("repetitions", "3"),
        ] {
            write(&mut form, key, value);
            let fields = fields(&form, &model);
            let field = fields.iter().find(|field| field.key == key).unwrap();
            assert_eq!(field.value, value, "{key}");
        }
        write(&mut form, "text", "  ");
        assert_eq!(form.document, None);
        write(&mut form, "text", "A pump");
        assert_eq!(form.document.as_ref().map(|paper| paper.name.as_str()), Some("pasted text"));
        assert_eq!(fields(&form, &model)[0].value, "");
        write(&mut form, "room", "window");
        assert!(fields(&form, &model).iter().all(|field| field.key != "budget"));
    }
}
