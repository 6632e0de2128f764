//! `cargo xtask tidy`: the house rules, as checks over the whole tree.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{project, shell};

mod directions;
mod documents;
mod names;
mod text;

/// One breach of a rule: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Breach(String);

/// A file that git keeps, or would keep.
#[derive(Debug)]
struct File {
    /// Path below the root, with slashes.
    path: String,
    /// Empty where the file is no text.
    text: String,
}

/// Checks every file, prints every breach, and fails when there is one.
pub(crate) fn tidy() -> Result<()> {
    let files = files()?;
    let mut breaches: Vec<Breach> = files.iter().flat_map(of_one_file).collect();
    breaches.extend(documents::breaches(&files));
    for Breach(breach) in &breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => println!("{} files are tidy", files.len()),
        1 => bail!("one house rule is broken"),
        many => bail!("house rules are broken in {many} places"),
    }
    Ok(())
}

fn of_one_file(file: &File) -> Vec<Breach> {
    [names::breaches(&file.path), text::breaches(file), directions::breaches(file)].concat()
}

impl File {
    fn extension(&self) -> &str {
        let extension = Path::new(&self.path).extension();
        extension.and_then(|extension| extension.to_str()).unwrap_or_default()
    }
}

fn files() -> Result<Vec<File>> {
    let listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = shell::read(&mut shell::at_root("git", listing))?;
    let paths = listed.split_terminator('\0').filter(|path| project::path(path).is_file());
    let read = |path: &str| {
        let content = std::fs::read(project::path(path))?;
        let text = String::from_utf8(content).unwrap_or_default();
        Ok(File { path: path.to_owned(), text })
    };
    paths.map(read).collect()
}
