//! `cargo xtask size`: what a visitor downloads, against what it may weigh.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::project;
use crate::web::{self, BOOT, Mode};

#[derive(Args)]
pub(crate) struct Options {
    /// Prints the table for README.md
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// Something a visitor downloads in one go.
struct Parcel {
    name: &'static str,
    /// Bytes of brotli that it may weigh, and the reason is in ARCHITECTURE.md.
    budget: usize,
    /// Bytes of brotli that it should weigh.
    aim: usize,
    weight: Weight,
}

/// What a visitor who is shown a form, a file or the menu may download for it, in bytes of brotli:
/// less than the chat, and on a phone's 4G (1.6 Mbit/s) two tenths of a second.
const SHEET_BUDGET: usize = 35_000;

/// Sizes in bytes: as it is, and compressed file by file as it is sent.
#[derive(Clone, Copy, Default)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Builds what is out of date, prints the table, and fails when something is too heavy.
pub(crate) fn size(options: &Options) -> Result<()> {
    web::build(Mode::Release)?;
    let parcels = parcels()?;
    print!("{}", if options.markdown { markdown(&parcels) } else { plain(&parcels) });
    let heavy: Vec<_> = parcels.iter().filter(|p| p.weight.brotli > p.budget).collect();
    if !heavy.is_empty() {
        let names: Vec<_> = heavy.iter().map(|parcel| parcel.name).collect();
        bail!("over budget: {}", names.join(", "));
    }
    Ok(())
}

fn parcels() -> Result<Vec<Parcel>> {
    let manifest = web::manifest()?;
    let file = |key: &str| -> Result<Vec<u8>> {
        let name = manifest[key].as_str().with_context(|| format!("no {key} in the manifest"))?;
        Ok(std::fs::read(project::assets().join(name))?)
    };
    let loader = String::from_utf8(file("loader")?)?;
    let loader = loader.replace(BOOT, &boot(&manifest)?.to_string());
    let both = |glue: &str, wasm: &str| -> Result<Weight> {
        Ok(Weight::of(&file(glue)?)?.and(Weight::of(&file(wasm)?)?))
    };
    Ok(vec![
        Parcel {
            name: "loader with its configuration (all that is loaded before a visitor acts)",
            budget: 2_000,
            aim: 2_000,
            weight: Weight::of(loader.as_bytes())?,
        },
        Parcel {
            name: "module, glue and style (loaded when the chat is opened)",
            budget: 45_000,
            aim: 35_000,
            weight: both("module", "wasm")?,
        },
        Parcel {
            name: "forms, menu and files, fetched when one is shown",
            budget: SHEET_BUDGET,
            aim: SHEET_BUDGET,
            weight: both("sheet", "sheet_wasm")?,
        },
    ])
}

/// What the server writes into the loader of a typical widget; a test of the server holds it to
/// that.
fn boot(manifest: &Value) -> Result<Value> {
    let typical = project::path("widget-server/src/widgets/boot/typical.json");
    let mut boot: Value = serde_json::from_slice(&std::fs::read(typical)?)?;
    let module = manifest["module"].as_str().and_then(|name| name.strip_suffix(".js"));
    boot["module"] = module.context("no module in the manifest")?.into();
    Ok(boot)
}

impl Weight {
    fn of(content: &[u8]) -> Result<Self> {
        let (gzip, brotli) = (gzip(content)?.len(), brotli(content, 11).len());
        Ok(Self { raw: content.len(), gzip, brotli })
    }

    fn and(self, other: Self) -> Self {
        Self {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }
}

fn plain(parcels: &[Parcel]) -> String {
    let mut table = format!("{:>8} {:>8} {:>8} {:>8}\n", "raw", "gzip", "brotli", "budget");
    for Parcel { name, budget, aim, weight } in parcels {
        let Weight { raw, gzip, brotli } = weight;
        let verdict = match brotli {
            brotli if brotli > budget => "TOO HEAVY",
            brotli if brotli > aim => "above the aim",
            _ => "good",
        };
        let _ = writeln!(table, "{raw:>8} {gzip:>8} {brotli:>8} {budget:>8}  {name}: {verdict}");
    }
    table
}

fn markdown(parcels: &[Parcel]) -> String {
    let mut table = "| what | raw | gzip | brotli | budget |\n|---|--:|--:|--:|--:|\n".to_owned();
    for Parcel { name, budget, weight, .. } in parcels {
        let [raw, gzip, brotli, budget] =
            [weight.raw, weight.gzip, weight.brotli, *budget].map(kilobytes);
        let _ = writeln!(table, "| {name} | {raw} | {gzip} | **{brotli}** | {budget} |");
    }
    table
}

/// `1.2 KB` of 1,000 bytes.
fn kilobytes(bytes: usize) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}

/// What gzip makes of it at its best.
pub(crate) fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// What brotli makes of it at this quality, with its usual window of 4 MB.
pub(crate) fn brotli(content: &[u8], quality: u32) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut packed, 4096, quality, 22);
    encoder.write_all(content).expect("a vector takes everything");
    drop(encoder);
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_over_its_budget_is_named() {
        let weight = Weight { raw: 9_000, gzip: 3_000, brotli: 2_001 };
        let parcel = Parcel { name: "loader", budget: 2_000, aim: 1_500, weight };
        assert!(plain(&[parcel]).contains("loader: TOO HEAVY"));
    }

    #[test]
    fn compressed_content_is_smaller_than_its_source() {
        let content = "the same words, the same words, the same words".repeat(20);
        let weight = Weight::of(content.as_bytes()).unwrap();
        assert!(weight.brotli < weight.gzip && weight.gzip < weight.raw);
    }
}
