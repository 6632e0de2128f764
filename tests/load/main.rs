//! How the product compares with the bare minimum, on this machine, in this run.
//!
//! Run it with `cargo xtask bench`. Every figure is a ratio or a difference of two things that
//! were measured in turns, so that a machine whose speed drifts slows both down; what is quoted is
//! the median of the rounds. Absolute times of two runs are not to be compared.

mod bare;
mod first_token;
mod group_commit;
mod hammer;
mod memory;
mod process;
mod reads;
mod report;
mod start;
mod writes;

use report::Report;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next();
    if first.as_deref() == Some("bare") {
        return bare::serve(arguments.next()).await;
    }
    let wanted = |name: &str| first.as_deref().is_none_or(|only| only == name);
    let mut report = Report::default();
    if wanted("reads") {
        reads::measure(&mut report).await;
    }
    if wanted("writes") {
        writes::measure(&mut report).await;
    }
    if wanted("first-token") {
        first_token::measure(&mut report).await;
    }
    if wanted("memory") {
        memory::measure(&mut report).await;
    }
    if wanted("start") {
        start::measure(&mut report).await;
    }
    report.print();
    std::process::exit(report.exit_code());
}
