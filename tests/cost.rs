//! What a scan costs, held by figures that a busy machine does not change: how often it asks for memory, how its time
//! stands to a bare `aho-corasick` pass over the same text in the same run, how both grow with the note, and the bytes
//! of the pack. Absolute times are for `cargo xtask bench`.
//!
//! Each gate is also held against a planted fault, which it has to catch.

use aho_corasick::{AhoCorasick, MatchKind};
use chartside::{Assistant, Note, Setting};
use flate2::{Compression, write::ZlibEncoder};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

mod pack;

/// For each KB of a note a scan may ask for memory so many times; it was 1,671 when this was written.
const MOST_ALLOCATIONS_A_KB: f64 = 2_000.0;
/// A scan may take so many times as long as a bare pass of an automaton over the same text; it was 105 when this was
/// last set, as tests are compiled.
const MOST_OVER_FLOOR: f64 = 220.0;
/// Of a note ten times as long it may take so many times as much.
const MOST_FOR_TEN: f64 = 15.0;
/// The pack as it is, and compressed as it is in the package.
const MOST_PACK: usize = 12_000_000;
const MOST_PACKED: usize = 3_600_000;

struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ASSISTANT: LazyLock<Assistant> = LazyLock::new(|| Assistant::open(&pack::bytes()).expect("the pack opens"));

/// Those who take time go one after another.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A note of our own of so many bytes: those of `tests/notes`, one after another.
fn note(bytes: usize) -> Note {
    static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/notes");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).expect("there are notes").map(|f| f.unwrap().path()).collect();
        files.retain(|f| f.extension().is_some_and(|e| e == "note"));
        files.sort();
        let text = |file| {
            let whole = std::fs::read_to_string(file).ok()?;
            Some(whole.split_once("--- note\n")?.1.split_once("\n--- expect")?.0.to_owned())
        };
        files.iter().filter_map(text).collect()
    });
    let mut text = String::new();
    for part in TEXTS.iter().cycle() {
        if text.len() >= bytes {
            break;
        }
        text.push_str(part);
        text.push_str("\n\n");
    }
    text.truncate((0..=bytes).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0));
    Note { id: "cost".to_owned(), text, setting: Setting::Inpatient, date: None }
}

fn scan(note: &Note) {
    black_box(ASSISTANT.scan(note));
}

/// How often it asks for memory, the second time, when what is made once is made.
fn allocations(note: &Note, work: impl Fn(&Note)) -> f64 {
    work(note);
    let before = ASKED.get();
    work(note);
    (ASKED.get() - before) as f64
}

/// The time of this thread on a processor, in nanoseconds: what else runs on the machine is no part of it.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn clock() -> f64 {
    #[repr(C)]
    struct Time {
        seconds: i64,
        nanoseconds: i64,
    }
    unsafe extern "C" {
        fn clock_gettime(clock: i32, time: *mut Time) -> i32;
    }
    const OF_THREAD: i32 = 3;
    let mut time = Time { seconds: 0, nanoseconds: 0 };
    // SAFETY: the C library that `std` is linked to writes one such time there.
    let failed = unsafe { clock_gettime(OF_THREAD, &raw mut time) };
    assert_eq!(failed, 0, "every Linux has this clock");
    time.seconds as f64 * 1e9 + time.nanoseconds as f64
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn clock() -> f64 {
    static BEGUN: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    BEGUN.elapsed().as_nanos() as f64
}

/// The least of a few times, in nanoseconds: what the machine does besides only adds.
fn least(times: usize, work: impl Fn()) -> f64 {
    let one = || {
        let start = clock();
        work();
        clock() - start
    };
    (0..times).map(|_| one()).fold(f64::INFINITY, f64::min)
}

fn held(what: &str, measured: f64, most: f64) -> Result<(), String> {
    println!("{what}: {measured:.1}, at most {most}");
    if measured <= most { Ok(()) } else { Err(format!("{what}: {measured:.1} is more than {most}")) }
}

fn memory_gate(work: impl Fn(&Note)) -> Result<(), String> {
    let note = note(13_000);
    held("allocations for each KB of a note", allocations(&note, work) / 13.0, MOST_ALLOCATIONS_A_KB)
}

fn floor_gate(work: impl Fn(&Note)) -> Result<(), String> {
    let (titles, strings) = (ASSISTANT.titles(), ASSISTANT.strings());
    let mut terms: Vec<&str> = titles.all().map(|(row, ..)| titles.text(row, strings)).collect();
    terms.sort_unstable();
    terms.dedup();
    let floor = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(terms)
        .expect("an automaton can be made");
    // As long as a scan, so that what disturbs one disturbs the other.
    const PASSES: usize = 200;
    let note = note(13_000);
    work(&note);
    // In turns, so that a busy moment meets both.
    let (mut whole, mut bare) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..8 {
        whole = whole.min(least(1, || work(&note)));
        bare = bare.min(least(1, || {
            for _ in 0..PASSES {
                black_box(floor.find_iter(&note.text).count());
            }
        }));
    }
    let bare = bare / PASSES as f64;
    held("time of a scan over that of a bare pass", whole / bare, MOST_OVER_FLOOR)
}

fn growth_gate(sizes: [usize; 2], work: impl Fn(&Note)) -> Result<(), String> {
    let [short, long] = sizes.map(note);
    let grown = allocations(&long, &work) / allocations(&short, &work).max(1.0);
    held("allocations of a note ten times as long", grown, MOST_FOR_TEN)?;
    let (mut of_short, mut of_long) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..3 {
        of_short = of_short.min(least(3, || work(&short)));
        of_long = of_long.min(least(1, || work(&long)));
    }
    held("time of a note ten times as long", of_long / of_short, MOST_FOR_TEN)
}

fn size_gate(pack: &[u8]) -> Result<(), String> {
    held("bytes of the pack", pack.len() as f64, MOST_PACK as f64)?;
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(pack).expect("memory can be written to");
    held("bytes of the pack, compressed", packed.finish().expect("it ends").len() as f64, MOST_PACKED as f64)
}

#[test]
fn a_scan_asks_for_little_memory() {
    memory_gate(scan).unwrap();
}

#[test]
fn a_scan_stays_near_a_bare_pass() {
    let _alone = alone();
    floor_gate(scan).unwrap();
}

#[test]
fn the_cost_grows_as_the_note_does() {
    let _alone = alone();
    growth_gate([100_000, 1_000_000], scan).unwrap();
}

#[test]
fn the_pack_is_small() {
    size_gate(&pack::bytes()).unwrap();
}

#[test]
fn planted_faults_are_caught() {
    let _alone = alone();
    // A copy of each word for each of four rules.
    let wasteful = |note: &Note| {
        scan(note);
        (0..4).for_each(|_| drop(black_box(note.text.split(' ').map(str::to_owned).collect::<Vec<_>>())));
    };
    assert!(memory_gate(wasteful).is_err());
    // Everything done four times.
    assert!(floor_gate(|note| (0..4).for_each(|_| scan(note))).is_err());
    // Each word compared with all.
    let quadratic = |note: &Note| {
        let words: Vec<&[u8]> = note.text.as_bytes().chunks(8).collect();
        let same = |a: &&[u8]| words.iter().filter(|b| a == *b).count();
        black_box(words.iter().map(same).sum::<usize>());
    };
    assert!(growth_gate([4_000, 40_000], quadratic).is_err());
    let mut noise = 1u32;
    let heavier: Vec<u8> = pack::bytes()
        .into_iter()
        .chain(std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        }))
        .take(MOST_PACK - 1)
        .collect();
    assert!(size_gate(&heavier).is_err());
}
