"""The recipe of spark.py on Spark's local mode against a single process, byte for byte.

    CHARTSIDE=target/release/chartside CHARTSIDE_PACK=target/pack/chartside.pack python3 tests/batch/test_spark.py
"""

import glob
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
NOTES = 300


def notes():
    """Notes of the tests, over and over, with lines among them that are none."""
    files = sorted((HERE.parent / "notes").glob("*.note"))[:40]
    texts = [file.read_text().split("--- note\n")[1].split("\n--- expect")[0] for file in files]
    for number in range(NOTES):
        if number % 97 == 50:
            yield '{"id":"cut","text":"not whole'
        elif number % 89 == 60:
            yield ""
        elif number % 83 == 70:
            yield '{"id":7,"text":"Line\\u2028separator, \\ud800 lone.\\r\\nAsthma."}\r'
        else:
            note = {"id": f"n{number}", "text": texts[number % len(texts)], "setting": "inpatient"}
            yield json.dumps(note, ensure_ascii=number % 2 == 0)


class Spark(unittest.TestCase):
    def test_the_reports_are_those_of_one_process_byte_for_byte(self):
        command = [os.environ["CHARTSIDE"], "scan", "--ndjson", "--jobs", "1", "--pack", os.environ["CHARTSIDE_PACK"]]
        with tempfile.TemporaryDirectory() as folder:
            archive = pathlib.Path(folder, "notes")
            archive.mkdir()
            lines = list(notes())
            pathlib.Path(archive, "a.ndjson").write_text("\n".join(lines[:180]) + "\n", newline="")
            pathlib.Path(archive, "b.ndjson").write_text("\n".join(lines[180:]) + "\n", newline="")
            whole = b"".join(pathlib.Path(archive, name).read_bytes() for name in ["a.ndjson", "b.ndjson"])
            one = subprocess.run(command, input=whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            self.assertEqual(one.returncode, 1, one.stderr)

            reports = pathlib.Path(folder, "reports")
            recipe = [sys.executable, str(HERE / "spark.py"), "--chartside", shlex.join(command), "--partitions", "4"]
            quiet = "--conf spark.ui.enabled=false --conf spark.ui.showConsoleProgress=false"
            local = {"PYSPARK_SUBMIT_ARGS": f"--master local[2] {quiet} pyspark-shell"}
            subprocess.run([*recipe, archive.as_uri(), reports.as_uri()], env={**os.environ, **local}, check=True)
            parts = sorted(glob.glob(str(reports / "part-*")))
            self.assertGreaterEqual(len(parts), 4)
            of_spark = b"".join(pathlib.Path(part).read_bytes() for part in parts)
            self.assertGreaterEqual(of_spark.count(b'"error"'), 3)
            self.assertEqual(of_spark.count(b"\n"), one.stdout.count(b"\n"))
            self.assertTrue(of_spark == one.stdout, "the bytes of one process")


if __name__ == "__main__":
    unittest.main()
