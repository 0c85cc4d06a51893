//! Eight-bit matrices and vectors.
//!
//! Quantisation is symmetric and per group: a row is cut into groups of [`GROUP`] columns, the last
//! group takes what is left (a row of 172 is 64 + 64 + 44), and each group stores integers in
//! -127..=127 and one float scale, its largest magnitude divided by 127. The input is quantised the
//! same way at run time, products are summed exactly in 32-bit integers within a group, and only
//! the group sums are scaled and added in floating point. A rounding error is at most half a scale.

use alloc::vec::Vec;

use crate::lanes::{Arithmetic, LANES, nearest};
use crate::matrix::{split_tiles, store};
use crate::memory;

/// Columns that share a scale.
pub(crate) const GROUP: usize = 64;

/// Columns that one step of the kernel takes; rows are padded with zeros to whole quads.
const QUAD: usize = 4;

/// Quads in a group.
const GROUP_QUADS: usize = GROUP / QUAD;

/// A scale's largest integer.
const LARGEST: f32 = 127.0;

/// A group's scale, and its inverse, which is 0 when the group is all zeros.
#[inline(always)]
fn scale(largest: f32) -> (f32, f32) {
    let scale = largest / LARGEST;
    (scale, if scale > f32::MIN_POSITIVE { 1.0 / scale } else { 0.0 })
}

#[inline(always)]
fn largest_magnitude(values: &[f32]) -> f32 {
    let (blocks, rest) = values.as_chunks::<LANES>();
    let mut largest = [0.0_f32; LANES];
    for block in blocks {
        for (largest, value) in largest.iter_mut().zip(block) {
            let magnitude = value.abs();
            *largest = if magnitude > *largest { magnitude } else { *largest };
        }
    }
    rest.iter().map(|value| value.abs()).chain(largest).fold(0.0, |a, b| if b > a { b } else { a })
}

/// 8-bit weights: `[block][quad][lane][column in quad]`, and scales `[block][group][lane]`.
#[derive(Debug, Clone)]
pub(crate) struct QuantisedMatrix {
    columns: usize,
    blocks: Vec<[i8; LANES * QUAD]>,
    scales: Vec<[f32; LANES]>,
}

impl QuantisedMatrix {
    /// Zeros; `None` when the heap cannot hold them.
    pub(crate) fn room(rows: usize, columns: usize) -> Option<Self> {
        let (quads, groups) = (columns.div_ceil(QUAD), columns.div_ceil(GROUP));
        let blocks = memory::filled(rows.div_ceil(LANES) * quads, [0; LANES * QUAD])?;
        let scales = memory::filled(rows.div_ceil(LANES) * groups, [0.0; LANES])?;
        Some(Self { columns, blocks, scales })
    }

    /// Quantises a group of a row, which begins at `column`.
    pub(crate) fn put(&mut self, row: usize, column: usize, values: &[f32]) {
        let (block, lane, group) = (row / LANES, row % LANES, column / GROUP);
        let (scale, inverse) = scale(largest_magnitude(values));
        let (quads, groups) = (self.quads(), self.groups());
        self.scales[block * groups + group][lane] = scale;
        let first = block * quads + group * GROUP_QUADS;
        for (at, value) in values.iter().enumerate() {
            self.blocks[first + at / QUAD][lane * QUAD + at % QUAD] =
                nearest(value * inverse) as i8;
        }
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        self.blocks.capacity() * LANES * QUAD + self.scales.capacity() * LANES * 4
    }

    fn quads(&self) -> usize {
        self.columns.div_ceil(QUAD)
    }

    fn groups(&self) -> usize {
        self.columns.div_ceil(GROUP)
    }

    pub(crate) fn copy_row(&self, row: usize, out: &mut [f32]) {
        let (block, lane) = (row / LANES, row % LANES);
        let quads = self.blocks.chunks_exact(self.quads()).nth(block).unwrap_or(&[]);
        let scales = self.scales.chunks_exact(self.groups()).nth(block).unwrap_or(&[]);
        for (at, out) in out.iter_mut().enumerate().take(self.columns) {
            let weight = quads[at / QUAD][lane * QUAD + at % QUAD];
            *out = f32::from(weight) * scales[at / GROUP][lane];
        }
    }

    #[inline(always)]
    pub(crate) fn multiply<A: Arithmetic>(&self, cpu: A, input: &QuantisedVector, out: &mut [f32]) {
        match A::BLOCKS {
            4 => self.multiply_by::<A, 4>(cpu, input, out),
            2 => self.multiply_by::<A, 2>(cpu, input, out),
            _ => self.multiply_by::<A, 1>(cpu, input, out),
        }
    }

    #[inline(always)]
    fn multiply_by<A: Arithmetic, const N: usize>(
        &self,
        cpu: A,
        input: &QuantisedVector,
        out: &mut [f32],
    ) {
        let (quads, groups) = (self.quads(), self.groups());
        let inputs = &input.quads[..quads];
        let input_scales = &input.scales[..groups];
        let (tiles, singles, tiled_out, single_out) = split_tiles::<N, _>(&self.blocks, quads, out);
        let (tile_scales, single_scales) = self.scales.split_at(tiles.len() / quads * groups);
        let tiles = tiles.chunks_exact(quads * N).zip(tile_scales.chunks_exact(groups * N));
        for ((tile, scales), out) in tiles.zip(tiled_out.chunks_mut(LANES * N)) {
            store(&multiply_blocks::<A, N>(cpu, tile, scales, inputs, input_scales), out);
        }
        let singles = singles.chunks_exact(quads).zip(single_scales.chunks_exact(groups));
        for ((block, scales), out) in singles.zip(single_out.chunks_mut(LANES)) {
            store(&multiply_blocks::<A, 1>(cpu, block, scales, inputs, input_scales), out);
        }
    }
}

#[inline(always)]
fn multiply_blocks<A: Arithmetic, const N: usize>(
    cpu: A,
    tile: &[[i8; LANES * QUAD]],
    scales: &[[f32; LANES]],
    inputs: &[[i8; QUAD]],
    input_scales: &[f32],
) -> [[f32; LANES]; N] {
    let (quads, groups) = (inputs.len(), input_scales.len());
    let streams: [&[[i8; LANES * QUAD]]; N] =
        core::array::from_fn(|block| &tile[block * quads..][..quads]);
    let scales: [&[[f32; LANES]]; N] =
        core::array::from_fn(|block| &scales[block * groups..][..groups]);
    let mut sums = [[0.0; LANES]; N];
    for (group, &input_scale) in input_scales.iter().enumerate() {
        let first = group * GROUP_QUADS;
        let last = quads.min(first + GROUP_QUADS);
        let mut exact = [[0_i32; LANES]; N];
        for quad in first..last {
            for (exact, stream) in exact.iter_mut().zip(&streams) {
                cpu.dot_quads(&stream[quad], inputs[quad], exact);
            }
        }
        for ((sums, exact), scales) in sums.iter_mut().zip(&exact).zip(&scales) {
            for ((sum, exact), scale) in sums.iter_mut().zip(exact).zip(&scales[group]) {
                *sum = cpu.mul_add(*exact as f32, scale * input_scale, *sum);
            }
        }
    }
    sums
}

/// The input of a quantised product; made once, reused for every token.
#[derive(Debug, Clone)]
pub(crate) struct QuantisedVector {
    quads: Vec<[i8; QUAD]>,
    scales: Vec<f32>,
}

impl QuantisedVector {
    /// Room for `columns` values; `None` when the heap cannot hold it.
    pub(crate) fn new(columns: usize) -> Option<Self> {
        Some(Self {
            quads: memory::filled(columns.div_ceil(QUAD), [0; QUAD])?,
            scales: memory::filled(columns.div_ceil(GROUP), 0.0)?,
        })
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        self.quads.capacity() * QUAD + self.scales.capacity() * 4
    }

    /// Replaces the content by `values`, padded with zeros to a whole quad.
    #[inline(always)]
    pub(crate) fn quantise<A: Arithmetic>(&mut self, _cpu: A, values: &[f32]) {
        let quads = self.quads.chunks_mut(GROUP_QUADS);
        for ((values, quads), scale_out) in
            values.chunks(GROUP).zip(quads).zip(self.scales.iter_mut())
        {
            let (scale, inverse) = scale(largest_magnitude(values));
            *scale_out = scale;
            let (whole, rest) = values.as_chunks::<QUAD>();
            for (quad, values) in quads.iter_mut().zip(whole) {
                *quad = values.map(|value| nearest(value * inverse) as i8);
            }
            if let Some(quad) = quads.get_mut(whole.len())
                && !rest.is_empty()
            {
                *quad = [0; QUAD];
                for (out, value) in quad.iter_mut().zip(rest) {
                    *out = nearest(value * inverse) as i8;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::lanes::Portable;

    /// Values that differ in size from column to column, none of them round.
    fn values(count: usize, seed: u32) -> Vec<f32> {
        let mut bits = seed;
        let next = |_| {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (bits >> 8) as f32 / 8_388_608.0 - 1.0
        };
        (0..count).map(next).enumerate().map(|(at, x)| x * (1.0 + (at % 7) as f32)).collect()
    }

    fn matrix(weights: &[f32], columns: usize) -> QuantisedMatrix {
        let mut matrix = QuantisedMatrix::room(weights.len() / columns, columns).unwrap();
        for (row, weights) in weights.chunks_exact(columns).enumerate() {
            for (group, values) in weights.chunks(GROUP).enumerate() {
                matrix.put(row, group * GROUP, values);
            }
        }
        matrix
    }

    const SHAPES: [(usize, usize); 6] = [(8, 64), (9, 172), (1, 1), (70, 63), (33, 65), (40, 130)];

    #[test]
    fn a_weight_is_off_by_at_most_half_a_scale() {
        for (rows, columns) in SHAPES {
            let weights = values(rows * columns, 1);
            let matrix = matrix(&weights, columns);
            let mut row = vec![0.0; columns];
            for (at, expect) in weights.chunks_exact(columns).enumerate() {
                matrix.copy_row(at, &mut row);
                for (found, expect) in row.chunks(GROUP).zip(expect.chunks(GROUP)) {
                    let half = largest_magnitude(expect) / LARGEST / 2.0 * 1.0001;
                    let near = |(a, b): (&f32, &f32)| (a - b).abs() <= half;
                    assert!(found.iter().zip(expect).all(near), "row {at} of {rows} x {columns}");
                }
            }
        }
    }

    /// Quantisation bounds the error of a product by the errors of its factors.
    fn check_product(
        rows: usize,
        columns: usize,
        multiply: impl Fn(&QuantisedMatrix, &QuantisedVector, &mut [f32]),
    ) {
        let (weights, input) = (values(rows * columns, 2), values(columns, 3));
        let matrix = matrix(&weights, columns);
        // A longer vector's leftovers must not matter.
        let mut vector = QuantisedVector::new(columns + 100).unwrap();
        vector.quantise(Portable, &values(columns + 100, 4));
        vector.quantise(Portable, &input);
        let mut out = vec![f32::NAN; rows];
        multiply(&matrix, &vector, &mut out);
        for (row, found) in weights.chunks_exact(columns).zip(&out) {
            let (mut exact, mut bound) = (0.0, 1e-4);
            for (row, input) in row.chunks(GROUP).zip(input.chunks(GROUP)) {
                let [row_error, input_error] =
                    [row, input].map(|values| f64::from(largest_magnitude(values) / LARGEST / 2.0));
                for (weight, x) in row.iter().zip(input) {
                    let (weight, x) = (f64::from(*weight), f64::from(*x));
                    exact += weight * x;
                    bound +=
                        weight.abs() * input_error + x.abs() * row_error + row_error * input_error;
                }
            }
            let error = (f64::from(*found) - exact).abs();
            assert!(error <= bound, "{error} above {bound} in {rows} x {columns}");
        }
    }

    #[test]
    fn a_product_is_within_the_bound_of_its_roundings() {
        for (rows, columns) in SHAPES {
            check_product(rows, columns, |m, x, out| m.multiply_by::<_, 1>(Portable, x, out));
            check_product(rows, columns, |m, x, out| m.multiply_by::<_, 4>(Portable, x, out));
        }
    }

    #[test]
    fn zeros_and_tiny_values_stay_finite() {
        for value in [0.0, -0.0, f32::MIN_POSITIVE, 1e-45] {
            let matrix = matrix(&[value; 64], 64);
            let mut row = [1.0; 64];
            matrix.copy_row(0, &mut row);
            assert!(row.iter().all(|x| x.abs() <= f32::MIN_POSITIVE), "{value:e}");
        }
    }

    #[test]
    fn an_overflowed_input_does_no_harm() {
        let matrix = matrix(&values(64 * 8, 1), 64);
        let mut vector = QuantisedVector::new(64).unwrap();
        for wrong in [f32::NAN, f32::INFINITY, f32::MAX] {
            let mut input = values(64, 2);
            input[5] = wrong;
            vector.quantise(Portable, &input);
            matrix.multiply(Portable, &vector, &mut [0.0; 8]);
        }
    }
}
