//! The form where the picture cannot be seen: its fields, and what is wrong with them.

use protocol::{Bits, ModelView};

use super::form::{self, Choice, Form, Picked, is_here, key};
use super::port_words;
use super::spoken::How;
use crate::aloud::Field;
use crate::model::Model;

/// Values of the field of models.
const SYNTHETIC: &str = "synthetic";
const FILES: &str = "files";
/// What stands before a model of the list, for one may be called as the others are.
const LISTED: &str = "model ";

/// What can be written and chosen.
pub(super) fn fields(form: &Form, model: &Model) -> Vec<Field> {
    let mut fields = vec![board(form, model)];
    if form.spoken.how == How::Agent {
        fields.push(models(form, &model.models));
        match form.picked(&model.models) {
            Picked::Synthetic => {
                fields.push(Field::line("model seed", "Seed of the model", &form.model_seed));
            }
            Picked::Files => fields.extend([
                Field::line("checkpoint", "Checkpoint", &form.model_path),
                Field::line("tokenizer", "Tokenizer", &form.tokenizer_path),
            ]),
            Picked::Known(_) | Picked::Gone => {}
        }
        let bits = if form.bits == Bits::Int8 { "int8" } else { "f32" };
        fields.push(Field::choice("bits", "Weights", bits, [("f32", "f32"), ("int8", "int8")]));
    }
    if form.prompts() {
        fields.push(Field::lines("prompt", "Prompt", &form.prompt, 3));
        fields.push(Field::line("tokens", "Tokens", &form.tokens));
    }
    fields.extend([
        Field::line("repetitions", "Repetitions", &form.repetitions),
        Field::line("warmup", "Warm-up repetitions", &form.warmup),
    ]);
    fields
}

fn board(form: &Form, model: &Model) -> Field {
    let chosen = form.port(&model.ports).map_or(form.board.as_str(), |port| port.path.as_str());
    let boards = model.ports.iter().filter(|port| port_words::may_be_a_board(port));
    let choices = boards.map(|port| {
        (port.path.clone(), format!("{}, {}", port_words::name(port), port.state.word()))
    });
    Field::choice("board", "Board", chosen, choices)
}

fn models(form: &Form, models: &[ModelView]) -> Field {
    let value = |model: &ModelView| format!("{LISTED}{}", key(model));
    let picked = form.picked(models);
    let chosen = match picked {
        Picked::Known(model) => value(model),
        Picked::Synthetic => SYNTHETIC.into(),
        Picked::Files => FILES.into(),
        Picked::Gone => String::new(),
    };
    let offered = |model: &&ModelView| is_here(model) || picked == Picked::Known(model);
    let listed = models.iter().filter(offered).map(|model| (value(model), model.name.clone()));
    let others = [(SYNTHETIC, "Synthetic, made from a seed"), (FILES, "Files, by their paths")];
    let others = others.map(|(value, name)| (value.to_owned(), name.to_owned()));
    Field::choice("model", "Model", &chosen, listed.chain(others))
}

/// Something was written or chosen.
pub(super) fn write(form: &mut Form, field: &str, value: &str, model: &Model) {
    let text = match field {
        "board" => {
            if let Some(port) = model.ports.iter().find(|port| port.path == value) {
                form.choose(port);
            }
            return;
        }
        "model" => {
            form.model = match (value, value.strip_prefix(LISTED)) {
                (SYNTHETIC, _) => Choice::Synthetic,
                (FILES, _) => Choice::Files,
                (_, Some(key)) => Choice::Known(key.to_owned()),
                (_, None) => return,
            };
            return;
        }
        "bits" => {
            form.bits = if value == "int8" { Bits::Int8 } else { Bits::F32 };
            return;
        }
        "model seed" => &mut form.model_seed,
        "checkpoint" => &mut form.model_path,
        "tokenizer" => &mut form.tokenizer_path,
        "prompt" => &mut form.prompt,
        "tokens" => &mut form.tokens,
        "repetitions" => &mut form.repetitions,
        "warmup" => &mut form.warmup,
        _ => return,
    };
    value.clone_into(text);
}

/// What is wrong with the form, a sentence each, with the name of the field where the words have none.
pub(super) fn wrongs(form: &Form, model: &Model) -> Vec<String> {
    let said = |(field, words): (form::Field, String)| match field {
        form::Field::ModelSeed => format!("Seed of the model: {words}"),
        form::Field::Tokens => format!("Tokens: {words}"),
        form::Field::Repetitions => format!("Repetitions: {words}"),
        form::Field::Warmup => format!("Warm-up repetitions: {words}"),
        _ => words,
    };
    form.specs(model).err().unwrap_or_default().into_iter().map(said).collect()
}

#[cfg(test)]
mod tests {
    use protocol::ModelOrigin;

    use super::*;
    use crate::aloud;

    fn model() -> Model {
        let view = |name: &str, origin, file: Option<&str>| ModelView {
            name: name.into(),
            origin,
            model: file.map(Into::into),
            tokenizer: file.map(|_| "t.bin".into()),
            bytes: None,
            context_tokens: None,
            problem: None,
        };
        let mut model = Model::default();
        model.models.push(view("small", ModelOrigin::Fetched, Some("m.bin")));
        model.models.push(view("far", ModelOrigin::Fetchable, None));
        model
    }

    fn field<'a>(fields: &'a [Field], key: &str) -> &'a Field {
        fields.iter().find(|field| field.key == key).unwrap()
    }

    #[test]
    fn everything_that_starts_a_run_can_be_written_and_stands_there_afterwards() {
        let (mut form, model) = (Form::default(), model());
        let model_field = field(&fields(&form, &model), "model").clone();
        assert_eq!(model_field.value, "model m.bin", "the first that is here");
        let aloud::How::Choice(choices) = &model_field.how else { panic!("{model_field:?}") };
        let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
        assert_eq!(names, ["small", "Synthetic, made from a seed", "Files, by their paths"]);
        for (key, value) in [
            ("model", "files"),
            ("checkpoint", "/m/a.bin"),
            ("tokenizer", "/m/t.bin"),
            ("bits", "int8"),
            ("prompt", "Who?"),
            ("tokens", "80"),
            ("repetitions", "3"),
            ("warmup", "0"),
        ] {
            write(&mut form, key, value, &model);
            assert_eq!(field(&fields(&form, &model), key).value, value, "{key}");
        }
        for value in ["synthetic", "model m.bin"] {
            write(&mut form, "model", value, &model);
            assert_eq!(field(&fields(&form, &model), "model").value, value);
        }
        assert!(fields(&form, &model).iter().all(|field| field.key != "checkpoint"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_field() {
        let (mut form, model) = (Form::default(), model());
        write(&mut form, "tokens", "few", &model);
        let said = wrongs(&form, &model);
        assert!(said.contains(&"Tokens: Write a whole number, such as 64".to_owned()), "{said:?}");
    }
}
