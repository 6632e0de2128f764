//! npm: our own package, and those of the folders that have a lock file.

use anyhow::{Context, Result, bail};

use crate::{project, shell, web};

/// `cargo xtask npm`: packs our own package.
pub(crate) fn npm() -> Result<()> {
    let folder = web::package()?;
    let archives = folder.parent().context("the package lies in a folder")?;
    let mut pack = shell::at_root("npm", ["pack", "--silent", "--pack-destination"]);
    let name = shell::read(pack.arg(archives).current_dir(&folder))?;
    println!("{}", archives.join(name.trim()).display());
    Ok(())
}

/// Installs exactly what the folder's lock file names, unless that is installed.
pub(crate) fn ensure(folder: &str) -> Result<()> {
    let folder_path = project::path(folder);
    let lock = folder_path.join("package-lock.json");
    let wanted = std::fs::read_to_string(&lock).with_context(|| lock.display().to_string())?;
    let stamp = folder_path.join("node_modules/.installed-lock.json");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !shell::found("node") || !shell::found("npm") {
        bail!(
            "{folder} needs Node.js 20 or newer with npm: https://nodejs.org, or \
             `apt-get install nodejs npm`"
        );
    }
    eprintln!("      npm ci in {folder}");
    shell::read(shell::at_root("npm", ["ci"]).current_dir(&folder_path))?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}
