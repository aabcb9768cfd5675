"""``python -m tools.findings``: write docs/findings.md, its figures from the committed results."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from asv.benchmarks import Benchmarks
from asv.config import Config
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from website import model, operations, phrases, units, variation
from website.results import Estimate, Measured, Session, of_machine
from website.tables import Row, rows
from website.trackers import BASELINE, display_name, of_kind

MACHINE = "linux-x86_64-2cpu"
TEMPLATE, FINDINGS = Path("docs", "findings.md.jinja"), Path("docs", "findings.md")
NOT_MEASURED, NOTHING = "not measured", ""
# The time of an operation that has a cost, too: by benchmark.
TIMED = {each.benchmarks[0][0]: each.cost for each in operations.OPERATIONS if each.cost}


@dataclass(frozen=True)
class Figures:
    """The newest release's figures, as Markdown."""

    measured: Measured
    document: model.Document

    def has(self, benchmark: str) -> bool:
        """Whether anything was measured of a benchmark."""
        return any(v.value for row in rows(self.measured, [benchmark]) for v in row.values.values())

    def value(self, benchmark: str, *params: str) -> str:
        """Return one figure, as ``1.2 ms``; the last parameter is the tracker."""
        *others, tracker = params
        row = self._row(benchmark, others)
        found = row.values[tracker].value
        return _quantity(found, row.unit) if found else NOT_MEASURED

    def words(self, benchmark: str, *params: str) -> str:
        """Return what the subject is next to a baseline, as ``1.2x faster``."""
        *others, baseline = params
        return self._row(benchmark, others).values[baseline].words

    def table(
        self, lines: Iterable[Sequence[str]], trackers: Sequence[str] = (), compares: bool = True
    ) -> str:
        """Return a table of lines, each a label, a benchmark and its parameters but the tracker.

        The trackers are the subject and its baselines if none are said; then the subject is
        compared. What it loses is in bold. The last column has of how many samples values are.
        """
        baselines = of_kind(self.measured.trackers, BASELINE)
        shown = list(trackers) or [self.measured.subject, *baselines]
        rivals = [name for name in baselines if compares and name in shown]
        head = [*map(self.name, shown), *(f"against {self.name(rival)}" for rival in rivals), "n"]
        found = [self._line(label, name, params, shown, rivals) for label, name, *params in lines]
        return _markdown(["", *head], [line for line in found if line])

    def costs(self, operations: Iterable[str], benchmarks: Iterable[tuple[str, str]]) -> str:
        """Return the costs of operations in percent of each baseline's, by benchmark."""
        baselines, found = of_kind(self.measured.trackers, BASELINE), []
        shown = [(name, baseline) for name, _ in benchmarks for baseline in baselines]
        for operation in operations:
            values = [self.measured.newest(name, operation, other) for name, other in shown]
            found.append([operation, *(_percent(value) for value in values)])
        titles = dict(benchmarks)
        return _markdown(["", *(f"{titles[b]}: {self.name(other)}" for b, other in shown)], found)

    def crossovers(self, benchmark: str, *params: str) -> list[str]:
        """Return at which sizes the subject and the baselines change places, in words."""
        curves = (c for c in self.document.scale if (c.benchmark, c.params) == (benchmark, params))
        return [self._short(crossed.words) for curve in curves for crossed in curve.crossovers]

    def parities(self, operation: str) -> list[str]:
        """Return at which price of a sync the subject and the baselines change places."""
        found = (priced for priced in self.document.sync_prices if priced.operation == operation)
        return [self._short(parity.words) for priced in found for parity in priced.parities]

    def answers(self) -> str:
        """Return a table of what each tracker offers."""
        shown = [self.measured.subject, *of_kind(self.measured.trackers, BASELINE)]
        lines = [
            [claim.title, *(_strong(claim.found[t], claim.found[t] == "no") for t in shown)]
            for claim in self.document.features
        ]
        return _markdown(["", *map(self.document.versioned, shown)], lines)

    def same(self, benchmark: str, *params: str) -> bool:
        """Whether a figure is the same of every release that has it."""
        found = self.measured.values.get((benchmark, params), {}).values()
        return len({estimate.value for estimate in found if estimate}) == 1

    def spread(self, benchmark: str, *params: str) -> str:
        """Return by how many percent the most of all releases is more than the least."""
        found = self.measured.values[benchmark, params].values()
        known = [estimate.value for estimate in found if estimate]
        return f"{100 * (max(known) / min(known) - 1):.2g}"

    def sessions(self) -> list[Session]:
        """Return the sessions in which the newest release was measured, the first one first."""
        commit = self.measured.releases[-1].commit
        found = {by[commit] for by in self.measured.sessions.values() if commit in by}
        return sorted(found, key=lambda session: session.milliseconds)

    def _short(self, words: str) -> str:
        """Return what is said of the subject without its name."""
        return words.removeprefix(f"{self.document.subject} ")

    def name(self, tracker: str) -> str:
        return display_name(self.measured.trackers, tracker)

    def _row(self, benchmark: str, params: Sequence[str]) -> Row:
        found = rows(self.measured, [benchmark])
        return next(row for row in found if row.params == tuple(params))

    def _line(
        self,
        label: str,
        benchmark: str,
        params: Sequence[str],
        shown: Sequence[str],
        rivals: Sequence[str],
    ) -> list[str]:
        row = self._row(benchmark, params)
        values = {name: found.value for name, found in row.values.items()}
        figures = [_figure(values.get(name), row.unit) for name in shown]
        ours = values.get(self.measured.subject)
        words = [self._in_turns(benchmark, rival) or _judged(row, ours, rival) for rival in rivals]
        samples = sorted({v.n for name in shown if (v := values.get(name)) and v.n})
        return [label, *figures, *words, " to ".join(map(str, samples[:1] + samples[1:][-1:]))]

    def _in_turns(self, benchmark: str, baseline: str) -> str:
        """Return how the subject compares by the operation's cost; nothing if it has none."""
        found = (c for c in self.document.answers.get(baseline, []) if c.cost)
        cost = next((c for c in found if c.operation == TIMED.get(benchmark)), None)
        return _strong(cost.words, cost.verdict == "slower") if cost else NOTHING


def _judged(row: Row, ours: Estimate | None, rival: str) -> str:
    """Return how the subject compares, in bold where it is worse."""
    found = row.values.get(rival)
    if not found or not found.value or not ours:
        return NOTHING
    is_clear = found.words not in (phrases.EQUAL, phrases.SAME)
    return _strong(found.words, is_clear and ours.value > found.value.value)


def _figure(found: Estimate | None, unit: str) -> str:
    return f"{_quantity(found, unit)}{_within(found)}" if found else NOT_MEASURED


def _quantity(found: Estimate, unit: str) -> str:
    """Return a figure in the scale in which people read it; what is counted has no unit."""
    scale = units.scale(unit, [found.value])
    shown = scale.unit if unit in units.SCALES else ""
    return f"{phrases.figure(found.over(scale.size).value)} {shown}".strip()


def _percent(found: Estimate | None) -> str:
    if found is None:
        return NOT_MEASURED
    return _strong(f"{phrases.figure(found.value)}{_within(found)}", found.bounds[0] > 100)


def _within(found: Estimate) -> str:
    """Return half of the interval in percent of the value, as `` ± 3 %``; nothing without one."""
    if not found.has_interval or not found.value:
        return NOTHING
    low, high = found.bounds
    share = 50 * (high - low) / found.value
    return f" ± {share:.0f} %" if share >= 9.5 else f" ± {share:.2g} %"


def _strong(text: str, is_worse: bool) -> str:
    return f"**{text}**" if is_worse else text


def _markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    parts = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(part)} |".replace("|  |", "| |") for part in parts)


def load() -> Figures:
    """Return the figures of the committed results."""
    conf = Config.load("asv.conf.json")
    pins = json.loads(Path("history", "releases.json").read_text("utf-8"))
    names = {pin["commit"]: f"v{pin['version']}" for pin in pins}
    directory = Path(conf.results_dir, MACHINE)
    measured = of_machine(directory, names, Benchmarks.load(conf), conf.project)
    assert measured  # they are committed
    return Figures(measured, model.build(conf.project, measured, [], variation.load()))


def render() -> str:
    """Return the findings."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(TEMPLATE.name).render(f=load())


if __name__ == "__main__":
    FINDINGS.write_text(render(), "utf-8")
