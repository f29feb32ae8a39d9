//! The program `constat`: parses the command line, calls the library, prints the error, sets the
//! exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Reading allocates and frees from several threads at once, which the allocator of most systems
/// does slowly (`docs/benchmarks.md`).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    constat::cli::main()
}
