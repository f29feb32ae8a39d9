# The commands that CI runs, by name. Plain cargo: just is a convenience.

# Everything CI checks
check:
    .ci/run

# Tests only
test:
    cargo test --release

# Rewrites what is generated or snapshotted; read the diff
bless:
    INSTA_UPDATE=always TRYCMD=overwrite BLESS=1 cargo test --release --test it

# Documentation of the library, warnings denied
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps

# Licences, advisories and doubled crates (needs cargo-deny)
deny:
    cargo deny check

# Times of the parts: readers, log templates, search for causes and for slices
bench:
    cargo bench --bench ingest --bench log_templates --bench diagnosis --bench localise

# What real programs write, read and counted (root; Debian packages of tests/producers/packages)
producers:
    tests/producers/run.sh "${CARGO_TARGET_DIR:-target}/release/constat"

# How often it is right on a folder of known cases, see docs/accuracy.md
accuracy folder:
    cargo build --release
    bench/accuracy.sh {{folder}} "${CARGO_TARGET_DIR:-target}/release/constat"

# constat beside DuckDB and GoAccess, see docs/benchmarks.md
compare workdir:
    cargo build --profile dist
    bench/ingest.sh "${CARGO_TARGET_DIR:-target}/dist/constat" {{workdir}}
