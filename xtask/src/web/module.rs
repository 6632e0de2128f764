//! The browser's modules: for each, WebAssembly and the JavaScript that goes with it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use super::{Mode, glue, names, scripts, useless};
use crate::{project, shell};

/// A crate that becomes a module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    pub(super) package: &'static str,
    /// The manifest's keys for its two halves.
    pub(super) glue: &'static str,
    pub(super) wasm: &'static str,
    /// The first letter of their names.
    pub(super) letter: char,
    /// The function that it is for.
    entry: &'static str,
    /// The script of its crate that has it loaded.
    start: &'static str,
    /// Its style sheet, which stands in its script for `STYLE`.
    style: &'static str,
}

/// The chat.
pub(super) const CHAT: Source = Source {
    package: "widget-wasm",
    glue: "module",
    wasm: "wasm",
    letter: 'w',
    entry: "mount",
    start: "widget-wasm/src/start.js",
    style: "widget-dom/src/style/chat.css",
};

/// What is laid over it, which the chat fetches when it is needed.
pub(super) const SHEET: Source = Source {
    package: "widget-sheet",
    glue: "sheet",
    wasm: "sheet_wasm",
    letter: 's',
    entry: "lay",
    start: "widget-sheet/src/start.js",
    style: "widget-dom/src/style/sheet.css",
};

/// The two halves of a module.
#[derive(Clone, Debug)]
pub(super) struct Module {
    pub(super) glue: String,
    pub(super) wasm: Vec<u8>,
}

/// What stands in a script for a text that the build knows: `("SHEET", "s-1f2e")`.
pub(super) type Known<'a> = (&'static str, &'a str);

/// What stable Rust enables for this target (1.95), which every browser since Safari 16.4 has.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What makes the result smallest: 2 % less than `-Oz` alone. (`--low-memory-unused`: the first
/// kilobyte is the far end of the stack, which nothing points to.)
const PASSES: [&str; 15] = [
    "--always-inline-max-function-size=4",
    "--one-caller-inline-max-function-size=100",
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Oz",
    "--optimize-added-constants-propagate",
    "--monomorphize",
    "-Oz",
    "-Oz",
    "-Oz",
    "--reorder-functions-by-name",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Rust's default of 1 MiB would make each page's memory 1.1 MiB instead of 0.2.
const STACK_BYTES: usize = 128 << 10;

/// What a call may cost more inside than outside. At `opt-level = "z"` it is 5, which makes the
/// result 1 % larger.
const INLINE_BELOW: i32 = 0;

/// Loads the module as a browser would. The chat is then called with nothing to stand in, which it
/// refuses without a word.
const CHECK: &str = "globalThis.CSSStyleSheet = class { replaceSync() {} };
import(process.argv[1]).then(async (module) => {
    const wasm = await (await import('node:fs/promises')).readFile(process.argv[2]);
    const response = new Response(wasm);
    await module.default(Object.assign(response, { wasm: response, guard: () => () => {} })).catch((error) => {
        if (error) throw error;
    });
});";

impl Source {
    /// Compiles the crate and makes of it what browsers load.
    pub(super) fn build(self, known: &[Known<'_>], mode: Mode) -> Result<Module> {
        let compiled = self.compile(mode)?;
        let folder = self.folder();
        let module = bind(&compiled, &folder, mode)?;
        let style = std::fs::read_to_string(project::path(self.style))?;
        let style = scripts::minified(&style, "css", mode).context(self.style)?;
        let known = [known, &[("STYLE", style.trim())]].concat();
        let module = self.shrink(&module, &folder, &known, mode)?;
        check(&module, &folder)?;
        Ok(module)
    }

    /// Where the steps of its build are kept.
    fn folder(self) -> PathBuf {
        project::target().join("web").join(self.package)
    }

    /// The JavaScript half as the npm package has it.
    pub(super) fn packed(self) -> PathBuf {
        self.folder().join("packed.js")
    }

    /// Compiles the crate; returns the path of the result.
    fn compile(self, mode: Mode) -> Result<PathBuf> {
        let profile = match mode {
            Mode::Dev => "dev",
            Mode::Release => "wasm",
        };
        // One crate type only: beside an rlib, cargo links a cdylib without LTO (10 % larger).
        let mut build = shell::cargo(["rustc", "--package", self.package, "--lib"]);
        build.args(["--crate-type", "cdylib", "--target", "wasm32-unknown-unknown"]);
        build.args(["--profile", profile, "--", &format!("-Clink-arg=-zstack-size={STACK_BYTES}")]);
        build.arg(format!("-Cllvm-args=-inline-threshold={INLINE_BELOW}"));
        shell::run(&mut build)?;
        let folder = project::target().join("wasm32-unknown-unknown");
        let folder = folder.join(if mode == Mode::Dev { "debug" } else { profile });
        Ok(folder.join(self.package.replace('-', "_")).with_extension("wasm"))
    }

    /// Makes both halves as small as they can be, and one file each.
    fn shrink(
        self,
        module: &Module,
        folder: &Path,
        known: &[Known<'_>],
        mode: Mode,
    ) -> Result<Module> {
        let (wasm, glue) = match mode {
            Mode::Dev => (module.wasm.clone(), module.glue.clone()),
            Mode::Release => optimise(module, folder)?,
        };
        let file = folder.join("glue.js");
        let start = std::fs::read_to_string(project::path(self.start))?;
        std::fs::write(&file, glue::trimmed(&glue, self.entry, &start)?)?;
        std::fs::write(self.packed(), scripts::instances(&file, known)?)?;
        Ok(Module { glue: scripts::bundled_module(&file, known, mode)?, wasm })
    }
}

/// Writes the JavaScript half, with the library of wasm-bindgen's own version. Scripts of the crate
/// itself lie beside it in the folder.
fn bind(compiled: &Path, folder: &Path, mode: Mode) -> Result<Module> {
    let names = mode == Mode::Dev;
    let mut bindgen = Bindgen::new();
    match mode {
        Mode::Dev => bindgen.input_path(compiled).out_name("widget"),
        Mode::Release => bindgen.input_module("widget", useless::removed(compiled)?),
    };
    let mut output = bindgen
        .web(true)?
        // Whoever loads it says where the other half is.
        .omit_default_module_path(true)
        .typescript(false)
        .debug(names)
        .keep_debug(names)
        // What is alike has names that are alike, and lies side by side because of them.
        .remove_name_section(false)
        .remove_producers_section(!names)
        .generate_output()?;
    let inline = output.snippets().values().any(|snippets| !snippets.is_empty());
    ensure!(!inline, "inline JavaScript of a crate: give it a file of its own");
    std::fs::create_dir_all(folder)?;
    for (name, content) in output.local_modules() {
        let path = folder.join("snippets").join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, content)?;
    }
    useless::forget_closures(output.wasm_mut());
    Ok(Module { glue: output.js().to_owned(), wasm: output.wasm_mut().emit_wasm() })
}

/// Optimises the wasm for size and gives what the halves exchange short names.
fn optimise(module: &Module, folder: &Path) -> Result<(Vec<u8>, String)> {
    let (large, small) = (folder.join("large.wasm"), folder.join("small.wasm"));
    std::fs::write(&large, &module.wasm)?;
    let tool = project::path("www/node_modules/binaryen/bin/wasm-opt");
    let mut shrink = shell::at_root("node", [tool]);
    shrink.arg(&large).arg("-o").arg(&small).args(FEATURES).args(PASSES);
    shrink.arg("--minify-imports-and-exports-and-modules");
    let renamed = names::Renamed::read(&shell::read(&mut shrink)?)?;
    Ok((std::fs::read(small)?, renamed.apply(&module.glue)?))
}

/// Loads the result.
fn check(module: &Module, folder: &Path) -> Result<()> {
    let (glue, wasm) = (folder.join("widget.mjs"), folder.join("widget.wasm"));
    std::fs::write(&glue, &module.glue)?;
    std::fs::write(&wasm, &module.wasm)?;
    let mut check = shell::at_root("node", ["--eval", CHECK]);
    shell::read(check.arg(&glue).arg(&wasm)).context("the module does not load")?;
    Ok(())
}
