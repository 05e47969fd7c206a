"""Prints the tables of a file of measurements: rotation, workload, leg, metric and value, separated by tabs."""
import collections
import statistics
import sys

NAMES = {"direct": "direct", "haproxy": "HAProxy", "godwit": "Godwit"}
FIGURES = [
    ("rps", "requests/s"),
    ("p50", "median latency, ms"),
    ("p99", "99th percentile of latency, ms"),
    ("cpu", "CPU s of the process between, per million requests"),
]

# By workload, metric and leg: a value for each rotation, so that ratios are of the same rotation.
runs = collections.defaultdict(lambda: collections.defaultdict(dict))
for line in open(sys.argv[1]):
    rotation, workload, leg, metric, value = line.rstrip("\n").split("\t")
    found = runs[workload, metric][leg]
    # Further runs of the same rotation come from further calls with the same file.
    found[rotation, sum(1 for name, _ in found if name == rotation)] = float(value)
legs = [leg for leg in NAMES if any(leg in found for found in runs.values())]


def number(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def ratio(found, mine, other):
    """Median of the ratios of each rotation, with the least and the greatest."""
    ratios = [found[mine][run] / found[other][run] for run in found[mine] if found[other].get(run)]
    if not ratios:
        return "–"
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


for metric, title in FIGURES:
    rows = [(workload, found) for (workload, its), found in runs.items() if its == metric]
    if not rows:
        continue
    here = [leg for leg in legs if any(leg in found for _, found in rows)]
    pairs = [(mine, other) for mine in here for other in here if legs.index(mine) > legs.index(other)]
    print(f"\n**{title}**, medians; ratios with their range over the rotations\n")
    row("test-connections-depth", *(NAMES[leg] for leg in here), *(f"{NAMES[a]} ÷ {NAMES[b]}" for a, b in pairs))
    print("|---" * (1 + len(here) + len(pairs)) + "|")
    for workload, found in rows:
        row(
            workload,
            *(number(statistics.median(found[leg].values())) if leg in found else "–" for leg in here),
            *(ratio(found, a, b) for a, b in pairs),
        )
