//! A real model's text, compared with what llama2.c's own `run` printed.

use tinyllm::{BOS, Bits, Bos, Checkpoint, Model, Sampler, Tokenizer};

use crate::support::{generate, shared_model};

fn check(bits: Bits, mut sampler: Sampler, prompt: &str, positions: u32, expect: &str) {
    let Some(bytes) = shared_model("stories260K.bin") else { return };
    let Some(vocabulary) = shared_model("tok512.bin") else { return };
    let model = Model::load(&Checkpoint::parse(&bytes).unwrap(), bits).unwrap();
    let tokenizer = Tokenizer::parse(&vocabulary, model.config().vocab).unwrap();
    let prompt = tokenizer.encode(prompt, Bos::Yes);
    assert_eq!(prompt[0], BOS);
    let text = generate(&model, &tokenizer, &mut sampler, &prompt, positions);
    assert_eq!(String::from_utf8_lossy(&text), expect, "{bits:?}");
}

fn documented() -> Option<String> {
    let text = String::from_utf8(shared_model("stories260K.greedy64.txt")?).unwrap();
    Some(text.trim_end().to_owned())
}

#[test]
fn f32_repeats_the_documented_greedy_text() {
    let Some(expect) = documented() else { return };
    check(Bits::F32, Sampler::greedy(), "", 64, &expect);
}

#[test]
fn int8_repeats_the_documented_greedy_text() {
    let Some(expect) = documented() else { return };
    check(Bits::Int8, Sampler::greedy(), "", 64, &expect);
}

#[test]
fn sampled_text_equals_that_of_llama2c_for_the_same_seed() {
    let check = |temperature, top_p, seed, expect: &str| {
        check(Bits::F32, Sampler::new(temperature, top_p, seed), "", 60, expect);
    };
    check(
        1.0,
        0.9,
        1,
        "Once upon a time, there was a little boy named Tim. Tim loved to show his friends her a \
         big, shiny blue bug. One day, Tim's mom was making his favorite",
    );
    check(
        1.0,
        0.9,
        42,
        "Once upon a time, there was a little girl named Lily. She loved to play outside in the \
         sun. One day, her mom asked her to teach him a nice way to play in the sun. Lily",
    );
    check(
        0.8,
        1.0,
        7,
        "Once upon a time, there was a little girl named Lily. She loved to play with her toys all \
         day long. One sunny day, she went to the park to play with her friend, Timmy. They went \
         to the",
    );
}
