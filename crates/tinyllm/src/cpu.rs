//! Chooses the fastest instructions that the processor has; the crate's only unsafe code.

use crate::lanes::{Arithmetic, Portable};

/// A piece of work that is compiled once per kind of processor.
///
/// `run` and all that it calls must be `#[inline(always)]`, or it keeps the baseline instructions.
pub(crate) trait Work {
    fn run<A: Arithmetic>(self, cpu: A);
}

/// Runs `work` with the fastest instructions there are.
#[inline]
pub(crate) fn run(work: impl Work) {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    if let Some(avx2) = x86::Avx2::detect() {
        return avx2.run(work);
    }
    work.run(Portable);
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "AVX2 is called only behind the proof that the processor has it")]
mod x86 {
    use core::arch::x86_64::{
        __m256i, _mm256_abs_epi8, _mm256_add_epi32, _mm256_madd_epi16, _mm256_maddubs_epi16,
        _mm256_set1_epi16, _mm256_set1_epi32, _mm256_sign_epi8,
    };
    use core::mem::transmute;

    use super::Work;
    use crate::lanes::{Arithmetic, LANES};

    /// Proof that this processor has AVX2 and FMA: only `detect` makes one.
    #[derive(Clone, Copy)]
    pub(super) struct Avx2(());

    impl Avx2 {
        #[inline]
        pub(super) fn detect() -> Option<Self> {
            let found =
                std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma");
            found.then_some(Self(()))
        }

        #[inline]
        pub(super) fn run(self, work: impl Work) {
            #[target_feature(enable = "avx2,fma")]
            fn with_avx2(cpu: Avx2, work: impl Work) {
                work.run(cpu);
            }
            // SAFETY: `self` proves that the processor has both features.
            unsafe { with_avx2(self, work) }
        }
    }

    impl Arithmetic for Avx2 {
        const BLOCKS: usize = 4;

        #[inline(always)]
        fn mul_add(self, a: f32, b: f32, c: f32) -> f32 {
            a.mul_add(b, c)
        }

        #[inline(always)]
        fn dot_quads(self, weights: &[i8; 32], inputs: [i8; 4], sums: &mut [i32; LANES]) {
            // SAFETY: `self` proves that the processor has AVX2.
            unsafe { dot_quads(weights, inputs, sums) }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn dot_quads(weights: &[i8; 32], inputs: [i8; 4], sums: &mut [i32; LANES]) {
        // SAFETY: arrays of 32 bytes and a vector of 32 bytes, any bit pattern valid in both.
        let (weights, sum) = unsafe {
            (transmute::<[i8; 32], __m256i>(*weights), transmute::<[i32; 8], __m256i>(*sums))
        };
        let inputs = _mm256_set1_epi32(i32::from_le_bytes(inputs.map(|x| x as u8)));
        // The multiplication wants one side unsigned: the sign moves from the inputs to the weights.
        // Neither side exceeds 127 in size, so a pair is at most 32 258 and never saturates.
        let signed = _mm256_sign_epi8(weights, inputs);
        let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(inputs), signed);
        let quads = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
        let sum = _mm256_add_epi32(sum, quads);
        // SAFETY: as above.
        *sums = unsafe { transmute::<__m256i, [i32; 8]>(sum) };
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::lanes::Portable;

        #[test]
        fn avx2_sums_quads_exactly_even_at_the_extremes() {
            let Some(avx2) = Avx2::detect() else { return };
            let extremes = [-127, -126, -1, 0, 1, 126, 127];
            for (at, first) in extremes.into_iter().enumerate() {
                let weights = core::array::from_fn(|i| extremes[(i * at + i / 3) % 7]);
                for weights in [weights, [first; 32]] {
                    for last in extremes {
                        let inputs = [first, first, last, last];
                        let mut sums = [1_000_000; LANES];
                        let mut expect = sums;
                        avx2.dot_quads(&weights, inputs, &mut sums);
                        Portable.dot_quads(&weights, inputs, &mut expect);
                        assert_eq!(sums, expect, "{weights:?} {inputs:?}");
                    }
                }
            }
        }
    }
}
