//! What the build needs before it can begin.

use anyhow::{Result, bail};

use crate::shell;

const TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that Rust can compile for the browser.
pub(crate) fn wasm_target() -> Result<()> {
    let libraries = shell::read(&mut shell::at_root(
        "rustc",
        ["--print", "target-libdir", "--target", TARGET],
    ))?;
    if std::path::Path::new(libraries.trim()).exists() {
        return Ok(());
    }
    if !shell::found("rustup") {
        bail!(
            "Rust's {TARGET} target is missing, and rustup, which could add it, is not here: \
               install rustup (https://rustup.rs) or your distribution's package of that target"
        );
    }
    eprintln!("      adding Rust's {TARGET} target");
    shell::run(&mut shell::at_root("rustup", ["target", "add", TARGET]))
}
