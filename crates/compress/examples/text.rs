//! The text that is taken out of a document, and what is not in it:
//! `cargo run --profile work -p compress --example text -- FILE`

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a document")?;
    let document = compress::document::load(path)?;
    let mut out = std::io::stdout().lock();
    out.write_all(document.text.as_bytes())?;
    let mut remarks = std::io::stderr().lock();
    for left in &document.left_out {
        writeln!(remarks, "not in the text: {} {}", left.count, left.what)?;
    }
    Ok(())
}
