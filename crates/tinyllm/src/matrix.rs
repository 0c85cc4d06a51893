//! A weight matrix in memory, laid out so that eight rows are multiplied at once.
//!
//! Rows are grouped into blocks of [`LANES`]; inside a block the eight weights of one column lie
//! together. A product then needs one broadcast input and one multiply-add per column and block,
//! and no sum across lanes at all. The last block is padded with zero rows.

use alloc::vec::Vec;

use crate::config::Bits;
use crate::lanes::{Arithmetic, LANES};
use crate::memory;
use crate::quantised::{self, QuantisedMatrix, QuantisedVector};

/// A matrix in either precision.
#[derive(Debug, Clone)]
pub(crate) enum Matrix {
    F32(FloatMatrix),
    Int8(QuantisedMatrix),
}

/// Bytes of heap for a matrix; `None` when the number does not fit.
pub(crate) fn bytes(rows: u64, columns: u64, bits: Bits) -> Option<u64> {
    let rows = rows.checked_next_multiple_of(LANES as u64)?;
    match bits {
        Bits::F32 => rows.checked_mul(columns)?.checked_mul(4),
        Bits::Int8 => {
            let scales = groups(columns).checked_mul(4)?;
            rows.checked_mul(columns.checked_next_multiple_of(4)?.checked_add(scales)?)
        }
    }
}

/// Number of quantisation groups in a row of `columns`.
pub(crate) fn groups(columns: u64) -> u64 {
    columns.div_ceil(quantised::GROUP as u64)
}

impl Matrix {
    /// A matrix of zeros; `None` when the heap cannot hold it.
    pub(crate) fn room(rows: usize, columns: usize, bits: Bits) -> Option<Self> {
        Some(match bits {
            Bits::F32 => Self::F32(FloatMatrix::room(rows, columns)?),
            Bits::Int8 => Self::Int8(QuantisedMatrix::room(rows, columns)?),
        })
    }

    /// Puts weights into a row from `column` on, which is a multiple of [`quantised::GROUP`]: a
    /// whole group of them, or as many as are left in the row.
    pub(crate) fn put(&mut self, row: usize, column: usize, weights: &[f32]) {
        match self {
            Self::F32(matrix) => matrix.put(row, column, weights),
            Self::Int8(matrix) => matrix.put(row, column, weights),
        }
    }

    /// Bytes of heap in use.
    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            Self::F32(matrix) => matrix.blocks.capacity() * LANES * 4,
            Self::Int8(matrix) => matrix.heap_bytes(),
        }
    }

    /// Writes row `row` into `out`.
    pub(crate) fn copy_row(&self, row: usize, out: &mut [f32]) {
        match self {
            Self::F32(matrix) => matrix.copy_row(row, out),
            Self::Int8(matrix) => matrix.copy_row(row, out),
        }
    }

    /// Makes `input` ready for [`Self::multiply`]: quantises it when this matrix is quantised.
    #[inline(always)]
    pub(crate) fn prepare<A: Arithmetic>(&self, cpu: A, input: &[f32], into: &mut QuantisedVector) {
        if let Self::Int8(_) = self {
            into.quantise(cpu, input);
        }
    }

    /// `out` = matrix × input. `quantised` is what [`Self::prepare`] made of `input`.
    #[inline(always)]
    pub(crate) fn multiply<A: Arithmetic>(
        &self,
        cpu: A,
        input: &[f32],
        quantised: &QuantisedVector,
        out: &mut [f32],
    ) {
        match self {
            Self::F32(matrix) => matrix.multiply(cpu, input, out),
            Self::Int8(matrix) => matrix.multiply(cpu, quantised, out),
        }
    }
}

/// Writes the sums of consecutive blocks into `out`, dropping the padding of the last one.
#[inline(always)]
pub(crate) fn store<const N: usize>(sums: &[[f32; LANES]; N], out: &mut [f32]) {
    for (out, sum) in out.iter_mut().zip(sums.as_flattened()) {
        *out = *sum;
    }
}

/// 32-bit weights: `[block][column][lane]`.
#[derive(Debug, Clone)]
pub(crate) struct FloatMatrix {
    columns: usize,
    blocks: Vec<[f32; LANES]>,
}

impl FloatMatrix {
    fn room(rows: usize, columns: usize) -> Option<Self> {
        let blocks = memory::filled(rows.div_ceil(LANES) * columns, [0.0; LANES])?;
        Some(Self { columns, blocks })
    }

    fn put(&mut self, row: usize, column: usize, weights: &[f32]) {
        let first = row / LANES * self.columns + column;
        for (block, weight) in self.blocks[first..].iter_mut().zip(weights) {
            block[row % LANES] = *weight;
        }
    }

    fn copy_row(&self, row: usize, out: &mut [f32]) {
        let block = self.blocks.chunks_exact(self.columns).nth(row / LANES).unwrap_or(&[]);
        for (out, weights) in out.iter_mut().zip(block) {
            *out = weights[row % LANES];
        }
    }

    #[inline(always)]
    fn multiply<A: Arithmetic>(&self, cpu: A, input: &[f32], out: &mut [f32]) {
        match A::BLOCKS {
            4 => self.multiply_by::<A, 4>(cpu, input, out),
            2 => self.multiply_by::<A, 2>(cpu, input, out),
            _ => self.multiply_by::<A, 1>(cpu, input, out),
        }
    }

    #[inline(always)]
    fn multiply_by<A: Arithmetic, const N: usize>(&self, cpu: A, input: &[f32], out: &mut [f32]) {
        let (tiles, singles, tiled_out, single_out) =
            split_tiles::<N, _>(&self.blocks, self.columns, out);
        for (tile, out) in tiles.chunks_exact(self.columns * N).zip(tiled_out.chunks_mut(LANES * N))
        {
            store(&multiply_blocks::<A, N>(cpu, tile, input), out);
        }
        for (block, out) in singles.chunks_exact(self.columns).zip(single_out.chunks_mut(LANES)) {
            store(&multiply_blocks::<A, 1>(cpu, block, input), out);
        }
    }
}

/// Splits blocks of `stride` items, and the outputs that belong to them, into as many tiles of `N`
/// blocks as there are and the single blocks that are left.
#[inline(always)]
pub(crate) fn split_tiles<'w, 'o, const N: usize, T>(
    blocks: &'w [T],
    stride: usize,
    out: &'o mut [f32],
) -> (&'w [T], &'w [T], &'o mut [f32], &'o mut [f32]) {
    let tiled = blocks.len() / stride / N * N;
    let (tiles, singles) = blocks.split_at(tiled * stride);
    // The last tile may end in padding rows, which have no output.
    let (tiled_out, single_out) = out.split_at_mut(out.len().min(tiled * LANES));
    (tiles, singles, tiled_out, single_out)
}

#[inline(always)]
fn multiply_blocks<A: Arithmetic, const N: usize>(
    cpu: A,
    tile: &[[f32; LANES]],
    input: &[f32],
) -> [[f32; LANES]; N] {
    let columns = tile.len() / N;
    let input = &input[..columns];
    let streams: [&[[f32; LANES]]; N] =
        core::array::from_fn(|block| &tile[block * columns..][..columns]);
    let mut sums = [[0.0; LANES]; N];
    for (column, &x) in input.iter().enumerate() {
        for (sums, stream) in sums.iter_mut().zip(&streams) {
            for (sum, weight) in sums.iter_mut().zip(&stream[column]) {
                *sum = cpu.mul_add(*weight, x, *sum);
            }
        }
    }
    sums
}
