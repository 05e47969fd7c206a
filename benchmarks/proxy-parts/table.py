"""Prints the tables of a file of measurements: rotation, workload, leg, metric and value, separated by tabs."""
import collections
import statistics
import sys

NAMES = {
    "direct": "direct",
    "pgbouncer": "PgBouncer",
    "pgbouncer-once": "PgBouncer, server connections not reused",
    "haproxy": "HAProxy",
    "godwit": "Godwit",
    "godwit-pooled": "Godwit, pooled",
}
# Metric, its title, and whether more is better.
FIGURES = [
    ("tps", "transactions/s", ["simple", "prepared", "connect"]),
    ("latency", "mean latency, ms", ["simple-1", "prepared-1"]),
    ("median", "median latency, ms", ["simple-1", "prepared-1"]),
    ("mbs", "MB/s", ["large"]),
    ("cpu", "CPU s of the process between, per million transactions", ["simple", "prepared", "connect"]),
    ("cpu", "CPU s of the process between, per million results of 16 MiB", ["large"]),
]

runs = collections.defaultdict(dict)
for line in open(sys.argv[1]):
    rotation, workload, leg, metric, value = line.rstrip("\n").split("\t")
    times = runs[workload, metric].setdefault(leg, [])
    times.append(float(value))
legs = [leg for leg in NAMES if any(leg in found for found in runs.values())]
others = [leg for leg in legs if not leg.startswith("godwit")]
# Like with like: who gives a new client the last one's server connection, and who opens one.
compared = [("godwit", leg) for leg in others if "godwit" in legs]
if "godwit-pooled" in legs and "pgbouncer" in legs:
    compared.append(("godwit-pooled", "pgbouncer"))


def number(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def matches(workload, wanted):
    return any(workload == name or workload.split("-")[0] == name for name in wanted)


def ratio(found, mine, other):
    """Median over the rotations of the one's value divided by the other's of the same rotation."""
    if mine not in found or other not in found:
        return "–"
    return f"{statistics.median(own / its for own, its in zip(found[mine], found[other]) if its):.2f}"


for metric, title, wanted in FIGURES:
    rows = [(workload, found) for (workload, its), found in runs.items() if its == metric and matches(workload, wanted)]
    if not rows:
        continue
    here = [leg for leg in legs if any(leg in found for _, found in rows)]
    print(f"\n**{title}**, medians\n")
    pairs = [(mine, other) for mine, other in compared if mine in here and other in here]
    row("workload-clients", *(NAMES[leg] for leg in here), *(f"{NAMES[mine]} ÷ {NAMES[other]}" for mine, other in pairs))
    print("|---" * (1 + len(here) + len(pairs)) + "|")
    for workload, found in rows:
        row(
            workload,
            *(number(statistics.median(found[leg])) if leg in found else "–" for leg in here),
            *(ratio(found, mine, other) for mine, other in pairs),
        )

idle = sorted({workload for workload, metric in runs if metric == "outside"}, key=lambda name: int(name.split("-")[1]))
if idle:
    print("\n**memory per idle session, bytes** (growth of the process; Godwit: live heap + outside the heap)\n")
    row("sessions", *(NAMES[leg] for leg in others if leg in ("pgbouncer", "haproxy")), *(["Godwit"] if "godwit" in legs else []))
    print("|---" * (1 + len([leg for leg in legs if leg in ("pgbouncer", "haproxy", "godwit")])) + "|")
    for workload in idle:
        outside, heap = runs[workload, "outside"], runs[workload, "heap"]
        cells = [
            number(statistics.median(outside[leg])) if leg in outside else "–"
            for leg in ("pgbouncer", "haproxy")
            if leg in legs
        ]
        if "godwit" in legs:
            own, more = statistics.median(heap["godwit"]), statistics.median(outside["godwit"])
            cells.append(f"{number(own)} + {number(more)} = {number(own + more)}")
        row(f"{int(workload.split('-')[1]):,}", *cells)
