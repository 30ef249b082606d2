#![allow(clippy::all)]
#[cfg(test)]
#[path = "../tests/store_contract.rs"]
mod c;
fn main() {}
