//! `cargo xtask web`: from `widget-wasm` and `www/` to the files the server gives to browsers.
//!
//! Names that end in a hash never change their content, so browsers keep them for ever; the
//! manifest tells the server their names of this build. Each file has its compressed twins, so
//! that the server compresses nothing while it answers.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Args;

use crate::clock::Steps;
use crate::npm;
use assets::Assets;
use module::{CHAT, SHEET};

pub(crate) use assets::manifest;
pub(crate) use scripts::BOOT;
pub(crate) use setup::wasm_target;

mod assets;
mod glue;
mod inputs;
mod languages;
mod messages;
mod module;
mod names;
mod package;
mod scripts;
mod setup;
mod useless;

#[derive(Args)]
pub(crate) struct Options {
    /// Builds quickly: unoptimised, readable, with panic messages; too large to ship
    #[arg(long)]
    dev: bool,
}

/// What the build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For a person who works on the browser side.
    Dev,
    /// For visitors: every byte counts.
    Release,
}

/// The command.
pub(crate) fn web(options: &Options) -> Result<()> {
    build(if options.dev { Mode::Dev } else { Mode::Release })
}

/// Builds the browser's files, unless they are up to date.
pub(crate) fn build(mode: Mode) -> Result<()> {
    let inputs = inputs::fingerprint(mode)?;
    if assets::are_of(&inputs) {
        eprintln!("the browser's files are up to date");
        return Ok(());
    }
    rebuild(mode, &inputs)
}

/// Makes the npm package of what was built for visitors; returns its folder.
pub(crate) fn package() -> Result<PathBuf> {
    build(Mode::Release)?;
    if !package::has_its_parts() {
        rebuild(Mode::Release, &inputs::fingerprint(Mode::Release)?)?;
    }
    package::build()
}

fn rebuild(mode: Mode, inputs: &str) -> Result<()> {
    eprintln!("building the browser's files (the first time takes a minute or two)");
    let begin = Instant::now();
    let mut steps = Steps::new(5);
    package::forget();
    steps.step("set up: wasm target and npm packages", || {
        setup::wasm_target()?;
        npm::ensure("www")
    })?;
    let mut assets = Assets::default();
    let sheet = steps.step("compile, shrink and load the sheet", || {
        Ok(assets.module(SHEET, SHEET.build(&[], mode)?))
    })?;
    steps.step("compile, shrink and load the chat", || {
        let languages = languages::gather(&mut assets)?;
        let known = [
            ("SHEET", sheet.as_str()),
            ("LANGUAGES", languages.tags.as_str()),
            ("WORDS", languages.rest.as_str()),
        ];
        assets.module(CHAT, CHAT.build(&known, mode)?);
        Ok(())
    })?;
    steps.step("gather scripts, styles and pages", || scripts::gather(&mut assets, mode))?;
    steps.step("compress and write", || assets.write(inputs, mode))?;
    package::remember(inputs)?;
    eprintln!("the browser's files are built ({:.0} s)", begin.elapsed().as_secs_f64());
    Ok(())
}
