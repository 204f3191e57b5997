"""The last part of `cargo xtask bench`: table.md and plot.svg out of what the others measured."""

import json
import os
import platform
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "chartside"
matplotlib.rcParams["font.family"] = "DejaVu Sans"
import matplotlib.pyplot as plt

folder = Path(sys.argv[1])
native, wasm, peers, site = (
    json.loads((folder / f"{name}.json").read_text()) for name in ("native", "wasm", "peers", "site")
)
SIZES = [size["size"] for size in native["sizes"]]
bytes_of = {size["size"]: size["bytes"] for size in native["sizes"]}


def by_size(rows, key="ms"):
    return {row["size"]: row[key] for row in rows if key in row}


ENGINES = [
    ("bare aho-corasick, native", by_size(native["sizes"], "floor_ms"), "the terms, nothing else: the floor"),
    ("Chartside, native", by_size(native["sizes"]), "all of it"),
    ("Chartside, wasm in Chromium", by_size(wasm["sizes"]), "all of it"),
    ("Chartside, wasm, without CDI rules", by_size(wasm["sizes"], "ms_without_rules"), "codes only"),
]
DO = {
    "medspaCy": "terms, sentences, sections, context",
    "spaCy PhraseMatcher": "tokens and terms",
    "FlashText": "terms",
    "pyahocorasick": "terms",
}
for engine in peers["engines"]:
    ENGINES.append((f"{engine['name']} {engine['version']}", by_size(engine["sizes"]), DO[engine["name"]]))



def figure(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cell(ms):
    return "" if ms is None else f"{figure(ms['p50'])} / {figure(ms['p95'])}"


def exponent(times):
    """Of cost against length, by the least squares of their logarithms."""
    from math import log

    points = [(log(bytes_of[size]), log(times[size]["p50"])) for size in SIZES if size in times and size != "4 KB"]
    x, y = (sum(p[i] for p in points) / len(points) for i in (0, 1))
    return sum((p[0] - x) * (p[1] - y) for p in points) / sum((p[0] - x) ** 2 for p in points)


ours = by_size(wasm["sizes"])
lines = [
    "Milliseconds a note, median / 95th percentile, of notes put together from `tests/notes`:",
    "",
    "| engine | " + " | ".join(SIZES) + " | a 13 KB note against Chartside in the browser | what it does |",
    "|---|" + "---:|" * (len(SIZES) + 1) + "---|",
]
for name, times, does in ENGINES:
    here, theirs = ours["13 KB"], times.get("13 KB")
    ratio = ""
    if theirs and times is not ours:
        low, high = theirs["min"] / here["p95"], theirs["p95"] / here["min"]
        ratio = f"{figure(theirs['p50'] / here['p50'])} × ({figure(low)} to {figure(high)})"
    lines.append(f"| {name} | " + " | ".join(cell(times.get(size)) for size in SIZES) + f" | {ratio} | {does} |")
lines += ["", "Room by room, native, a 13 KB note:", "", "| room | ms |", "|---|---:|"]
for room in next(size for size in native["sizes"] if size["size"] == "13 KB")["rooms"]:
    lines.append(f"| {room['room']} | {cell(room['ms'])} |")
megabytes = lambda number: f"{number / 1e6:.1f} MB"
memory = wasm["memory_after"]
cold = wasm["cold_ms"]
rules = figure(ours["13 KB"]["p50"] - by_size(wasm["sizes"], "ms_without_rules")["13 KB"]["p50"])
aims = [
    ("scan of a 13 KB note, wasm, CDI rules included, p95", figure(ours["13 KB"]["p95"]) + " ms", "6 ms"),
    (
        "the same without CDI rules, p95",
        figure(by_size(wasm["sizes"], "ms_without_rules")["13 KB"]["p95"]) + " ms",
        "3 ms",
    ),
    ("the CDI rules alone, median", rules + " ms", "3 ms"),
    ("Worker started to first report, cold, median of 7", figure(cold["p50"]) + " ms", "150 ms"),
    ("one paragraph of a 100 KB note edited, p95", figure(wasm["edit_100_kb_ms"]["p95"]) + " ms", "3 ms"),
    ("cost against length, exponent from 13 KB to 5 MB", f"{exponent(ours):.2f}", "1.1"),
    ("memory of the Worker after 100 and after 1,000 notes", f"{megabytes(memory[0])}, {megabytes(memory[-1])}", "48 MB"),
    ("the package, wasm and pack in it", megabytes(wasm.get("zip_bytes") or 0), "6 MB"),
]
lines += ["", "| figure | measured | aim |", "|---|---:|---:|"] + [f"| {a} | {b} | {c} |" for a, b, c in aims]
lines += ["", "The trainers' site from a cold cache to the first result:", "", "| page | Chromium | Firefox |", "|---|---:|---:|"]
for what in dict.fromkeys(row["what"] for row in site):
    of = {row["browser"]: f"{row['p50']} ms ({row['min']} to {row['max']})" for row in site if row["what"] == what}
    lines.append(f"| {what} | {of['Chromium']} | {of['Firefox']} |")
load = " ".join(f"{value:.1f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
lines += [
    "",
    f"{peers['terms']} terms: every title and inclusion term of the Tabular List. {wasm['browser']}, Python "
    f"{platform.python_version()}, {os.cpu_count()} cores, load {load}. Larger notes are left out where an engine would "
    "take minutes. The peers do not walk the Index, join words that stand apart, read values, descend to a billable "
    "code, apply guidelines or find gaps.",
]
(folder / "table.md").write_text("\n".join(lines) + "\n")

figure_, axes = plt.subplots(figsize=(9, 5.2))
MARKS = ["s", "o", "o", None, "v", "^", "D", "x"]
COLORS = ["#777777", "#1f6f8b", "#0b3954", None, "#c1121f", "#e07a5f", "#b5838d", "#6d597a"]
for (name, times, _), mark, color in zip(ENGINES, MARKS, COLORS):
    if mark is None:
        continue
    sizes = [size for size in SIZES if size in times]
    x = [bytes_of[size] / 1000 for size in sizes]
    mid = [times[size]["p50"] for size in sizes]
    least = [m - min(m, times[size]["min"]) for m, size in zip(mid, sizes)]
    most = [max(m, times[size]["p95"]) - m for m, size in zip(mid, sizes)]
    own = name.startswith("Chartside")
    axes.errorbar(x, mid, yerr=[least, most], marker=mark, color=color, label=name, capsize=3, lw=2.4 if own else 1.3)
axes.set_xscale("log")
axes.set_yscale("log")
axes.set_xticks([bytes_of[size] / 1000 for size in SIZES], SIZES)
axes.minorticks_off()
axes.set_xlabel("length of the note")
axes.set_ylabel("milliseconds a note, median (bars: least to 95th percentile)")
axes.grid(True, which="major", color="#dddddd", lw=0.6)
axes.legend(frameon=False, fontsize=8)
for side in ("top", "right"):
    axes.spines[side].set_visible(False)
figure_.tight_layout()
figure_.savefig(folder / "plot.svg", metadata={"Date": None})
print((folder / "table.md").read_text())
