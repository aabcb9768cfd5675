"""The rules of the house hold, and none of them could be broken unseen."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from helpers import ROOT

ROOMS = ("benchmarks", "building", "history", "recording", "validation", "website")
# Names with an underscore that their documentation tells everybody to use.
DOCUMENTED = {"_asdict", "_exit", "_fields", "_make", "_replace"}
# What cannot be done with public calls: show old wheels their library, close MLflow's database, ask
# git as asv does.
NEEDED = {
    "benchmarks/trackers/synadb.py": {"_find_library"},
    "benchmarks/trackers/mlflow_sqlite.py": {"_tracking_client", "_dispose_engine"},
    "tests/unit/test_compare_as_asv.py": {"_is_result_better"},
    "website/publishing.py": {"_run_git"},
}
REGISTRY = re.compile(r"\b(pypi|pythonhosted|npmjs)\.(org|com|io)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|root|srv|Users|work)/\w")

# A rule takes a file's path and source, and yields the lines that break it.
Rule = Callable[[str, str], Iterator[int]]


def one_lifecycle(path: str, source: str) -> Iterator[int]:
    """No benchmark skips or cleans up: the class that all are made of does, in the harness."""
    if path.startswith("benchmarks/") and not path.startswith("benchmarks/harness/"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name in ("setup", "teardown"):
                yield node.lineno


def one_reader_of_suite(path: str, source: str) -> Iterator[int]:
    """How much is measured is asked in one place."""
    if path == "benchmarks/harness/sizes.py":
        return
    for node in ast.walk(ast.parse(source)):
        match node:
            case (
                ast.Subscript(slice=ast.Constant("SUITE"), ctx=ast.Load())
                | ast.Call(
                    func=ast.Attribute(attr="get" | "getenv" | "pop") | ast.Name("getenv"),
                    args=[ast.Constant("SUITE"), *_],
                )
            ):
                yield node.lineno


def own_underscores(path: str, source: str) -> Iterator[int]:
    """A name with an underscore is used in its own file alone, in tests as elsewhere."""
    tree = ast.parse(source)
    own, imported = _names(tree)
    allowed = DOCUMENTED | NEEDED.get(path, set())
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr | ast.stmt):
            continue
        strangers: list[str] = []
        match node:
            case ast.ImportFrom():
                strangers = [*(node.module or "").split("."), *(a.name for a in node.names)]
            case ast.Attribute(value=ast.Name("self" | "cls") | ast.Call(func=ast.Name("super"))):
                pass
            case ast.Attribute(value=ast.Name(name)) if name in imported:
                strangers = [node.attr]
            case ast.Attribute() if node.attr not in own:
                strangers = [node.attr]
            case ast.Call(func=ast.Name("getattr" | "setattr") | ast.Attribute(attr="setattr")):
                texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                strangers = [part for text in texts for part in str(text).split(".")]
        if any(re.match("_(?!_)", name) for name in set(strangers) - allowed):
            yield node.lineno


def _names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the names that a file defines and those that it imports."""
    own, imported = set[str](), set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name) | ast.ClassDef(name) | ast.Name(name, ast.Store()):
                own.add(name)
            case ast.Attribute(ast.Name("self" | "cls"), name, ast.Store()):
                own.add(name)
            case ast.Import() | ast.ImportFrom():
                imported |= {alias.asname or alias.name for alias in node.names}
    return own, imported


def no_program_in_a_string(path: str, source: str) -> Iterator[int]:
    """A program has a file, where it is linted and its types are checked."""
    tree = ast.parse(source)
    assigned = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("eval" | "exec")):
                yield node.lineno
            case ast.Call(args=words) | ast.List(elts=words) | ast.Tuple(elts=words):
                for option, program in pairwise(words):
                    if isinstance(program, ast.Name):
                        program = assigned.get(program.id, program)
                    if _text(option) == "-c" and _is_long(_text(program)):
                        yield program.lineno


def _text(node: ast.AST) -> str:
    """Return the text of an expression, with an underscore for what is put into it."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(parts) | ast.Call(args=parts):
            return "".join(_text(part) for part in parts)
        case ast.BinOp(left, _, right):
            return _text(left) + _text(right)
        case ast.FormattedValue():
            return "_"
    return ""


def _is_long(program: str) -> bool:
    try:
        return "\n" in program.strip() or len(ast.parse(program).body) > 1
    except SyntaxError:
        return False  # not Python


def no_host_and_no_machine(path: str, source: str) -> Iterator[int]:
    """The tree names no registry, and no folder of a machine that it was written on."""
    for number, line in enumerate(source.splitlines(), 1):
        if REGISTRY.search(line) or MACHINE_PATH.search(line):
            yield number


RULES: list[Rule] = [
    one_lifecycle,
    one_reader_of_suite,
    own_underscores,
    no_program_in_a_string,
    no_host_and_no_machine,
]


@pytest.fixture(scope="module")
def tree() -> dict[str, str]:
    """The text of every file that git keeps, or is about to keep, by its path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [path for path in listed.stdout.splitlines() if (ROOT / path).is_file()]
    return {path: (ROOT / path).read_bytes().decode("utf-8", "replace") for path in paths}


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps(rule: Rule, tree: dict[str, str]) -> None:
    broken = {
        path: lines
        for path, source in tree.items()
        if path.endswith(".py") or rule is no_host_and_no_machine
        if (lines := sorted(set(rule(path, source))))
    }
    assert broken == {}


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (one_lifecycle, "benchmarks/runs.py", "class A:\n    def setup(self): ..."),
        (one_lifecycle, "benchmarks/trackers/base.py", "def teardown(): ..."),
        (one_reader_of_suite, "benchmarks/runs.py", "os.environ['SUITE']"),
        (one_reader_of_suite, "validation/plan.py", "os.environ.get('SUITE', 'quick')"),
        (one_reader_of_suite, "website/results.py", "getenv('SUITE')"),
        (own_underscores, "website/badges.py", "from .charts import Chart, _draw"),
        (own_underscores, "website/badges.py", "from asv._rangemedian import L1Dist"),
        (own_underscores, "website/badges.py", "def _draw(): ...\nfrom . import a\na._draw()"),
        (own_underscores, "tests/test_a.py", "repo._run_git([])"),
        (own_underscores, "tests/test_a.py", "monkeypatch.setattr('history.pins._load', None)"),
        (own_underscores, "tests/test_a.py", "getattr(pins, '_load')"),
        (no_program_in_a_string, "tests/test_a.py", "run([sys.executable, '-c', 'a; b'])"),
        (no_program_in_a_string, "tests/test_a.py", "run(sys.executable, '-c', f'import {a}; b')"),
        (no_program_in_a_string, "tests/test_a.py", "P = 'a\\nb'\nrun(['python', '-c', P])"),
        (no_program_in_a_string, "tests/test_a.py", "run(['python', '-c', dedent('a\\nb')])"),
        (no_program_in_a_string, "benchmarks/scale.py", "exec(code)"),
        (no_host_and_no_machine, "README.md", "https://" + "pypi" + ".org/simple"),
        (no_host_and_no_machine, "results/a.json", '"path": "' + "/home" + '/somebody"'),
    ],
)
def test_a_breach_is_found(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, source))


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (one_lifecycle, "benchmarks/harness/cases.py", "def setup(): ..."),
        (one_lifecycle, "benchmarks/runs.py", "def setup_cache(): ..."),
        (one_reader_of_suite, "benchmarks/harness/sizes.py", "os.environ['SUITE']"),
        (one_reader_of_suite, "tests/test_a.py", "monkeypatch.setenv('SUITE', 'quick')"),
        (own_underscores, "website/badges.py", "class A:\n    def b(self): return self._c"),
        (own_underscores, "website/badges.py", "def _draw(): ...\n_draw()\nos._exit(0)"),
        (own_underscores, "website/badges.py", "from __future__ import annotations"),
        (own_underscores, "website/badges.py", "super()._draw()\na.__class__"),
        (no_program_in_a_string, "tests/test_a.py", "run([sys.executable, '-c', 'import a'])"),
        (no_program_in_a_string, "tests/test_a.py", "run(['git', '-c', 'a.b=0', 'gc; now'])"),
    ],
)
def test_what_is_allowed_is_no_breach(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, source)) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the contracts in pyproject.toml are about."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / room, tmp_path / room, ignore=ignored)
    return tmp_path


def broken_contracts(directory: Path) -> str:
    """Return what import-linter has against a tree, nothing if it is content."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


def test_the_house_keeps_its_layers(copy: Path) -> None:
    assert broken_contracts(copy) == ""


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("website/badges.py", "import benchmarks.workload"),
        ("history/pins.py", "import website"),
        ("benchmarks/runs.py", "import validation"),
        ("benchmarks/runs.py", "from . import metrics"),
        ("benchmarks/harness/sizes.py", "from .. import metrics"),
        ("benchmarks/trackers/base.py", "from .. import workload"),
        ("benchmarks/system/processes.py", "from ..trackers import base"),
        ("benchmarks/new.py", "import json"),
    ],
)
def test_a_breach_of_the_layers_is_found(copy: Path, path: str, source: str) -> None:
    with (copy / path).open("a") as file:
        file.write(f"\n{source}\n")
    module = path.removesuffix(".py").replace("/", ".")
    assert module in broken_contracts(copy)
