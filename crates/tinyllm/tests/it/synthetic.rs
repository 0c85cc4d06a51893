//! Files made from a seed.

use tinyllm::{
    Bits, Bos, Checkpoint, CheckpointError, Classify, Config, Model, Sampler, State, Tokenizer,
    synthetic,
};

use crate::support::{generate, odd_config};

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_every_platform() {
    let hashes = |seed| {
        (fnv(&synthetic::checkpoint(&odd_config(), seed)), fnv(&synthetic::tokenizer(2000, seed)))
    };
    // Written down once: neither another platform nor a later version may differ.
    assert_eq!(hashes(1), (17_566_884_334_167_261_130, 1_973_323_513_949_720_234));
    let (checkpoint, tokenizer) = hashes(2);
    assert_ne!(checkpoint, hashes(1).0);
    assert_ne!(tokenizer, hashes(1).1);
}

#[test]
fn logits_are_sane() {
    let config = synthetic::default_config();
    let file = synthetic::checkpoint(&config, 5);
    let model = Model::load(&Checkpoint::parse(&file).unwrap(), Bits::F32).unwrap();
    let mut state = State::new(&config).unwrap();
    for position in 0..64 {
        let token = position * 7 % 512;
        let logits = model.forward(&mut state, token, position, Classify::Yes, &mut ()).unwrap();
        let largest = logits.iter().fold(0.0_f32, |a, b| a.max(b.abs()));
        assert!(largest > 1.0 && largest < 20.0, "{largest} at {position}");
    }
}

#[test]
fn generated_text_is_letters_and_does_not_end_early() {
    let config = synthetic::default_config();
    let model = synthetic::checkpoint(&config, 5);
    let model = Model::load(&Checkpoint::parse(&model).unwrap(), Bits::Int8).unwrap();
    let tokenizer = Tokenizer::parse(&synthetic::tokenizer(512, 5), 512).unwrap();
    let prompt = tokenizer.encode("The cat", Bos::Yes);
    let text = generate(&model, &tokenizer, &mut Sampler::greedy(), &prompt, 100);
    assert!(text.len() >= 100, "{}", String::from_utf8_lossy(&text));
    assert!(text.iter().all(|byte| (b' '..=b'~').contains(byte)));
    assert!(text.starts_with(b"The cat"));
}

#[test]
fn english_takes_clearly_fewer_tokens_than_bytes() {
    let text = "The board was connected to the computer by a cable, and they measured how much \
                power it would use for each word. It was not what they had expected.";
    for (vocab, most) in [(512, 0.55), (4096, 0.5)] {
        let tokenizer = Tokenizer::parse(&synthetic::tokenizer(vocab, 1), vocab).unwrap();
        let ratio = tokenizer.count(text, Bos::No) as f64 / text.len() as f64;
        assert!(ratio < most, "{ratio} with {vocab}");
    }
}

#[test]
fn tokenizers_of_every_size_load() {
    for vocab in [1, 2, 3, 4, 100, 258, 259, 260, 353, 354, 355, 512, 584, 585, 8000] {
        let tokenizer = Tokenizer::parse(&synthetic::tokenizer(vocab, 9), vocab).unwrap();
        assert_eq!(tokenizer.vocab(), vocab);
        assert!(!tokenizer.encode("Hello, wörld", Bos::No).is_empty());
    }
}

#[test]
fn an_impossible_shape_gives_a_file_that_is_refused() {
    let impossible = Config { heads: 7, ..odd_config() };
    let refused = Checkpoint::parse(&synthetic::checkpoint(&impossible, 1)).err();
    assert!(matches!(refused, Some(CheckpointError::Config(_))), "{refused:?}");
}
