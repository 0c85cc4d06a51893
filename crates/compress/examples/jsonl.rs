//! Answers compression requests, one JSON object a line, from standard input on standard output.

fn main() -> Result<(), compress::Error> {
    let counter = compress::tokens::O200k::new()?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let input = std::io::BufReader::with_capacity(1 << 20, std::io::stdin());
    let output = std::io::BufWriter::with_capacity(1 << 20, std::io::stdout());
    compress::jsonl::run(input, output, &counter, threads).map(drop)
}
