# Compiles the generator of the inputs into $work. Sourced; needs $here and $work.

rustc --edition 2024 -O -o "$work/inputs" "$here/generator/main.rs"
