//! Long runs of `scan --ndjson`: killed at any moment and gone on with, in memory that does not grow.
//! `tests/batch/spark.py` is the recipe for archives larger than a machine; its test is `tests/batch/test_spark.py`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn pack() -> PathBuf {
    std::env::var_os("CHARTSIDE_PACK")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pack/chartside.pack"), PathBuf::from)
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chartside"));
    command.args(["scan", "--ndjson"]).args(arguments).env("CHARTSIDE_PACK", pack());
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).stdin(Stdio::null()).output().expect("the command starts")
}

/// A folder for one test, gone when the test ends well.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("chartside-batch-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("UTF-8").to_string()
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.0.join(name), content).expect("a file");
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One note a line, no two alike, some with a wide character at their end; the text is all that differs with `word`.
fn notes(count: usize, word: &str) -> String {
    let line = |n: usize| match n % 50 {
        7 => "not a note\n".to_string(),
        8 => "\n".to_string(),
        _ => format!(
            "{{\"id\":\"n{n}\",\"text\":\"ASSESSMENT:\\n1. {word}, day {n}.\\n2. Hypertension. Crohn\u{2019}s disease \u{1f600}\"}}\n"
        ),
    };
    (0..count).map(line).collect()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[test]
fn a_run_that_is_killed_goes_on_to_the_same_bytes() {
    let folder = Folder::new("killed");
    let input = folder.file("notes.ndjson", notes(4000, "Pneumonia"));
    let whole = run(&[&input]);
    assert_eq!(whole.status.code(), Some(1), "bad lines are told: {}", told(&whole));

    let out = folder.path("reports.ndjson");
    let written = || std::fs::metadata(&out).map_or(0, |data| data.len()) as usize;
    let mut stopped_inside = 0;
    for kill in 1..=6 {
        let mut child = command(&[&input, "--out", &out, "--resume"]).stderr(Stdio::null()).spawn().expect("starts");
        // At six places, wherever in a line each may fall.
        let enough = whole.stdout.len() * kill / 8;
        while written() < enough && child.try_wait().expect("a state").is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().expect("SIGKILL");
        child.wait().expect("ends");
        let left = std::fs::read(&out).expect("the output");
        assert!(whole.stdout.starts_with(&left), "what is there is whole or the beginning of a line");
        stopped_inside += usize::from(!left.is_empty() && left.len() < whole.stdout.len());
    }
    assert!(stopped_inside >= 3, "killed while it wrote {stopped_inside} times of 6");
    let rest = run(&[&input, "--out", &out, "--resume"]);
    assert_eq!(rest.status.code(), Some(1));
    assert_eq!(told(&rest), told(&whole), "bad lines of all runs are counted");
    assert!(rest.stdout.is_empty());
    assert!(std::fs::read(&out).expect("the output") == whole.stdout, "the bytes of a run that was never stopped");
}

#[test]
fn an_output_cut_anywhere_is_completed_from_several_inputs() {
    let folder = Folder::new("cut");
    let inputs = [folder.file("a.ndjson", notes(9, "Pneumonia")), folder.file("b.ndjson", notes(12, "Asthma"))];
    let whole = run(&[&inputs[0], &inputs[1]]).stdout;
    let ends: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] == b'\n').collect();
    assert_eq!(ends.len(), 19);
    // Nothing, the first byte, around line ends (the eighth is the end of the first input), all but the last byte, all.
    let cuts = [0, 1, ends[0], ends[0] + 1, ends[7], ends[7] + 1, ends[7] + 2, ends[18], ends[18] + 1];
    let out = folder.path("reports.ndjson");
    for cut in cuts {
        for tail in [&b""[..], &[0; 300]] {
            // Zeros may only stand where a power cut leaves them: after a line that is not whole.
            if !tail.is_empty() && cut == whole.len() {
                continue;
            }
            std::fs::write(&out, [&whole[..cut], tail].concat()).expect("a file");
            let output = run(&[&inputs[0], &inputs[1], "--out", &out, "--resume"]);
            assert_eq!(output.status.code(), Some(1), "cut at {cut}: {}", told(&output));
            assert!(std::fs::read(&out).expect("the output") == whole, "cut at {cut}, {} zeros", tail.len());
        }
    }
}

#[test]
fn an_output_of_something_else_is_refused_and_not_touched() {
    let folder = Folder::new("refused");
    let input = folder.file("notes.ndjson", notes(300, "Pneumonia"));
    let whole = run(&[&input]).stdout;
    let half = &whole[..whole.len() / 2];
    let out = folder.path("reports.ndjson");
    let swapped: String = {
        let text = notes(300, "Pneumonia");
        let mut lines: Vec<&str> = text.lines().collect();
        lines.swap(20, 21);
        lines.join("\n")
    };
    let without_one: String = notes(300, "Pneumonia").lines().skip(1).fold(String::new(), |all, l| all + l + "\n");
    let other = folder.file("other.ndjson", notes(300, "Asthma"));
    let swapped = folder.file("swapped.ndjson", swapped);
    let without_one = folder.file("without.ndjson", without_one);
    let short = folder.file("short.ndjson", notes(100, "Pneumonia"));
    let rows: [(&str, &[u8], &[&str]); 8] = [
        ("other texts under the same ids", half, &[&other]),
        ("two notes in the other order", half, &[&swapped]),
        ("a note less", half, &[&without_one]),
        ("fewer notes than reports", &whole, &[&short]),
        ("another setting", half, &[&input, "--setting", "inpatient"]),
        ("another day", half, &[&input, "--date", "2031-01-01"]),
        ("no reports", b"Shopping list\nmilk\n", &[&input]),
        ("no reports and no line end", b"Shopping list", &[&input]),
    ];
    for (what, left, arguments) in rows {
        std::fs::write(&out, left).expect("a file");
        let output = run(&[arguments, &["--out", &out, "--resume"]].concat());
        assert_eq!(output.status.code(), Some(2), "{what}: {}", told(&output));
        assert_eq!(told(&output).lines().count(), 1, "{what}: {}", told(&output));
        assert!(told(&output).contains("Nothing in it was changed"), "{what}: {}", told(&output));
        assert!(std::fs::read(&out).expect("the output") == left, "{what}");
    }

    std::fs::write(&out, half).expect("a file");
    let output = run(&[&input, "--out", &out]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("--resume"), "{}", told(&output));
    assert!(std::fs::read(&out).expect("the output") == half);
}

#[test]
fn two_runs_never_write_one_file() {
    let folder = Folder::new("two");
    let out = folder.path("reports.ndjson");
    let mut first = command(&["--out", &out]).stdin(Stdio::piped()).spawn().expect("starts");
    let opened = (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        Path::new(&out).exists()
    });
    assert!(opened);
    // The file is locked as soon as it is there, or a moment after.
    std::thread::sleep(Duration::from_millis(200));
    let second = run(&["--out", &out, "--resume"]);
    assert_eq!(second.status.code(), Some(2), "{}", told(&second));
    assert!(told(&second).contains("another run"), "{}", told(&second));
    drop(first.stdin.take());
    assert!(first.wait().expect("ends").success());
}

/// The most memory that a run ever held, in KB, as Linux counts it.
#[cfg(target_os = "linux")]
fn peak_of(input: &str) -> u64 {
    let mut child =
        command(&[input, "--jobs", "2"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("a state").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let read = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        peak = peak.max(read.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(peak > 10_000, "a run with a pack takes more than 10 MB");
    peak
}

#[test]
#[cfg(target_os = "linux")]
fn ten_times_the_notes_take_no_more_memory() {
    let folder = Folder::new("memory");
    let few = peak_of(&folder.file("few.ndjson", notes(2_000, "Pneumonia")));
    let many = peak_of(&folder.file("many.ndjson", notes(20_000, "Pneumonia")));
    let ratio = many as f64 / few as f64;
    println!("{few} KB for 2,000 notes, {many} KB for 20,000: {ratio:.3} times");
    assert!(ratio < 1.15, "{few} KB for 2,000 notes, {many} KB for 20,000");
}
