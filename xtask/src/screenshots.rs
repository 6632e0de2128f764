//! `cargo xtask screenshots`: the widget in every state, for people to look at.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::clock::Steps;
use crate::{packages, project, shell, web};

/// Pictures of the widget in every state, and a page to look through them.
///
/// Sets up what it needs (Chromium and its driver, where it may install them), builds the widget and
/// a server, and walks to every state as a visitor would: closed, open, answering, failed, offline,
/// every form, and so on. Each is taken on a desktop and a phone, light and dark, in English and in
/// Arabic (from right to left): eight PNG files a state, and `index.html` that shows them all. It
/// takes about two minutes.
#[derive(Args)]
pub(crate) struct Options {
    /// Where the pictures and their page go
    #[arg(long, value_name = "FOLDER", default_value_os_t = project::target().join("screenshots"))]
    to: PathBuf,
    /// Only these states, such as `open,answered`; a wrong name is answered with all names
    #[arg(long, value_name = "STATES", value_delimiter = ',')]
    only: Vec<String>,
}

/// Builds what is shown, walks to every state in every look, and writes a page with all pictures.
pub(crate) fn screenshots(options: &Options) -> Result<()> {
    let folder = std::path::absolute(&options.to)?;
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let mut steps = Steps::new(4);
    steps.step("set up: browser", || packages::ensure(&packages::CHROMIUM))?;
    steps.step("the browser's files", || web::build(web::Mode::Release))?;
    steps.step("build the server", || {
        shell::run(&mut shell::cargo(["build", "--package", "widget-server"]))
    })?;
    if options.only.is_empty() {
        // States are renumbered when one is added: what an earlier run wrote would stay.
        for old in pictures(&folder)? {
            std::fs::remove_file(folder.join(old))?;
        }
    }
    steps.step("walk to the states", || walk(&folder, &options.only))?;
    let pictures = pictures(&folder)?;
    if pictures.is_empty() {
        bail!("no picture was taken");
    }
    let index = folder.join("index.html");
    std::fs::write(&index, page(&pictures))?;
    println!("{} pictures; look through them at {}", pictures.len(), index.display());
    Ok(())
}

/// The test that walks to the states takes the pictures: `tests/browser/looks.rs`.
fn walk(folder: &Path, only: &[String]) -> Result<()> {
    let mut looks = shell::cargo(["test", "--quiet", "--package", "widget-tests"]);
    looks.args(["--test", "browser", "looks::", "--", "--nocapture"]);
    looks.env("WIDGET_SERVER_BIN", project::server("debug"));
    looks.env("WIDGET_SCREENSHOTS", folder).env("WIDGET_STATES", only.join(","));
    shell::run(&mut looks)
}

/// The names of all our pictures in the folder, sorted: by state, then by look.
fn pictures(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in folder.read_dir().with_context(|| folder.display().to_string())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if parts(&name).is_some() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// State and look of `01-closed-desktop-dark-ltr.png`; nothing for what is no picture of ours.
fn parts(name: &str) -> Option<(&str, &str)> {
    let stem = name.strip_suffix(".png")?;
    let look = stem.find("-desktop-").or_else(|| stem.find("-phone-"))?;
    let (state, look) = stem.split_at(look);
    let numbered = state.split('-').next()?.parse::<usize>().is_ok();
    let sided = look.ends_with("-ltr") || look.ends_with("-rtl");
    (numbered && sided).then_some((state, &look[1..]))
}

/// A page with a row for each state.
fn page(pictures: &[String]) -> String {
    let mut states: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for name in pictures {
        if let Some((state, look)) = parts(name) {
            states.entry(state).or_default().push((name, look));
        }
    }
    let mut page = HEAD.to_owned();
    for (state, looks) in states {
        let _ = write!(page, "<h2 id=\"{state}\"><a href=\"#{state}\">{state}</a></h2>\n<div>\n");
        for (name, look) in looks {
            let _ = writeln!(
                page,
                "<figure><a href=\"{name}\"><img src=\"{name}\" alt=\"{state}, {look}\" \
                 loading=\"lazy\"></a><figcaption>{look}</figcaption></figure>"
            );
        }
        page.push_str("</div>\n");
    }
    page + "</html>\n"
}

const HEAD: &str = "<!doctype html>
<html lang=\"en\"><meta charset=\"utf-8\"><title>The widget in every state</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; background: #555; color: #fff }
  div { display: flex; gap: 1rem; overflow-x: auto }
  figure { margin: 0 } img { height: 26rem; display: block } h2 a { color: inherit }
</style>
<h1>The widget in every state</h1>
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_stand_with_their_state() {
        let names = ["01-closed-desktop-dark-ltr.png", "01-closed-phone-light-rtl.png"];
        let page = page(&names.map(str::to_owned));
        assert_eq!(page.matches("<h2").count(), 1);
        assert!(page.contains("<figcaption>phone-light-rtl</figcaption>"), "{page}");
    }

    #[test]
    fn other_pictures_in_the_folder_are_not_ours() {
        for name in ["holiday.png", "01-closed-phone-light-rtl.jpg", "my-desktop-2024-ltr.png"] {
            assert_eq!(parts(name), None);
        }
    }
}
