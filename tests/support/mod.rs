//! What the command-line tests share: the program, shielded from the settings of whoever runs the
//! tests, and knowledge folders that live as long as a test.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// The program as a plain command, to be spawned.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relations-bot"));
    let own = std::env::vars_os().map(|(name, _)| name);
    for name in own.filter(|name| name.to_string_lossy().starts_with("RELATIONS_BOT")) {
        command.env_remove(name);
    }
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "RUST_LOG"] {
        command.env_remove(name);
    }
    command.env("COLUMNS", "80");
    for key in ["KNOWLEDGE__CACHE", "MODERATION__DATABASE"] {
        command.env(format!("RELATIONS_BOT__{key}"), "off");
    }
    command
}

/// The program, to be run to its end.
pub fn bot() -> assert_cmd::Command {
    assert_cmd::Command::from_std(program())
}

/// A folder with those files, by their paths in it.
pub fn folder<T: AsRef<[u8]>>(files: &[(&str, T)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}
