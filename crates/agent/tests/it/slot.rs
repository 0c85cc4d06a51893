//! Models that lie in memory, and memory that only looks like it.

use agent::slot::{HEADER, find, header};
use agent::wire::Bits;

fn slot(bits: Bits) -> Vec<u8> {
    let file = b"any file at all";
    [&header(file, bits)[..], file, &[0xaa; 40]].concat()
}

#[test]
fn what_was_put_there_is_found() {
    for bits in [Bits::F32, Bits::Int8] {
        let memory = slot(bits);
        let found = find(&memory).unwrap();
        assert_eq!((found.file, found.bits), (&b"any file at all"[..], bits));
        assert_eq!(found.crc, crc32fast::hash(found.file));
    }
}

#[test]
fn garbage_is_not_believed() {
    let whole = slot(Bits::Int8);
    assert!(find(&[]).is_none());
    assert!(find(&[0; 4096]).is_none());
    assert!(find(&[0xff; 4096]).is_none());
    let end = HEADER + b"any file at all".len();
    assert!(find(&whole[..end]).is_some());
    for cut in 0..end {
        assert!(find(&whole[..cut]).is_none(), "cut at {cut}");
    }
    // Every byte counts but the reserved ones.
    for at in (0..20).chain(HEADER..end) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        assert!(find(&damaged).is_none(), "byte {at}");
    }
}

#[test]
fn the_header_is_what_the_page_says() {
    let file = [1, 2, 3];
    let crc = crc32fast::hash(&file).to_le_bytes();
    let mut expect = b"BVMODEL1\x03\0\0\0".to_vec();
    expect.extend(crc);
    expect.extend([8, 0, 0, 0]);
    expect.resize(HEADER, 0);
    assert_eq!(header(&file, Bits::Int8).to_vec(), expect);
}
