//! Scripts, styles and pages of `www/`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Mode;
use super::assets::Assets;
use super::inputs::source_files;
use super::languages;
use super::module::Known;
use crate::{project, shell};

/// What the server replaces by the widget's appearance when it sends the loader.
pub(crate) const BOOT: &str = "__BOOT__";

/// What the chat's scripts import that differs between what is served and what is packed.
const BESIDE: &str = "beside";

/// Scripts that can fetch no words bring theirs with them: a section of each language's file.
const SPEAKING: [(&str, &str); 2] =
    [("www/fallback.js", "stand_in"), ("www/triggers/triggers.js", "teaser")];

/// A script that is fetched when it is needed: its key in the manifest, the folder of its source
/// and the first letter of its name.
struct Chunk {
    key: &'static str,
    source: &'static str,
    letter: char,
}

const CHUNKS: [Chunk; 1] =
    [Chunk { key: "triggers", source: "www/triggers/triggers.js", letter: 't' }];

/// Adds everything of `www/` to the assets: the loader, the chunks, and all else by its own name.
pub(super) fn gather(assets: &mut Assets, mode: Mode) -> Result<()> {
    for file in source_files(&["www"])? {
        let content = std::fs::read(project::path(&file))?;
        let name = file.trim_start_matches("www/");
        let chunk = CHUNKS.iter().find(|chunk| chunk.source == file);
        if name == "loader/loader.js" {
            assets.named("loader.js", loader(&String::from_utf8(content)?, mode)?.into_bytes());
        } else if let Some(Chunk { key, letter, .. }) = chunk {
            assets.hashed(key, *letter, "js", bundle(&file, mode)?.into_bytes());
        } else if is_public(name) {
            assets.named(name, lighter(&file, content, mode)?);
        }
    }
    Ok(())
}

/// Whether a file of `www/` is given to browsers as it is, under its own path.
fn is_public(name: &str) -> bool {
    let own =
        |chunk: &Chunk| Path::new(chunk.source).parent() == Path::new("www").join(name).parent();
    let tool = matches!(name, ".npmrc" | "package.json" | "package-lock.json");
    let source = name.starts_with("loader/") || name.starts_with("languages/");
    !tool && !source && !name.ends_with(".md") && !CHUNKS.iter().any(own)
}

fn loader(source: &str, mode: Mode) -> Result<String> {
    // In two steps: what is left out would count where names are chosen by how often they are used.
    let mut fold = esbuild(Mode::Dev);
    fold.args(["--loader=js", "--define:PACKED=false", "--minify-syntax"]);
    let served = shell::filter(&mut fold, source).context("loader.js")?;
    let loader = minified(&served, "js", mode)?;
    ensure!(
        loader.matches(BOOT).count() == 1,
        "the loader must name {BOOT} exactly once, also when it is minified"
    );
    Ok(loader)
}

/// The loader as a module, for the npm package: a function of the boot and of what is fetched.
pub(super) fn packed_loader() -> Result<String> {
    let source = std::fs::read_to_string(project::path("www/loader/loader.js"))?;
    let whole = format!("export default ({BOOT}, FILES) => {{\n{source}}};\n");
    let mut esbuild = esbuild(Mode::Release);
    shell::filter(esbuild.args(["--loader=js", "--format=esm", "--define:PACKED=true"]), &whole)
        .context("loader.js for the npm package")
}

/// A script with all it imports, as one module.
pub(super) fn bundle(source: &str, mode: Mode) -> Result<String> {
    let mut esbuild = esbuild(mode);
    tell(&mut esbuild, source)?;
    shell::read(esbuild.args([source, "--bundle", "--format=esm", "--log-level=warning"]))
}

/// A file of its own name, minified where it is a script or a style sheet.
fn lighter(file: &str, content: Vec<u8>, mode: Mode) -> Result<Vec<u8>> {
    let kind = match Path::new(file).extension().and_then(|extension| extension.to_str()) {
        Some("css") => "css",
        Some("js" | "mjs") => "js",
        _ => return Ok(content),
    };
    let source = String::from_utf8(content)?;
    let mut esbuild = esbuild(mode);
    tell(&mut esbuild, file)?;
    let lighter = shell::filter(esbuild.arg(format!("--loader={kind}")), &source);
    Ok(lighter.with_context(|| file.to_owned())?.into_bytes())
}

/// Tells a script what it cannot fetch.
fn tell(esbuild: &mut Command, file: &str) -> Result<()> {
    if let Some((_, section)) = SPEAKING.iter().find(|(source, _)| *source == file) {
        esbuild.arg(format!("--define:SENTENCES={}", languages::section(section)?));
    }
    Ok(())
}

/// The source in fewer bytes; `kind` is `js` (a script, whose global names stay) or `css`.
pub(super) fn minified(source: &str, kind: &str, mode: Mode) -> Result<String> {
    shell::filter(esbuild(mode).arg(format!("--loader={kind}")), source)
}

/// The glue of a module with the scripts of its crate, as one ES module.
pub(super) fn bundled_module(glue: &Path, known: &[Known<'_>], mode: Mode) -> Result<String> {
    let mut esbuild = esbuild(mode);
    esbuild.arg(glue).args(["--bundle", "--format=esm", "--log-level=warning"]);
    esbuild.arg(format!("--alias:{BESIDE}=./widget-wasm/src/beside.js"));
    define(&mut esbuild, known);
    shell::read(&mut esbuild)
}

/// The same as a module of one function, for the npm package: each call makes an instance, as each
/// fragment of its address does where browsers fetch it.
pub(super) fn instances(glue: &Path, known: &[Known<'_>]) -> Result<String> {
    let mut bundle = esbuild(Mode::Release);
    bundle.arg(glue).args(["--bundle", "--format=cjs", "--log-level=warning"]);
    bundle.arg(format!("--external:{BESIDE}"));
    define(&mut bundle, known);
    let once = shell::read(&mut bundle)?;
    let function = format!(
        "import * as {BESIDE} from './{BESIDE}.js';
         export default () => {{
             const module = {{}}, require = () => {BESIDE};
             {once}
             return module.exports;
         }};"
    );
    shell::filter(esbuild(Mode::Release).args(["--loader=js", "--format=esm"]), &function)
}

fn define(esbuild: &mut Command, known: &[Known<'_>]) {
    for (name, text) in known {
        esbuild.arg(format!("--define:{name}={}", serde_json::json!(text)));
    }
}

/// esbuild (terser saves 1 % more on glue and loader: not worth a second tool).
fn esbuild(mode: Mode) -> Command {
    let tool = project::path("www/node_modules/esbuild/bin/esbuild");
    let mut esbuild = shell::at_root("node", [tool]);
    esbuild.arg("--target=es2022");
    if mode == Mode::Release {
        esbuild.args(["--minify", "--legal-comments=none"]);
    }
    esbuild
}
