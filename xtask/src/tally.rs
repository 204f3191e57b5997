//! Steps, one after another or beside each other, and what they counted. A failure does not stop the steps after it; the last line counts.

use crate::workshop::{self, say, shown};
use anyhow::{Context, Result, bail};
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

/// What the runners counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

/// What a step counted, and what went wrong in it.
pub type Outcome = (Counts, Option<anyhow::Error>);

/// A step that can run beside others; it gets the mark that its lines bear.
pub struct Work<'a> {
    name: String,
    run: Box<dyn FnOnce(&str) -> Outcome + Send + 'a>,
}

impl<'a> Work<'a> {
    pub fn new(name: String, run: impl FnOnce(&str) -> Outcome + Send + 'a) -> Work<'a> {
        Work { name, run: Box::new(run) }
    }
}

pub struct Tally {
    begun: Instant,
    total: Counts,
    lines: Vec<String>,
}

impl Tally {
    pub fn start() -> Tally {
        Tally { begun: Instant::now(), total: Counts::default(), lines: Vec::new() }
    }

    pub fn step(&mut self, name: &str, run: impl FnOnce() -> Outcome) {
        let begun = Instant::now();
        say(name);
        let outcome = run();
        self.add(name, outcome, begun, Instant::now());
    }

    /// Rows of steps, the rows beside each other. With more than one row each line of a runner bears the name of its step.
    pub fn beside(&mut self, rows: Vec<Vec<Work<'_>>>) {
        let marked = rows.len() > 1;
        let done: Vec<_> = thread::scope(|scope| {
            let one_after_another = move |row: Vec<Work<'_>>| {
                let run = |Work { name, run }: Work<'_>| {
                    let begun = Instant::now();
                    say(&name);
                    let outcome = run(&if marked { format!("{name:>9} | ") } else { String::new() });
                    (name, outcome, begun, Instant::now())
                };
                row.into_iter().map(run).collect::<Vec<_>>()
            };
            let running: Vec<_> = rows.into_iter().map(|row| scope.spawn(move || one_after_another(row))).collect();
            running.into_iter().map(|row| row.join()).collect()
        });
        for row in done {
            let Ok(row) = row else {
                let panicked = anyhow::anyhow!("the thread that read its output has panicked");
                self.add("tests", one::<()>(Err(panicked)), Instant::now(), Instant::now());
                continue;
            };
            for (name, outcome, begun, ended) in row {
                self.add(&name, outcome, begun, ended);
            }
        }
    }

    fn add(&mut self, name: &str, (counts, trouble): Outcome, begun: Instant, ended: Instant) {
        if let Some(error) = &trouble {
            eprintln!("error: {error:#}");
        }
        self.total = self.total.plus(counts);
        let seconds = (ended - begun).as_secs_f32();
        self.lines.push(format!("{name:>9}  {} passed, {} failed  {seconds:.1} s", counts.passed, counts.failed));
    }

    /// Says all of it; fails if anything did.
    pub fn end(self) -> Result<()> {
        let Tally { begun, total, lines } = self;
        println!("\n{}\n{:.0} s in all", lines.join("\n"), begun.elapsed().as_secs_f32());
        let skipped = if total.skipped > 0 { format!(", {} skipped", total.skipped) } else { String::new() };
        println!("{} passed, {} failed{skipped}", total.passed, total.failed);
        if total.failed > 0 {
            bail!("not everything passed");
        }
        Ok(())
    }
}

/// Each command is one check.
pub fn checks(commands: Vec<Result<Command>>) -> Outcome {
    let mut counts = Counts::default();
    let mut trouble = None;
    for command in commands {
        let (count, error) = one(command.and_then(|mut command| workshop::run(&mut command)));
        counts = counts.plus(count);
        trouble = trouble.or(error);
    }
    (counts, trouble)
}

pub fn one<T>(done: Result<T>) -> Outcome {
    match done {
        Ok(_) => (Counts { passed: 1, ..Counts::default() }, None),
        Err(error) => (Counts { failed: 1, ..Counts::default() }, Some(error)),
    }
}

/// Runs a test runner, shows what it prints, and takes the counts from its own summary lines. A runner that fails
/// without having counted a failure (it did not compile, it crashed), or that ran nothing, is one failure.
/// `mark` stands before each line.
pub fn counted(mark: &str, command: Result<Command>) -> Outcome {
    match command.and_then(|command| read_counts(mark, command)) {
        Ok((counts, None)) if counts.passed + counts.failed > 0 => (counts, None),
        Ok((counts, error)) => {
            let error = error.unwrap_or_else(|| anyhow::anyhow!("no test was run"));
            (Counts { failed: counts.failed.max(1), ..counts }, Some(error))
        }
        Err(error) => (Counts { failed: 1, ..Counts::default() }, Some(error)),
    }
}

fn read_counts(mark: &str, mut command: Command) -> Result<Outcome> {
    let shown = shown(&command);
    say(&shown);
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("'{shown}' could not be started"))?;
    let output = child.stdout.take().context("the runner has no output")?;
    let mut counts = Counts::default();
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let _ = writeln!(io::stdout(), "{mark}{line}");
        counts = counts.plus(summary(&line));
    }
    let status = child.wait()?;
    Ok((counts, (!status.success()).then(|| anyhow::anyhow!("'{shown}' failed ({status})"))))
}

/// A summary line of libtest and of wasm-bindgen-test ("test result: ok. 3 passed; 0 failed; 1 ignored; …") or of
/// node's runner ("ℹ pass 3").
fn summary(line: &str) -> Counts {
    let mut counts = Counts::default();
    if let Some(result) = line.trim().strip_prefix("test result: ") {
        let result = result.split_once(". ").map_or(result, |(_, rest)| rest);
        for part in result.split("; ") {
            match part.split_once(' ').map(|(number, what)| (number.parse().unwrap_or(0), what)) {
                Some((number, "passed")) => counts.passed += number,
                Some((number, "failed")) => counts.failed += number,
                Some((number, "ignored")) => counts.skipped += number,
                _ => {}
            }
        }
    } else if let Some((what, number)) = line.trim().strip_prefix("ℹ ").and_then(|rest| rest.split_once(' ')) {
        let number = number.parse().unwrap_or(0);
        match what {
            "pass" => counts.passed += number,
            "fail" | "cancelled" => counts.failed += number,
            "skipped" | "todo" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

impl Counts {
    fn plus(self, other: Counts) -> Counts {
        Counts {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn summaries_of_the_runners_are_read() {
        let cases = [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s",
                (12, 0, 1),
            ),
            ("test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out", (2, 3, 0)),
            ("test result: ok. 5 passed; 0 failed; 0 ignored; 0 filtered out", (5, 0, 0)),
            ("ℹ pass 7", (7, 0, 0)),
            ("ℹ fail 2", (0, 2, 0)),
            ("ℹ tests 9", (0, 0, 0)),
            ("test note::reads ... ok", (0, 0, 0)),
        ];
        for (line, expected) in cases {
            let counts = summary(line);
            assert_eq!((counts.passed, counts.failed, counts.skipped), expected, "{line}");
        }
    }
}
