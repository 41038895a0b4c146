//! The scenario of `compat/README.md` in rskafka: `compat-rskafka --bootstrap HOST:PORT --prefix PREFIX CAPABILITY ...`

mod admin;
mod capabilities;
mod consume;
mod errors;
mod produce;
mod records;
mod session;

use std::{
    env,
    io::{self, Write},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{capabilities::Variations, session::Session};

/// Below the minute that the runner gives, so that a hanging capability is told of as one.
const CAPABILITY_BOUND: Duration = Duration::from_secs(50);

struct Arguments {
    bootstrap: String,
    prefix: String,
    capabilities: Vec<String>,
}

impl Arguments {
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut arguments = arguments;
        let (mut bootstrap, mut prefix, mut capabilities) = (None, None, Vec::new());
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bootstrap" => bootstrap = arguments.next(),
                "--prefix" => prefix = arguments.next(),
                option if option.starts_with('-') => bail!("unknown option {option}"),
                _ => capabilities.push(argument),
            }
        }
        Ok(Self {
            bootstrap: bootstrap.context("--bootstrap is needed")?,
            prefix: prefix.context("--prefix is needed")?,
            capabilities,
        })
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse(env::args().skip(1))?;
    print(&json!({"client": "rskafka", "version": env!("RSKAFKA_VERSION")}))?;
    for capability in &arguments.capabilities {
        let outcome = match capabilities::lacks(capability) {
            Some(reason) => json!({"outcome": "lacks", "reason": reason}),
            None => outcome_of(attempt(&arguments, capability).await),
        };
        let mut line = json!({"capability": capability});
        line.as_object_mut()
            .expect("made as an object")
            .extend(outcome.as_object().cloned().unwrap_or_default());
        print(&line)?;
    }
    Ok(())
}

/// Runs one capability on a task of its own, so that a panic in the client fails this one alone.
async fn attempt(arguments: &Arguments, capability: &str) -> Result<Variations> {
    let name = format!("{}-{capability}", arguments.prefix);
    let (bootstrap, capability) = (arguments.bootstrap.clone(), capability.to_owned());
    let task = tokio::spawn(async move {
        let session = Session::open(&bootstrap, name).await?;
        capabilities::run(&capability, &session).await
    });
    let abort = task.abort_handle();
    let Ok(joined) = timeout(CAPABILITY_BOUND, task).await else {
        abort.abort();
        bail!("not done after {CAPABILITY_BOUND:?}")
    };
    joined.map_err(|error| anyhow!("the client panicked: {error}"))?
}

fn outcome_of(result: Result<Variations>) -> Value {
    match result {
        Ok([]) => json!({"outcome": "pass"}),
        Ok(variations) => json!({"outcome": "pass", "variations": variations}),
        Err(error) => {
            eprintln!("{error:#}");
            let reason: String = format!("{error:#}").chars().take(300).collect();
            json!({"outcome": "fail", "reason": reason})
        }
    }
}

/// Flushed at once: a line must be out before the next capability has a chance to hang.
fn print(line: &Value) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}
