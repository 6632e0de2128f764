//! How the product compares with the bare minimum, on this machine, in this run.
//!
//! Run it with `cargo xtask bench`. Every figure is a ratio or a difference of two things that
//! were measured in turns; absolute times of two runs are not to be compared.

mod bare;
mod first_token;
mod memory;
mod reads;
mod report;
mod start;

use report::Report;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("bare") {
        return bare::serve(arguments.next()).await;
    }
    let mut report = Report::default();
    reads::measure(&mut report).await;
    first_token::measure(&mut report).await;
    memory::measure(&mut report).await;
    start::measure(&mut report).await;
    report.print();
    std::process::exit(report.exit_code());
}
