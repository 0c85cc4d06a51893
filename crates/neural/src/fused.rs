//! What follows a matrix product, in one pass over its result and without another copy of it: the bias,
//! and then an activation or the sum with what came in. On a processor these passes would otherwise take
//! as long as the products of a small model. GPUs have their own kernels and take the plain way.

use candle_core::{CpuStorage, DType, InplaceOp2, InplaceOp3, Layout, Result, Tensor, bail};

use crate::config::Activation;

/// `x · weight + bias`, the weight standing `[in, out]` and x `[rows, in]`.
pub(crate) fn linear(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    let product = x.matmul(weight)?;
    if is_plain(&product) {
        product.inplace_op2(bias, &Bias)?;
        return Ok(product);
    }
    product.broadcast_add(bias)
}

/// `activation(x · weight + bias)`.
pub(crate) fn activated(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    activation: Activation,
) -> Result<Tensor> {
    let product = x.matmul(weight)?;
    if activation == Activation::Gelu && is_plain(&product) {
        product.inplace_op2(bias, &BiasGelu)?;
        return Ok(product);
    }
    let sum = product.broadcast_add(bias)?;
    match activation {
        Activation::Gelu => sum.gelu_erf(),
        Activation::GeluTanh => sum.gelu(),
        Activation::Relu => sum.relu(),
    }
}

/// `x · weight + bias + beside`, where `beside` is as large as the product.
pub(crate) fn summed(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    beside: &Tensor,
) -> Result<Tensor> {
    let product = x.matmul(weight)?;
    if is_plain(&product) && beside.is_contiguous() {
        product.inplace_op3(bias, beside, &BiasAndSum)?;
        return Ok(product);
    }
    product.broadcast_add(bias)? + beside
}

fn is_plain(x: &Tensor) -> bool {
    x.device().is_cpu() && x.dtype() == DType::F32 && x.is_contiguous()
}

struct Bias;
struct BiasGelu;
struct BiasAndSum;

impl InplaceOp2 for Bias {
    fn name(&self) -> &'static str {
        "bias"
    }

    fn cpu_fwd(&self, x: &mut CpuStorage, lx: &Layout, b: &CpuStorage, lb: &Layout) -> Result<()> {
        let (x, bias) = (written(x, lx)?, read(b, lb)?);
        for row in x.chunks_exact_mut(bias.len()) {
            for (x, bias) in row.iter_mut().zip(bias) {
                *x += bias;
            }
        }
        Ok(())
    }
}

impl InplaceOp2 for BiasGelu {
    fn name(&self) -> &'static str {
        "bias-gelu"
    }

    fn cpu_fwd(&self, x: &mut CpuStorage, lx: &Layout, b: &CpuStorage, lb: &Layout) -> Result<()> {
        let (x, bias) = (written(x, lx)?, read(b, lb)?);
        for row in x.chunks_exact_mut(bias.len()) {
            for (x, bias) in row.iter_mut().zip(bias) {
                *x = gelu(*x + bias);
            }
        }
        Ok(())
    }
}

impl InplaceOp3 for BiasAndSum {
    fn name(&self) -> &'static str {
        "bias-and-sum"
    }

    fn cpu_fwd(
        &self,
        x: &mut CpuStorage,
        lx: &Layout,
        b: &CpuStorage,
        lb: &Layout,
        beside: &CpuStorage,
        l: &Layout,
    ) -> Result<()> {
        let (x, bias, beside) = (written(x, lx)?, read(b, lb)?, read(beside, l)?);
        let rows = x.chunks_exact_mut(bias.len()).zip(beside.chunks_exact(bias.len()));
        for (row, beside) in rows {
            for ((x, bias), beside) in row.iter_mut().zip(bias).zip(beside) {
                *x += bias + beside;
            }
        }
        Ok(())
    }
}

fn written<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((from, to))) => Ok(&mut values[from..to]),
        _ => bail!("a fused pass needs f32 in one piece"),
    }
}

fn read<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((from, to))) => Ok(&values[from..to]),
        _ => bail!("a fused pass needs f32 in one piece"),
    }
}

/// GELU by the error function, to 32 bits: Abramowitz and Stegun 7.1.26 (error at most 1.5e-7), without a
/// branch or a call, so that the compiler makes vectors of it.
#[inline(always)]
fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let series = ((((1.061_405_4 * t - 1.453_152) * t + 1.421_413_7) * t - 0.284_496_74) * t
        + 0.254_829_6)
        * t;
    let erf = 1.0 - series * exp_of_minus(z * z);
    0.5 * x + 0.5 * x.abs() * erf
}

/// `e^-y` for `y` from 0 on.
#[inline(always)]
fn exp_of_minus(y: f32) -> f32 {
    // Adding this makes the nearest whole number of what it is added to its last bits.
    const MAGIC: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let y = y.min(87.0);
    let shifted = y * std::f32::consts::LOG2_E + MAGIC;
    let whole = shifted.to_bits().wrapping_sub(MAGIC.to_bits());
    let n = shifted - MAGIC;
    let r = n * LN2_HIGH - y + n * LN2_LOW;
    let power = 1.0
        + r * (1.0
            + r * (0.5
                + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    power * f32::from_bits(127u32.wrapping_sub(whole) << 23)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn near(a: &Tensor, b: &Tensor) {
        let (a, b) = (a.flatten_all().unwrap(), b.flatten_all().unwrap());
        let pairs = a.to_vec1::<f32>().unwrap().into_iter().zip(b.to_vec1::<f32>().unwrap());
        for (a, b) in pairs {
            assert!((a - b).abs() <= 2e-6 * (1.0 + b.abs()), "{a} {b}");
        }
    }

    #[test]
    fn a_pass_gives_what_its_parts_give() {
        let device = Device::Cpu;
        let made = |n: usize, scale: f32| -> Vec<f32> {
            (0..n).map(|at| ((at * 7919 % 1009) as f32 / 1009.0 - 0.5) * scale).collect()
        };
        let x = Tensor::from_vec(made(15, 9.0), (3, 5), &device).unwrap();
        let weight = Tensor::from_vec(made(35, 2.0), (7, 5), &device).unwrap().t().unwrap();
        let bias = Tensor::from_vec(made(7, 3.0), 7, &device).unwrap();
        let beside = Tensor::from_vec(made(21, 1.0), (3, 7), &device).unwrap();
        let plain = x.matmul(&weight).unwrap().broadcast_add(&bias).unwrap();
        near(&linear(&x, &weight, &bias).unwrap(), &plain);
        let gelu = activated(&x, &weight, &bias, Activation::Gelu).unwrap();
        near(&gelu, &plain.gelu_erf().unwrap());
        let relu = activated(&x, &weight, &bias, Activation::Relu).unwrap();
        near(&relu, &plain.relu().unwrap());
        near(&summed(&x, &weight, &bias, &beside).unwrap(), &(&plain + &beside).unwrap());
    }

    #[test]
    fn gelu_is_right_over_all_that_comes_up() {
        let values: Vec<f32> = (-4000..4000).map(|n| n as f32 * 0.005).collect();
        let values = [values, vec![0.0, -0.0, 1e-20, -1e-20, 1e4, -1e4, 1e30, -1e30]].concat();
        let exact = Tensor::new(values.as_slice(), &Device::Cpu).unwrap().gelu_erf().unwrap();
        for (x, exact) in values.iter().zip(exact.to_vec1::<f32>().unwrap()) {
            assert!(
                (gelu(*x) - exact).abs() <= 6e-7 * (1.0 + exact.abs()),
                "{x}: {} {exact}",
                gelu(*x)
            );
        }
        assert!(gelu(f32::NAN).is_nan());
    }
}
