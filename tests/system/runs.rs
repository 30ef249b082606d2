use std::{env, fmt};

use proptest::{
    strategy::{BoxedStrategy, Strategy},
    test_runner::{Config, RngSeed},
};

use crate::oracle::{
    Call,
    script::{connection_script, script},
};

/// Calls in a row. They are shown one on a line.
#[derive(Clone)]
pub struct Script(pub Vec<Call>);

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Call { account, region, now, fresh, operation, input } in &self.0 {
            write!(f, "\n  {now} {account} {region} {fresh} {operation} {input}")?;
        }
        Ok(())
    }
}

/// The shortest script that is left of a failing one when calls that do not matter are taken out.
pub fn shortest(script: &Script, fails: impl Fn(&[Call]) -> bool) -> Script {
    let mut calls = script.0.clone();
    let mut place = calls.len();
    while place > 0 {
        place -= 1;
        let call = calls.remove(place);
        if !fails(&calls) {
            calls.insert(place, call);
        }
    }
    Script(calls)
}

/// Random scripts of operations on connections and their tags, of up to so many calls.
pub fn connection_scripts(longest: usize) -> BoxedStrategy<Script> {
    connection_script(longest).prop_map(Script).boxed()
}

/// Random scripts of all operations, of up to so many calls.
pub fn scripts(longest: usize) -> BoxedStrategy<Script> {
    script(longest).prop_map(Script).boxed()
}

/// So many scripts, and the same ones each time. `ORACLE_CASES` multiplies their number, `ORACLE_SEED` gives others.
pub fn config(cases: u32, seed: u64) -> Config {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u32>().unwrap_or_else(|_| panic!("{name}={text}")));
    Config {
        cases: cases * number("ORACLE_CASES").unwrap_or(1),
        rng_seed: RngSeed::Fixed(seed + (u64::from(number("ORACLE_SEED").unwrap_or(0)) << 32)),
        failure_persistence: None,
        max_shrink_iters: 100_000,
        ..Config::default()
    }
}
