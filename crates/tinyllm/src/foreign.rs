//! Recognises the files people hand over by mistake, by their first bytes.

const FORMATS: [(&[u8], &str); 14] = [
    (b"GGUF", "GGUF"),
    (b"GGML", "GGML"),
    (b"lmgg", "GGML"),
    (b"tjgg", "GGJT"),
    (b"24ka", "llama2.c version 1 or 2"),
    (b"PK\x03\x04", "zip (or PyTorch)"),
    (b"\x7fELF", "ELF program"),
    (b"MZ", "Windows program"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"version https://git-lfs", "Git LFS pointer"),
    (b"<!DOCTYPE", "HTML page"),
];

/// The name of the format whose signature `bytes` begins with.
///
/// Each signature read as a llama2.c header would be an absurd first dimension, so no real
/// checkpoint is caught here, except for two-byte ones, which the caller's limits rule out too.
pub(crate) fn recognise(bytes: &[u8]) -> Option<&'static str> {
    // safetensors: a little-endian u64 length, then a JSON object of that length.
    if bytes.get(8) == Some(&b'{') && matches!(bytes.get(9), Some(b'"' | b' ' | b'\n' | b'}')) {
        return Some("safetensors");
    }
    if bytes.first() == Some(&b'{') && matches!(bytes.get(1), Some(b'"' | b'\n' | b'\r' | b' ')) {
        return Some("JSON");
    }
    // TensorFlow Lite keeps its signature behind the first offset.
    if bytes.get(4..8) == Some(b"TFL3") {
        return Some("TensorFlow Lite");
    }
    FORMATS.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, name)| *name)
}
