//! Arithmetic on eight floats at a time, written so that the compiler vectorises it.
//!
//! Every kernel is generic over [`Arithmetic`] and `#[inline(always)]`, so that one source is
//! compiled once for the build's baseline and once for each faster processor in [`crate::cpu`].

/// Floats handled together: two SSE or NEON registers, one AVX register.
pub(crate) const LANES: usize = 8;

/// What differs between processors. The value is a proof that the processor has the instructions.
pub(crate) trait Arithmetic: Copy {
    /// Blocks of [`LANES`] rows that a matrix product advances together; bounded by registers.
    const BLOCKS: usize;

    /// `a * b + c`, rounded once or twice.
    fn mul_add(self, a: f32, b: f32, c: f32) -> f32;

    /// Adds to each of eight sums the dot product of four weights and the four `inputs`.
    ///
    /// Exact: no result of an `i8` product and sum is lost or saturated.
    fn dot_quads(self, weights: &[i8; 32], inputs: [i8; 4], sums: &mut [i32; LANES]);
}

/// The build's baseline instructions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable;

impl Arithmetic for Portable {
    // A core without vectors has room for eight sums; SSE2 for two blocks; NEON for four.
    const BLOCKS: usize = if cfg!(target_arch = "aarch64") {
        4
    } else if cfg!(any(target_arch = "x86_64", target_arch = "wasm32")) {
        2
    } else {
        1
    };

    #[inline(always)]
    fn mul_add(self, a: f32, b: f32, c: f32) -> f32 {
        a * b + c
    }

    #[inline(always)]
    fn dot_quads(self, weights: &[i8; 32], inputs: [i8; 4], sums: &mut [i32; LANES]) {
        let inputs = inputs.map(i32::from);
        for (sum, quad) in sums.iter_mut().zip(weights.as_chunks::<4>().0) {
            let products = [0, 1, 2, 3].map(|at: usize| i32::from(quad[at]) * inputs[at]);
            *sum += products[0] + products[1] + products[2] + products[3];
        }
    }
}

/// Adding this rounds a float of modest size to an integer, held in the low bits.
const ROUND: f32 = 12_582_912.0; // 1.5 × 2^23

/// The integer nearest to `x`, for |x| below 2^22; ties to even.
#[inline(always)]
pub(crate) fn nearest(x: f32) -> i32 {
    (x + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i32
}

/// e to the power `x`, within 2e-7 relative; 0 below -87 and e^88 above 88.
///
/// Range reduction by powers of two and the degree-6 polynomial of the Cephes library's `expf`
/// (S. Moshier, <https://www.netlib.org/cephes/>). Branch-free, so that a loop over it vectorises.
#[inline(always)]
pub(crate) fn exp<A: Arithmetic>(cpu: A, x: f32) -> f32 {
    const LOW: f32 = -87.0;
    const HIGH: f32 = 88.0;
    // ln 2 in two parts, so that the reduction is exact.
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let bounded = if x > LOW { x } else { LOW };
    let bounded = if bounded < HIGH { bounded } else { HIGH };
    let rounded = cpu.mul_add(bounded, core::f32::consts::LOG2_E, ROUND);
    let power = rounded - ROUND;
    let rest = cpu.mul_add(power, -LN2_HIGH, bounded);
    let rest = cpu.mul_add(power, -LN2_LOW, rest);
    let mut sum = 1.987_569_1e-4;
    for factor in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        sum = cpu.mul_add(sum, rest, factor);
    }
    let value = cpu.mul_add(sum, rest * rest, rest + 1.0);
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    if x < LOW { 0.0 } else { value * f32::from_bits(exponent) }
}

/// Adds up eight lanes, pairwise.
#[inline(always)]
pub(crate) fn total(lanes: [f32; LANES]) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// `x` scaled to a root mean square of 1 and multiplied by `weight`, into `out` (RMSNorm).
///
/// Source: Zhang and Sennrich 2019, with llama's epsilon of 1e-5.
#[inline(always)]
pub(crate) fn rms_norm<A: Arithmetic>(cpu: A, x: &[f32], weight: &[f32], out: &mut [f32]) {
    let (blocks, rest) = x.as_chunks::<LANES>();
    let mut squares = [0.0; LANES];
    for block in blocks {
        for (sum, value) in squares.iter_mut().zip(block) {
            *sum = cpu.mul_add(*value, *value, *sum);
        }
    }
    let squares = rest.iter().fold(total(squares), |sum, value| sum + value * value);
    let scale = 1.0 / libm::sqrtf(squares / x.len() as f32 + 1e-5);
    for ((out, x), weight) in out.iter_mut().zip(x).zip(weight) {
        *out = weight * (scale * x);
    }
}

/// Adds `branch` to `stream`, element by element.
#[inline(always)]
pub(crate) fn add(stream: &mut [f32], branch: &[f32]) {
    for (stream, branch) in stream.iter_mut().zip(branch) {
        *stream += branch;
    }
}

/// `gate · sigmoid(gate) · up` into `gate` (SwiGLU; Shazeer 2020).
#[inline(always)]
pub(crate) fn swiglu<A: Arithmetic>(cpu: A, gate: &mut [f32], up: &[f32]) {
    for (gate, up) in gate.iter_mut().zip(up) {
        let x = *gate;
        *gate = x / (1.0 + exp(cpu, -x)) * up;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_follows_the_exact_function_over_its_whole_range() {
        for step in -8700..8800 {
            let x = step as f32 / 100.0;
            let exact = libm::exp(f64::from(x));
            let error = (f64::from(exp(Portable, x)) - exact).abs() / exact;
            assert!(error < 2e-7, "exp({x}) is off by {error:e}");
        }
    }

    #[test]
    fn exp_is_zero_for_masked_scores_and_finite_for_huge_ones() {
        assert_eq!(exp(Portable, f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(Portable, -1000.0), 0.0);
        assert!(exp(Portable, f32::INFINITY).is_finite());
    }

    #[test]
    fn nearest_rounds_to_even() {
        let cases = [(0.4, 0), (0.5, 0), (1.5, 2), (-1.5, -2), (126.6, 127), (-126.6, -127)];
        for (x, expect) in cases {
            assert_eq!(nearest(x), expect, "{x}");
        }
    }
}
