//! The package where it was installed, packed first as it would be published.

use std::path::{Path, PathBuf};
use std::process::Command;

use tokio::sync::OnceCell;
use widget_tests::Program;

/// The project it is installed into.
pub(crate) const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/vite");

/// What `cargo xtask npm` makes.
const BUILT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/npm/agent-widget");

/// The project, with the package installed, and built by Vite. All tests have the same.
pub(crate) async fn project() -> PathBuf {
    static READY: OnceCell<()> = OnceCell::const_new();
    READY.get_or_init(install).await;
    PROJECT.into()
}

/// The installed package.
pub(crate) async fn package() -> PathBuf {
    project().await.join("node_modules/agent-widget")
}

async fn install() {
    let (project, built) = (Path::new(PROJECT), Path::new(BUILT));
    assert!(
        project.join("node_modules/vite").exists() && built.exists(),
        "`cargo xtask npm`, then `npm ci` in {PROJECT}; `cargo xtask test` does both"
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let target = folder.path().to_str().expect("a plain path");
    let packed = run("npm", &["pack", "--silent", "--pack-destination", target], built).await;
    let archive = folder.path().join(packed.trim());
    let archive = archive.to_str().expect("a plain path");
    run("npm", &["install", "--no-save", "--offline", archive], project).await;
    node(&["node_modules/vite/bin/vite.js", "build"], project).await;
}

/// Runs Node in a folder; returns what it said.
pub(crate) async fn node(arguments: &[&str], folder: &Path) -> String {
    run("node", arguments, folder).await
}

async fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let mut command = Command::new(program);
    let output = Program::start(command.args(arguments).current_dir(folder)).finished().await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}:\n{said}{complained}");
    said
}
