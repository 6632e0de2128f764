//! `cargo xtask screenshots`: the widget in every state, for people to look at.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::{packages, project, shell, test, web};

#[derive(Args)]
pub(crate) struct Options {
    /// Where the pictures go [default: target/screenshots]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Only these states, such as `open,answered`
    #[arg(long, value_name = "STATES")]
    only: Option<String>,
}

/// Builds what is shown, walks to every state in every look, and writes a page with all pictures.
pub(crate) fn screenshots(options: &Options) -> Result<()> {
    let folder = match &options.to {
        Some(folder) => std::path::absolute(folder)?,
        None => project::target().join("screenshots"),
    };
    std::fs::create_dir_all(&folder)?;
    packages::ensure(&packages::TESTS)?;
    web::build(web::Mode::Release)?;
    test::build_tests()?;
    let mut looks = shell::cargo(["test", "--quiet", "--package", "widget-tests"]);
    looks.args(["--test", "browser", "looks::", "--", "--nocapture"]);
    looks.env("WIDGET_SERVER_BIN", project::server("debug")).env("WIDGET_SCREENSHOTS", &folder);
    if let Some(states) = &options.only {
        looks.env("WIDGET_STATES", states);
    }
    shell::run(&mut looks)?;
    let pictures = pictures(&folder)?;
    let index = folder.join("index.html");
    std::fs::write(&index, page(&pictures))?;
    println!("{} pictures; look through them at {}", pictures.len(), index.display());
    Ok(())
}

/// The names of all pictures in the folder, sorted: by state, then by size, scheme and side.
fn pictures(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in folder.read_dir().with_context(|| folder.display().to_string())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".png") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// A page with a row for each state.
fn page(pictures: &[String]) -> String {
    let mut states: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for name in pictures {
        let stem = name.trim_end_matches(".png");
        let sizes = stem.find("-desktop-").or_else(|| stem.find("-phone-"));
        let (state, look) = stem.split_at(sizes.unwrap_or(stem.len()));
        states.entry(state).or_default().push((name, look.trim_start_matches('-')));
    }
    let mut page = HEAD.to_owned();
    for (state, looks) in states {
        let _ = write!(page, "<h2>{state}</h2>\n<div>\n");
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
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; background: #777; color: #fff }
  div { display: flex; gap: 1rem; overflow-x: auto }
  figure { margin: 0 } img { height: 26rem; display: block }
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
        assert_eq!(page.matches("<h2>01-closed</h2>").count(), 1);
        assert!(page.contains("<figcaption>phone-light-rtl</figcaption>"), "{page}");
    }
}
