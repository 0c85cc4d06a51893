//! Files that are not what they should be.

use tinyllm::synthetic;
use tinyllm::{Checkpoint, CheckpointError, Config, ConfigError, Tokenizer, TokenizerError};

use crate::support::odd_config;

fn header(fields: [i32; 7]) -> Vec<u8> {
    fields.iter().flat_map(|field| field.to_le_bytes()).collect()
}

fn error(file: &[u8]) -> CheckpointError {
    Checkpoint::parse(file).expect_err("the file is damaged")
}

#[test]
fn a_checkpoint_cut_anywhere_says_how_much_is_missing() {
    let file = synthetic::checkpoint(&odd_config(), 1);
    let lengths = (0..64).chain((64..file.len()).step_by(997)).chain([file.len() - 1]);
    for length in lengths {
        let expected_bytes = if length < 28 { 28 } else { file.len() as u64 };
        let expect = CheckpointError::Truncated { expected_bytes, found_bytes: length as u64 };
        assert_eq!(error(&file[..length]), expect);
    }
    let message = error(&file[..100]).to_string();
    assert!(message.contains("100 found") && message.contains(&file.len().to_string()));
}

#[test]
fn a_checkpoint_with_bytes_behind_it_is_refused() {
    let mut file = synthetic::checkpoint(&odd_config(), 1);
    let expected_bytes = file.len() as u64;
    file.push(0);
    let found_bytes = expected_bytes + 1;
    assert_eq!(error(&file), CheckpointError::TrailingBytes { expected_bytes, found_bytes });
}

#[test]
fn the_beginning_and_the_length_say_what_the_whole_file_says_but_for_its_weights() {
    let config = odd_config();
    let mut file = synthetic::checkpoint(&config, 1);
    let bytes = file.len() as u64;
    assert_eq!(Checkpoint::header(&file[..64], bytes), Ok(config));
    assert_eq!(Checkpoint::header(&file[..28], bytes), Ok(config));
    for found_bytes in [28, bytes - 1, bytes + 1] {
        file.resize(found_bytes as usize, 0);
        assert_eq!(Checkpoint::header(&file[..28], found_bytes), Err(error(&file)));
    }
    file[0] = 0;
    assert_eq!(Checkpoint::header(&file[..28], bytes), Err(error(&file)));
    let foreign = b"GGUF and something behind it";
    assert_eq!(Checkpoint::header(foreign, bytes), Err(error(foreign)));
}

#[test]
fn every_flipped_bit_of_the_header_is_noticed() {
    for config in [odd_config(), synthetic::default_config()] {
        let file = synthetic::checkpoint(&config, 1);
        for bit in 0..28 * 8 {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Checkpoint::parse(&flipped).is_err(), "bit {bit} of {config:?}");
        }
    }
}

#[test]
fn a_weight_that_is_no_number_is_named() {
    let config = odd_config();
    let file = synthetic::checkpoint(&config, 1);
    let floats = (file.len() - 28) / 4;
    let table = (config.vocab * config.dim) as usize;
    let cases = [
        (0, f32::NAN, "token embeddings"),
        (table, f32::INFINITY, "attention norms"),
        (table + 2 * 36, f32::NEG_INFINITY, "wq"),
        (floats - table - 21 * 6 - 1, f32::NAN, "final norm"),
        (floats - 1, f32::NAN, "classifier"),
    ];
    for (index, value, tensor) in cases {
        let mut file = file.clone();
        file[28 + index * 4..][..4].copy_from_slice(&value.to_le_bytes());
        let expect = CheckpointError::NonFinite { index: index as u64, tensor };
        assert_eq!(error(&file), expect);
    }
    // Nobody reads the rotary tables, and some exporters leave anything in them.
    let mut file = file.clone();
    file[28 + (floats - table - 1) * 4..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(Checkpoint::parse(&file).is_ok());
}

#[test]
fn impossible_dimensions_are_named() {
    use ConfigError::{HeadsDoNotDivideDim, KvHeadsDoNotDivideHeads, OddHeadSize, TooLarge, Zero};
    let check = |fields, expect: ConfigError| {
        assert_eq!(error(&header(fields)), CheckpointError::Config(expect));
    };
    check([0; 7], Zero { name: "width (dim)" });
    check([64, 172, 5, 0, 4, 512, 512], Zero { name: "head count" });
    check([64, 172, 5, 8, 4, 0, 512], Zero { name: "vocabulary size" });
    check([64, 172, 5, 7, 7, 512, 512], HeadsDoNotDivideDim { heads: 7, dim: 64 });
    check([64, 172, 5, 8, 3, 512, 512], KvHeadsDoNotDivideHeads { kv_heads: 3, heads: 8 });
    check([24, 172, 5, 8, 4, 512, 512], OddHeadSize { head_size: 3 });
    let (name, limit) = ("width (dim)", 1 << 14);
    let most = i32::MAX;
    check([most; 7], TooLarge { name, value: most as u32, limit });
    let name = "width (dim)";
    assert_eq!(
        error(&header([-64, 172, 5, 8, 4, 512, 512])),
        CheckpointError::Negative { name, value: -64 }
    );
    // The most negative vocabulary has no positive counterpart in 32 signed bits.
    let (name, limit) = ("vocabulary size", 1 << 20);
    check([64, 172, 5, 8, 4, i32::MIN, 512], TooLarge { name, value: 1 << 31, limit });
}

#[test]
fn foreign_files_are_named() {
    let cases: [(&[u8], &str); 9] = [
        (b"GGUF\x03\x00\x00\x00", "GGUF"),
        (b"PK\x03\x04\x14\x00", "zip"),
        (b"\x7fELF\x02\x01\x01", "ELF"),
        (b"\x40\x00\x00\x00\x00\x00\x00\x00{\"__metadata__\":", "safetensors"),
        (b"24ka\x01\x00\x00\x00", "llama2.c version 1"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"{\"version\": 1}", "JSON"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x1c\x00\x00\x00TFL3", "TensorFlow Lite"),
    ];
    for (start, name) in cases {
        // Whatever the length: a short file must not hide behind "cut short".
        for length in [start.len(), 100_000] {
            let mut file = start.to_vec();
            file.resize(length, 1);
            assert!(error(&file).to_string().contains(name), "{name}");
            let message = Tokenizer::parse(&file, 512).unwrap_err().to_string();
            assert!(message.contains(name), "{name}");
        }
    }
}

#[test]
fn a_tokenizer_cut_anywhere_is_refused() {
    let file = synthetic::tokenizer(300, 1);
    for length in 0..file.len() {
        let refused = Tokenizer::parse(&file[..length], 300).err();
        let found_bytes = length as u64;
        assert!(
            matches!(refused, Some(TokenizerError::Truncated { found_bytes: n, .. })
                if n == found_bytes),
            "{length}: {refused:?}"
        );
    }
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    let file = synthetic::tokenizer(300, 1);
    let refused = Tokenizer::parse(&file, 299).err();
    assert!(matches!(refused, Some(TokenizerError::TrailingBytes { vocab: 299, .. })));
    let refused = Tokenizer::parse(&file, 301).err();
    assert!(matches!(refused, Some(TokenizerError::Truncated { token: 300, vocab: 301, .. })));
    for vocab in [0, u32::MAX] {
        let refused = Tokenizer::parse(&file, vocab).err();
        assert_eq!(refused, Some(TokenizerError::Vocabulary { vocab }));
    }
}

#[test]
fn flipped_bits_of_a_tokenizer_are_refused_or_harmless() {
    let file = synthetic::tokenizer(40, 1);
    let mut refused = 0;
    for bit in 0..file.len() * 8 {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        match Tokenizer::parse(&flipped, 40) {
            Err(_) => refused += 1,
            // A changed letter or score cannot be told from an intended one, but must not panic.
            Ok(tokenizer) => assert!(tokenizer.encode("a b", tinyllm::Bos::Yes).len() < 20),
        }
    }
    // Every bit of the 40 lengths changes the layout.
    assert!(refused > 40 * 32, "only {refused} flips were noticed");
}

#[test]
fn damaged_entries_of_a_tokenizer_are_named() {
    let file = synthetic::tokenizer(300, 1);
    let check = |at: usize, bytes: [u8; 4], expect: TokenizerError| {
        let mut file = file.clone();
        file[at..at + 4].copy_from_slice(&bytes);
        assert_eq!(Tokenizer::parse(&file, 300).err(), Some(expect));
    };
    let longest = u32::from_le_bytes(file[..4].try_into().unwrap());
    check(0, [0; 4], TokenizerError::LongestPiece { bytes: 0 });
    check(0, [0xff; 4], TokenizerError::LongestPiece { bytes: u32::MAX });
    check(4, f32::NAN.to_le_bytes(), TokenizerError::Score { token: 0 });
    for bytes in [0, -1, i32::MIN, i32::MAX] {
        let expect = TokenizerError::PieceLength { token: 0, bytes, longest };
        check(8, bytes.to_le_bytes(), expect);
    }
}

#[test]
fn messages_are_one_sentence_without_a_full_stop() {
    let checkpoint = error(&header([64, 172, 5, 7, 7, 512, 512])).to_string();
    let tokenizer = Tokenizer::parse(&[], 512).unwrap_err().to_string();
    let state = tinyllm::State::new(&Config { dim: 0, ..odd_config() }).unwrap_err().to_string();
    for message in [checkpoint, tokenizer, state] {
        assert!(!message.ends_with('.') && !message.contains("  "), "{message}");
    }
}
