//! What the heap holds while a model arrives.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use agent::Model;
use agent::wire::Bits;
use onboard::TinyLlm;
use tinyllm::{Config, synthetic};

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[expect(unsafe_code, reason = "an allocator that counts is one all the same")]
// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller's promises are the system's conditions.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// Alone in its program: other tests would be counted too.
#[test]
fn a_model_that_arrives_takes_its_own_size_and_no_files() {
    let config = Config {
        dim: 64,
        hidden_dim: 172,
        layers: 5,
        heads: 8,
        kv_heads: 4,
        vocab: 512,
        context: 64,
        shared_classifier: true,
    };
    let file = synthetic::checkpoint(&config, 1);
    for bits in [Bits::Int8, Bits::F32] {
        let mut model = TinyLlm::default();
        let before = NOW.load(Ordering::Relaxed);
        PEAK.store(before, Ordering::Relaxed);
        model.begin(file.len() as u32, bits).unwrap();
        for piece in file.chunks(256) {
            model.write(piece).unwrap();
        }
        let info = model.finish(crc32fast::hash(&file)).unwrap();
        let peak = PEAK.load(Ordering::Relaxed) - before;
        let after = NOW.load(Ordering::Relaxed) - before;
        let file = file.len();
        println!("{bits:?}: a file of {file} bytes, weights {}, peak {peak}", info.weight_bytes);
        // Nothing that was needed on the way was larger than what stays; the list of layers is no
        // weight.
        assert!(peak <= after.max(file) + 2048, "{bits:?}: {peak} and {after}");
        let room = info.weight_bytes + info.kv_bytes;
        assert!(peak as u64 <= room + room / 8 + 16_384, "{bits:?}: {peak} for {room}");
        if bits == Bits::Int8 {
            assert!(peak < file / 2, "{peak} of {file}");
        }
    }
}
