//! Tells the program which rskafka it is built with: Cargo.lock knows, and the library has no constant for it.

use std::{env, fs, path::PathBuf};

fn main() {
    let manifest_dir = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let lock = fs::read_to_string(manifest_dir.join("Cargo.lock")).expect("Cargo.lock");
    let version = lock
        .split("[[package]]")
        .find(|package| package.contains("name = \"rskafka\"\n"))
        .and_then(|package| package.lines().find_map(|line| line.strip_prefix("version = ")))
        .expect("rskafka in Cargo.lock");
    println!("cargo::rustc-env=RSKAFKA_VERSION={}", version.trim_matches('"'));
    println!("cargo::rerun-if-changed=Cargo.lock");
}
