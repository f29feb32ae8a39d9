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
