//! The browser module: WebAssembly and the JavaScript that goes with it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::{Mode, names, scripts};
use crate::{project, shell};

/// The two halves of the module.
#[derive(Clone, Debug)]
pub(super) struct Module {
    pub(super) glue: String,
    pub(super) wasm: Vec<u8>,
}

/// What stable Rust enables for this target (1.95), which every browser since Safari 16.4 has.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Rust's default of 1 MiB would make each page's memory 1.1 MiB instead of 0.2.
const STACK_BYTES: usize = 128 << 10;

/// Loads the module as a browser would, short of calling it.
const CHECK: &str = "import(process.argv[1]).then(async ({ initSync }) => {
    const wasm = await (await import('node:fs/promises')).readFile(process.argv[2]);
    initSync({ module: new WebAssembly.Module(wasm) });
});";

/// Compiles `widget-wasm`; returns the path of the result.
pub(super) fn compile(mode: Mode) -> Result<PathBuf> {
    let profile = match mode {
        Mode::Dev => "dev",
        Mode::Release => "wasm",
    };
    // One crate type only: beside an rlib, cargo links a cdylib without LTO (10 % larger).
    let mut build = shell::cargo(["rustc", "--package", "widget-wasm", "--lib"]);
    build.args(["--crate-type", "cdylib", "--target", "wasm32-unknown-unknown"]);
    build.args(["--profile", profile, "--", &format!("-Clink-arg=-zstack-size={STACK_BYTES}")]);
    shell::run(&mut build)?;
    let folder = if mode == Mode::Dev { "debug" } else { profile };
    Ok(project::target().join("wasm32-unknown-unknown").join(folder).join("widget_wasm.wasm"))
}

/// Writes the JavaScript half, with the library of wasm-bindgen's own version.
pub(super) fn bind(compiled: &Path, mode: Mode) -> Result<Module> {
    let names = mode == Mode::Dev;
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name("widget")
        .web(true)?
        .typescript(false)
        .debug(names)
        .keep_debug(names)
        .remove_name_section(!names)
        .remove_producers_section(!names)
        .generate_output()?;
    let inline = output.snippets().values().any(|snippets| !snippets.is_empty());
    if inline || !output.local_modules().is_empty() {
        bail!("inline JavaScript of a crate would need a file of its own; put it into www/");
    }
    Ok(Module { glue: output.js().to_owned(), wasm: output.wasm_mut().emit_wasm() })
}

/// Optimises both halves for size, gives what they exchange short names, and loads the result.
pub(super) fn shrink(module: Module, mode: Mode) -> Result<Module> {
    let folder = project::target().join("web");
    std::fs::create_dir_all(&folder)?;
    let module = match mode {
        Mode::Dev => module,
        Mode::Release => optimise(&module, &folder)?,
    };
    let (glue, wasm) = (folder.join("widget.mjs"), folder.join("widget.wasm"));
    std::fs::write(&glue, &module.glue)?;
    std::fs::write(&wasm, &module.wasm)?;
    let mut check = shell::at_root("node", ["--eval", CHECK]);
    shell::read(check.arg(&glue).arg(&wasm)).context("the module does not load")?;
    Ok(module)
}

fn optimise(module: &Module, folder: &Path) -> Result<Module> {
    let (large, small) = (folder.join("large.wasm"), folder.join("small.wasm"));
    std::fs::write(&large, &module.wasm)?;
    let tool = project::path("www/node_modules/binaryen/bin/wasm-opt");
    let mut shrink = shell::at_root("node", [tool]);
    shrink.arg(&large).arg("-o").arg(&small).args(FEATURES).args([
        "-Oz",
        "--strip-producers",
        "--strip-target-features",
        "--minify-imports-and-exports-and-modules",
    ]);
    let renamed = names::Renamed::read(&shell::read(&mut shrink)?)?;
    let glue = scripts::minified_module(&renamed.apply(&module.glue)?)?;
    Ok(Module { glue, wasm: std::fs::read(small)? })
}
