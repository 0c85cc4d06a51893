//! Where a model computes, and in which precision.

use std::fmt;
use std::str::FromStr;

use candle_core::{DType, Device};

use crate::error::Error;

/// What was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Choice {
    /// Every GPU this program was built for and finds; else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// One of NVIDIA's GPUs, or all of them.
    Cuda(Option<usize>),
    /// Apple's GPU.
    Metal,
}

impl FromStr for Choice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(None)),
            "metal" => Ok(Self::Metal),
            other => {
                let number = other.strip_prefix("cuda:").and_then(|number| number.parse().ok());
                number
                    .map(|number| Self::Cuda(Some(number)))
                    .ok_or_else(|| Error::NoSuchDevice(text.to_owned()))
            }
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(None) => f.write_str("cuda"),
            Self::Cuda(Some(number)) => write!(f, "cuda:{number}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

/// Where models can compute, with what people call it: the processor, then each GPU that this program was built
/// for and finds. No memory of a GPU is taken to find it.
pub fn devices() -> Vec<(Choice, String)> {
    let mut all = vec![(Choice::Cpu, "Processor".to_owned())];
    all.extend(gpus());
    all
}

#[cfg(feature = "cuda")]
fn gpus() -> Vec<(Choice, String)> {
    use candle_core::cuda_backend::cudarc::driver::result;
    let count = result::init().and_then(|()| result::device::get_count()).unwrap_or(0);
    let name = |number| result::device::get(number).and_then(result::device::get_name).ok();
    let called = |number: i32| {
        let title = name(number).unwrap_or_else(|| format!("GPU {number}"));
        Some((Choice::Cuda(Some(usize::try_from(number).ok()?)), title))
    };
    (0..count).filter_map(called).collect()
}

#[cfg(all(feature = "metal", not(feature = "cuda")))]
fn gpus() -> Vec<(Choice, String)> {
    let found = Device::new_metal(0).ok();
    found.map(|_| (Choice::Metal, "Apple’s GPU".to_owned())).into_iter().collect()
}

#[cfg(not(any(feature = "cuda", feature = "metal")))]
fn gpus() -> Vec<(Choice, String)> {
    Vec::new()
}

/// A device with the precision that suits it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) device: Device,
    pub(crate) dtype: DType,
}

impl Place {
    fn cpu() -> Self {
        Self { device: Device::Cpu, dtype: DType::F32 }
    }

    /// The device among others: memory is promised of one.
    pub(crate) fn name(&self) -> String {
        format!("{:?}", self.device.location())
    }

    /// Free memory of a GPU in bytes; `None` where the device's memory is this computer's.
    pub(crate) fn own_free_bytes(&self) -> Option<u64> {
        #[cfg(feature = "cuda")]
        if let Device::Cuda(cuda) = &self.device {
            let info = cuda.cuda_stream().context().mem_get_info();
            return info.ok().map(|(free, _)| free as u64);
        }
        None
    }
}

/// Devices to compute on, one replica of the model each, and what to tell about the choice.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub(crate) all: Vec<Place>,
    pub(crate) notice: Option<String>,
}

impl Places {
    /// The processor instead of what was asked for, and why.
    pub(crate) fn instead(choice: Choice, why: &str) -> Self {
        let notice = format!("the model computes on the processor instead of {choice}: {why}");
        Self { all: vec![Place::cpu()], notice: Some(notice) }
    }

    pub(crate) fn on_cpu(&self) -> bool {
        self.all.iter().all(|place| place.device.is_cpu())
    }

    /// Opens what was chosen. What cannot be had is replaced by the processor, with a notice.
    pub(crate) fn open(choice: Choice) -> Self {
        match choice {
            Choice::Cpu => Self { all: vec![Place::cpu()], notice: None },
            Choice::Auto if cfg!(feature = "cuda") => Self::cuda(choice, None),
            Choice::Auto if cfg!(feature = "metal") => Self::metal(choice),
            Choice::Auto => Self { all: vec![Place::cpu()], notice: None },
            Choice::Cuda(number) if cfg!(feature = "cuda") => Self::cuda(choice, number),
            Choice::Metal if cfg!(feature = "metal") => Self::metal(choice),
            Choice::Cuda(_) | Choice::Metal => {
                Self::instead(choice, "this program was built without it")
            }
        }
    }

    fn cuda(choice: Choice, number: Option<usize>) -> Self {
        // Numbers are tried until one is none: nobody says beforehand how many there are.
        const MOST: usize = 64;
        let wanted = number.map_or(0..MOST, |number| number..number + 1);
        let (mut all, mut why) = (Vec::new(), String::new());
        for number in wanted {
            match Device::new_cuda(number) {
                Ok(device) => {
                    let dtype = if computes_bf16(&device) { DType::BF16 } else { DType::F16 };
                    all.push(Place { device, dtype });
                }
                Err(error) => {
                    why = error.to_string().lines().next().unwrap_or_default().to_owned();
                    break;
                }
            }
        }
        match all.is_empty() {
            true => Self::instead(choice, &why),
            false => Self { all, notice: None },
        }
    }

    fn metal(choice: Choice) -> Self {
        match Device::new_metal(0) {
            Ok(device) => {
                let place = Place { device, dtype: DType::F16 };
                Self { all: vec![place], notice: None }
            }
            Err(error) => {
                Self::instead(choice, error.to_string().lines().next().unwrap_or_default())
            }
        }
    }
}

/// Whether a GPU of NVIDIA's has units for BF16: from compute capability 8.0 on.
#[cfg(feature = "cuda")]
fn computes_bf16(device: &Device) -> bool {
    use candle_core::cuda_backend::cudarc::driver::sys::CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR as MAJOR;
    let Device::Cuda(cuda) = device else { return false };
    cuda.cuda_stream().context().attribute(MAJOR).is_ok_and(|major| major >= 8)
}

#[cfg(not(feature = "cuda"))]
fn computes_bf16(_: &Device) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_read_as_they_are_written() {
        for text in ["auto", "cpu", "cuda", "cuda:0", "cuda:12", "metal"] {
            assert_eq!(text.parse::<Choice>().unwrap().to_string(), text);
        }
        for bad in ["gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0"] {
            let said = bad.parse::<Choice>().unwrap_err().to_string();
            assert!(said.contains(&format!("{bad:?}; it is auto")), "{said}");
        }
    }

    #[test]
    fn the_processor_is_among_the_devices_and_all_are_named_as_they_are_asked_for() {
        let devices = devices();
        assert_eq!(devices[0].0, Choice::Cpu);
        for (choice, title) in devices {
            assert_eq!(choice.to_string().parse::<Choice>().unwrap(), choice, "{title}");
        }
    }

    #[cfg(not(any(feature = "cuda", feature = "metal")))]
    #[test]
    fn what_cannot_be_had_is_the_processor_with_a_notice() {
        assert_eq!(Places::open(Choice::Auto).notice, None);
        let places = Places::open(Choice::Cuda(Some(1)));
        assert!(places.all[0].device.is_cpu());
        assert_eq!(places.all[0].dtype, DType::F32);
        let notice = places.notice.unwrap();
        assert!(
            notice.contains("instead of cuda:1: this program was built without it"),
            "{notice}"
        );
    }
}
