"""Scans an archive that is too large for one machine: Apache Spark deals it out, `chartside` is its pipe.

    pip install -r tests/batch/requirements.txt
    spark-submit tests/batch/spark.py --chartside 'chartside scan --ndjson --jobs 1' hdfs:///notes hdfs:///reports

The archive is one file or a folder of files in UTF-8, one note a line, also as gzip. The reports come as a folder of
parts; read in the order of their names they are, byte for byte, what one process gives:

    cat notes/* | chartside scan --ndjson

The command and the pack have to lie on every machine, at the place that the command line says: Spark starts it with an
empty environment, so name the pack with --pack. One process a task is started, with one thread, so that Spark alone
says how many run at once. A task that fails is run again, and gives the same bytes again.
"""

import argparse
import re
import shlex

from pyspark.sql import SparkSession

# A line that is not a note is answered by an error object with its number, counted in what the process was given.
NUMBERED = re.compile(r'^(\{"error":.*,"line":)(\d+)\}$')


def pipe_of(command):
    """The command for `RDD.pipe`: status 1 says that lines were not notes, each told in its place; it is no failure."""
    return f"sh -c {shlex.quote(command + '; status=$?; [ $status -le 1 ]')}"


def lines_of(spark, archive, partitions):
    """The lines of a file, or of the files of a folder by name: Spark alone takes them in the order of the disk."""
    context = spark.sparkContext
    settings = context._jsc.hadoopConfiguration()
    # Without this, a carriage return would end a line too.
    settings.set("textinputformat.record.delimiter", "\n")
    path = context._jvm.org.apache.hadoop.fs.Path(archive)
    system = path.getFileSystem(settings)
    files = [str(file.getPath().toString()) for file in system.listStatus(path) if file.isFile()]
    visible = sorted(file for file in files if not file.rsplit("/", 1)[-1].startswith(("_", ".")))
    return context.textFile(",".join(visible), minPartitions=partitions)


def reports_of(lines, command):
    """The reports of an RDD of lines, in order, the numbers of bad lines counted over all of it."""
    counts = lines.mapPartitions(lambda part: [sum(1 for _ in part)]).collect()
    before = [sum(counts[:place]) for place in range(len(counts))]

    def renumbered(place, part):
        for report in part:
            bad = NUMBERED.match(report)
            yield f"{bad[1]}{int(bad[2]) + before[place]}}}" if bad else report

    return lines.pipe(pipe_of(command), checkCode=True).mapPartitionsWithIndex(renumbered)


def main():
    about, _, _ = __doc__.partition("\n\n")
    arguments = argparse.ArgumentParser(description=about)
    arguments.add_argument("archive", help="a file, or a folder of files, with one note a line")
    arguments.add_argument("reports", help="the folder for the reports; it must not be there yet")
    arguments.add_argument("--chartside", default="chartside scan --ndjson --jobs 1", help="the command [%(default)s]")
    arguments.add_argument("--partitions", type=int, default=2, help="at least so many parts [%(default)s]")
    given = arguments.parse_args()
    spark = SparkSession.builder.appName("chartside").getOrCreate()
    lines = lines_of(spark, given.archive, given.partitions)
    reports_of(lines, given.chartside).saveAsTextFile(given.reports)
    spark.stop()


if __name__ == "__main__":
    main()
