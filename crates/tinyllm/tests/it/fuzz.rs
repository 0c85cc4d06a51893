//! Loaders that must survive any bytes.

use tinyllm::{
    Bits, Bos, Checkpoint, Classify, Config, Model, Sampler, State, Tokenizer, synthetic,
};

use crate::tokenizer::round_trip;

/// Few enough bytes that a fuzzer reaches all of them.
const TINY: Config = Config {
    dim: 4,
    hidden_dim: 4,
    layers: 1,
    heads: 2,
    kv_heads: 1,
    vocab: 3,
    context: 4,
    shared_classifier: true,
};

/// Overwrites `file` at the places that `edits` name.
fn edit(file: &mut [u8], edits: &[(u16, u8)]) {
    for (at, value) in edits {
        let at = usize::from(*at) % file.len();
        file[at] = *value;
    }
}

fn run(file: &[u8]) {
    let Ok(checkpoint) = Checkpoint::parse(file) else { return };
    for bits in [Bits::F32, Bits::Int8] {
        let Ok(model) = Model::load(&checkpoint, bits) else { continue };
        let Ok(mut state) = State::new(model.config()) else { continue };
        for position in 0..model.config().context.min(3) {
            // Finite weights may still overflow into infinities: text is lost, memory is not.
            let logits = model.forward(&mut state, 0, position, Classify::Yes, &mut ()).unwrap();
            let token = Sampler::new(1.0, 0.9, 1).sample(logits);
            assert!(token < model.config().vocab);
        }
    }
}

#[test]
fn checkpoint_loader_survives_any_bytes() {
    bolero::check!().with_type::<Vec<u8>>().with_iterations(2000).for_each(|bytes| run(bytes));
}

#[test]
fn checkpoint_loader_survives_edits_of_a_good_file() {
    let good = synthetic::checkpoint(&TINY, 1);
    run(&good);
    bolero::check!().with_type::<Vec<(u16, u8)>>().with_iterations(2000).for_each(|edits| {
        let mut file = good.clone();
        edit(&mut file, edits);
        run(&file);
        edit(&mut file[28..], edits);
        run(&[&good[..28], &file[28..]].concat());
    });
}

fn encode(file: &[u8], vocab: u32) {
    let Ok(tokenizer) = Tokenizer::parse(file, vocab) else { return };
    let text = "the <0x41> é\u{0}";
    let tokens = tokenizer.encode(text, Bos::Yes);
    assert_eq!(tokens.len(), tokenizer.count(text, Bos::Yes));
    for token in tokens {
        tokenizer.decode(tinyllm::BOS, token);
    }
}

#[test]
fn tokenizer_loader_survives_any_bytes() {
    bolero::check!()
        .with_type::<(u8, Vec<u8>)>()
        .with_iterations(2000)
        .for_each(|(vocab, bytes)| encode(bytes, u32::from(*vocab)));
}

#[test]
fn tokenizer_loader_survives_edits_of_a_good_file() {
    let good = synthetic::tokenizer(400, 1);
    bolero::check!().with_type::<Vec<(u16, u8)>>().with_iterations(1000).for_each(|edits| {
        let mut file = good.clone();
        edit(&mut file, edits);
        encode(&file, 400);
    });
}

#[test]
fn any_text_survives_the_round_trip() {
    let tokenizer = Tokenizer::parse(&synthetic::tokenizer(700, 1), 700).unwrap();
    bolero::check!()
        .with_type::<Vec<u8>>()
        .with_iterations(2000)
        .for_each(|bytes| round_trip(&tokenizer, &String::from_utf8_lossy(bytes)));
}
