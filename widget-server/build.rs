//! Has the server built again when the browser's files were: cargo watches only files that it
//! knows, and a new build of them has new names. Debug builds read them from disk instead.

fn main() {
    let embedded = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let watched = if embedded { "assets" } else { "build.rs" };
    #[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
    {
        println!("cargo::rerun-if-changed={watched}");
    }
}
