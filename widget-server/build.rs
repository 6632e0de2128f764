//! Has the server built again when the browser's files were: cargo watches only files that it
//! knows, and a new build of them has new names. Debug builds read them from disk instead.

fn main() {
    let embedded = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    println!("cargo::rerun-if-changed={}", if embedded { "assets" } else { "build.rs" });
}
