"""The peers' part of `cargo xtask bench`: the notes and terms that the native half made, in four engines people use.

Each gets the same term list and does as much of the same work as it can:

- medspaCy: tokens, sentences (PyRuSH), sections, the terms as target rules, and ConText over what was found;
- spaCy PhraseMatcher: tokens, and the terms in lower case;
- FlashText and pyahocorasick: the terms in lower case, and nothing else.

None of them walks the Alphabetic Index, joins words that stand apart, reads values, descends to a billable code, applies
a guideline or looks for what a note fails to say. Writes peers.json.
"""

import json
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])
notes = [json.loads(line) for line in (folder / "notes.ndjson").read_text("utf-8").splitlines()]
terms = [line.split("\t") for line in (folder / "terms.tsv").read_text("utf-8").splitlines()]
# Larger notes than this would take minutes: name, the largest size, how many notes of a size, how often.
MOST = {"4 KB": (8, 3), "13 KB": (8, 3), "100 KB": (2, 2), "1 MB": (1, 2), "5 MB": (1, 1)}
SLOW = ("4 KB", "13 KB", "100 KB")


def medspacy_engine():
    import medspacy
    from loguru import logger
    from medspacy.ner import TargetRule

    # Its sentence splitter writes a line of log for each sentence, which would be most of its time.
    logger.remove()
    nlp = medspacy.load()
    nlp.add_pipe("medspacy_sectionizer")
    nlp.max_length = 10_000_000
    nlp.get_pipe("medspacy_target_matcher").add([TargetRule(term, code) for term, code in terms])
    return lambda text: len(nlp(text).ents)


def phrase_matcher():
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("TERM", list(nlp.pipe(term for term, _ in terms)))
    return lambda text: len(matcher(nlp.make_doc(text)))


def flashtext():
    from flashtext import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=False)
    for term, code in terms:
        processor.add_keyword(term, code)
    return lambda text: len(processor.extract_keywords(text, span_info=True))


def pyahocorasick():
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for term, code in terms:
        automaton.add_word(term.lower(), code)
    automaton.make_automaton()
    return lambda text: sum(1 for _ in automaton.iter(text.lower()))


ENGINES = [
    ("medspaCy", "medspacy", medspacy_engine, SLOW),
    ("spaCy PhraseMatcher", "spacy", phrase_matcher, SLOW + ("1 MB",)),
    ("FlashText", "flashtext", flashtext, tuple(MOST)),
    ("pyahocorasick", "pyahocorasick", pyahocorasick, tuple(MOST)),
]


def quantiles(times):
    times = sorted(times)
    at = lambda share: round(times[round((len(times) - 1) * share)], 4)
    return {"min": at(0), "p50": at(0.5), "p95": at(0.95), "max": at(1)}


def main():
    from importlib.metadata import version

    engines = []
    for name, package, make, measured in ENGINES:
        begun = time.perf_counter()
        scan = make()
        ready = time.perf_counter() - begun
        sizes = []
        for size in measured:
            most, rounds = MOST[size]
            texts = [note["text"] for note in notes if note["size"] == size][:most]
            scan(texts[0])
            times, found = [], 0
            for _ in range(rounds):
                for text in texts:
                    start = time.perf_counter()
                    found = scan(text)
                    times.append((time.perf_counter() - start) * 1e3)
            sizes.append({"size": size, "ms": quantiles(times), "found": found})
            print(f"{name}, {size}: {sizes[-1]['ms']}", file=sys.stderr, flush=True)
        engines.append({"name": name, "version": version(package), "ready_s": round(ready, 2), "sizes": sizes})
    (folder / "peers.json").write_text(json.dumps({"terms": len(terms), "engines": engines}, indent=2) + "\n")


main()
