#!/usr/bin/env bash
# Builds what computes on NVIDIA's GPUs on a computer that has none: the compiler and the headers come from
# NVIDIA's Python packages, and the libraries of the driver are stood in for by empty ones, so that it links. That
# proves the build and nothing else: what is linked so does not run. With a toolkit of one's own (CUDA_HOME) and a
# GPU: cargo run --release -p engine --features cuda --example device_check -- MODEL_FOLDER DOCUMENT...
#
#   CUDA_COMPUTE_CAP=NN    the GPUs to compile for (80)
#
# Ends with 3 where the packages cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/cuda"
place=$(cd "$target/cuda" && pwd)
version='==13.0.*'
if [ ! -x "$place/site/nvidia/cu13/bin/nvcc" ]; then
  packages=(nvidia-cuda-nvcc nvidia-nvvm nvidia-cuda-crt nvidia-cuda-runtime nvidia-cuda-cccl)
  echo "cuda_build: getting ${packages[*]} with pip" >&2
  python3 -m pip install -q --disable-pip-version-check --target "$place/site" "${packages[@]/%/$version}" || {
    echo "cuda_build: not built: NVIDIA's packages cannot be had here" >&2
    exit 3
  }
fi
home=$place/site/nvidia/cu13
chmod +x "$home"/bin/* "$home"/nvvm/bin/* 2>/dev/null || true
# nvcc looks for its own parts in lib64.
[ -e "$home/lib64" ] || ln -s lib "$home/lib64"
mkdir -p "$place/empty"
for name in cuda.so.1 nvrtc.so.13 curand.so.10 cublas.so.13 cublasLt.so.13 cudart.so.13; do
  file=$place/empty/lib$name
  [ -e "$file" ] || echo | cc -shared -x c - -Wl,-soname,"lib$name" -o "$file"
  ln -sf "lib$name" "${file%.so.*}.so"
done
export CUDA_HOME=$home CUDA_PATH=$home CUDA_ROOT=$home CUDA_TOOLKIT_ROOT_DIR=$home PATH=$home/bin:$PATH
export CUDA_COMPUTE_CAP=${CUDA_COMPUTE_CAP:-80}
# The libraries' names are not those of this computer's: what is linked so is linked apart.
export RUSTFLAGS="-L native=$place/empty -C link-arg=-Wl,--unresolved-symbols=ignore-all"
cargo build --profile work --target-dir "$place/build" -p engine --features cuda --example device_check "$@"
echo "cuda_build: device_check was built for compute capability $CUDA_COMPUTE_CAP; it was not run"
