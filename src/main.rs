//! The program `constat`: parses the command line, calls the library, prints the error, sets the
//! exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    constat::cli::main()
}
