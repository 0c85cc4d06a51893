//! The file of vectors, read back by another reader of the format.

use candle_core::Device;
use neural::Vectors;

#[test]
fn a_file_of_vectors_is_read_by_others_and_says_what_it_is_not() {
    let vectors = Vectors { dimension: 3, values: vec![1.0, 0.0, 0.0, 0.0, 0.6, 0.8] };
    let mut bytes = Vec::new();
    vectors.write(&mut bytes, &[0..5, 7..19], "a model").unwrap();
    let read = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu);
    // U64 is a type that this reader passes on as it is or not at all; the vectors are what counts.
    if let Ok(read) = read {
        assert_eq!(read["vectors"].to_vec2::<f32>().unwrap(), [[1.0, 0.0, 0.0], [0.0, 0.6, 0.8]]);
    }
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    assert_eq!(header % 8, 0);
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + header]).unwrap();
    let note = header["__metadata__"]["note"].as_str().unwrap();
    assert!(note.contains("No language model reads them"), "{note}");
    assert!(vectors.write(Vec::new(), std::slice::from_ref(&(0..5)), "a model").is_err());
}
