//! Embeds the query catalogue and the templates: one file added below `queries/` or
//! `report-templates/` is one entry more, nothing else has to be edited.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    embed(&root.join("queries"), "sql", &out.join("queries.rs"))?;
    embed(&root.join("report-templates"), "", &out.join("report_templates.rs"))?;
    let build = hash(&root, &["src/ingest", "src/schema", "src/analysis/log_template", "src/store"])?;
    println!("cargo::rustc-env=CONSTAT_INGEST_BUILD={build:016x}");
    let build = hash(&root, &["src/engine", "src/analysis", "src/catalog", "src/report/output/data.rs", "Cargo.lock"])?;
    println!("cargo::rustc-env=CONSTAT_ENGINE_BUILD={build:016x}");
    let build = hash(&root, &["src/chart", "assets/fonts", "Cargo.lock"])?;
    println!("cargo::rustc-env=CONSTAT_PICTURE_BUILD={build:016x}");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

/// Writes a Rust expression: the files below a folder, sorted by path, with their text.
fn embed(folder: &Path, extension: &str, target: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.retain(|file| extension.is_empty() || file.extension().is_some_and(|end| end == extension));
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(folder).expect("found below it").to_string_lossy().replace('\\', "/");
        writeln!(code, "    ({name:?}, include_str!({:?})),", file.to_string_lossy()).expect("a string takes all");
    }
    code.push_str("]\n");
    fs::write(target, code)
}

/// A number that changes with the text of these files, or of any file below these folders.
fn hash(root: &Path, folders: &[&str]) -> io::Result<u64> {
    let mut hasher = DefaultHasher::new();
    for folder in folders {
        let mut files = Vec::new();
        let path = root.join(folder);
        if path.is_dir() {
            collect(&path, &mut files)?;
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
        files.sort();
        for file in files {
            fs::read(file)?.hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
