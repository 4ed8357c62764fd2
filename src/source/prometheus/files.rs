use std::path::Path;

use anyhow::Context;

use super::Secret;

/// Reads a file that settings name: the one place where this source touches the disk.
#[expect(clippy::disallowed_methods, reason = "certificates and secrets are read where the client is built")]
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads a secret, without the white space around it.
pub(super) fn read_secret(path: &Path) -> anyhow::Result<Secret> {
    let text =
        String::from_utf8(read(path)?).ok().with_context(|| format!("{} is not text", path.display()))?;
    match text.trim() {
        "" => anyhow::bail!("{} is empty; expected a secret in it", path.display()),
        secret => Ok(Secret::new(secret)),
    }
}
