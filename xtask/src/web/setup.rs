//! What the build needs before it can begin.

use anyhow::{Result, bail};

use crate::{project, shell};

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
    println!("      adding Rust's {TARGET} target");
    shell::run(&mut shell::at_root("rustup", ["target", "add", TARGET]))
}

/// Installs the npm packages of the lock file, unless they are installed.
pub(super) fn npm_packages() -> Result<()> {
    let lock = project::path("www/package-lock.json");
    let wanted = std::fs::read_to_string(&lock)?;
    let stamp = project::path("www/node_modules/.installed-lock.json");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !shell::found("node") || !shell::found("npm") {
        bail!(
            "building the browser's files needs Node.js 20 or newer with npm: \
               https://nodejs.org, or `apt-get install nodejs npm`"
        );
    }
    println!("      npm ci in www");
    shell::read(shell::at_root("npm", ["ci"]).current_dir(project::path("www")))?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}
