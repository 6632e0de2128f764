//! Programs of the operating system that tests and measurements start.

use anyhow::{Result, bail};

use crate::shell;

/// A program and the Debian package it comes in.
pub(crate) type Needed = (&'static str, &'static str);

/// What a measurement of a page needs.
pub(crate) const BROWSER: [Needed; 1] = [("chromium", "chromium")];

/// What a browser that a program drives needs.
pub(crate) const CHROMIUM: [Needed; 2] = [BROWSER[0], ("chromedriver", "chromium-driver")];

/// What the tests need.
pub(crate) const TESTS: [Needed; 4] =
    [CHROMIUM[0], CHROMIUM[1], ("nginx", "nginx"), ("caddy", "caddy")];

/// What the tests need in the engines beside Chromium.
pub(crate) const ENGINES: [Needed; 3] =
    [("firefox-esr", "firefox-esr"), ("WebKitWebDriver", "webkit2gtk-driver"), ("Xvfb", "xvfb")];

/// Installs what is missing where that is possible, else says exactly what is.
pub(crate) fn ensure(needed: &[Needed]) -> Result<()> {
    let missing: Vec<_> =
        needed.iter().filter(|(program, _)| !shell::found(program)).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<_> = missing.iter().map(|(_, package)| *package).collect();
    let packages = packages.join(" ");
    if !shell::found("apt-get") || !is_root() {
        let programs: Vec<_> = missing.iter().map(|(program, _)| *program).collect();
        bail!(
            "this starts {}, which cannot be found; on Debian or Ubuntu run\n  \
             sudo apt-get update && sudo apt-get install -y {packages}\n\
             elsewhere install them so that they are on the PATH",
            programs.join(", ")
        );
    }
    println!("      installing {packages} with apt-get");
    apt_get(&["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages.split(' '));
    apt_get(&install)
}

fn is_root() -> bool {
    shell::read(&mut shell::at_root("id", ["-u"])).is_ok_and(|id| id.trim() == "0")
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut apt = shell::at_root("apt-get", ["--quiet"]);
    apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    shell::read(&mut apt).map(drop)
}
