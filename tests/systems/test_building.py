"""A tree becomes a package with its native library, by cargo where it does not ship one."""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from asv.util import ProcessError

from building import native, prepare

SOURCE = '#[no_mangle]\npub extern "C" fn answer() -> u32 {\n    42\n}\n'
CRATE = '[package]\nname = "synadb"\nversion = "0.1.0"\n\n[lib]\ncrate-type = ["cdylib"]\n'
needs_cargo = pytest.mark.skipif(not shutil.which("cargo"), reason="cargo is not installed")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crate at the root of a tree, and a package without its library in a subfolder."""
    root = tmp_path / "a tree"
    package = root / "bindings" / "python"
    (package / "synadb").mkdir(parents=True)
    (package / "synadb" / "__init__.py").touch()
    (package / "pyproject.toml").write_text('[project]\nname = "SynaDB"\n')
    (root / "src").mkdir()
    (root / "src" / "lib.rs").write_text(SOURCE)
    (root / "Cargo.toml").write_text(CRATE)
    (root / ".git").mkdir()
    monkeypatch.chdir(tmp_path)  # where the folder of what is built is
    return root


def prepared(root: Path) -> tuple[Path, native.Builder | None]:
    return prepare(root, "synadb")


def failing(root: Path) -> str:
    """Return the one line that says why a tree cannot be built."""
    with pytest.raises(ProcessError) as raised:
        prepared(root)
    return raised.value.stderr


@needs_cargo
def test_the_library_goes_where_the_package_looks_for_it(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSTFLAGS", "-Copt-level=1")
    folder, builder = prepared(tree)
    assert folder == tree / "bindings" / "python"
    (library,) = (folder / "synadb").glob("*synadb.*")
    assert ctypes.CDLL(os.fspath(library)).answer() == 42
    assert builder
    assert builder.rustc.startswith("rustc 1.")
    assert (builder.profile, builder.flags) == ("release", "-Copt-level=1")
    assert not (tree / "target").exists()


@needs_cargo
def test_another_source_is_another_library(tree: Path) -> None:
    folder, _ = prepared(tree)
    (library,) = (folder / "synadb").glob("*synadb.*")
    library.rename(old := library.with_name("old"))
    (tree / "src" / "lib.rs").write_text(SOURCE.replace("42", "43"))
    prepared(tree)
    answers = [ctypes.CDLL(os.fspath(file)).answer() for file in (old, library)]
    assert answers == [42, 43]


def test_a_package_that_ships_its_library_is_taken_as_it_is(tree: Path) -> None:
    shipped = native.find_package(tree, "synadb").library("synadb")
    shipped.write_bytes(b"of a release")
    assert prepared(tree) == (tree / "bindings" / "python", None)
    assert shipped.read_bytes() == b"of a release"


def test_a_package_alone_is_taken_as_it_is(tree: Path) -> None:
    (tree / "Cargo.toml").unlink()
    assert prepared(tree) == (tree / "bindings" / "python", None)


@needs_cargo
def test_the_compiler_s_first_error_says_why(tree: Path) -> None:
    (tree / "src" / "lib.rs").write_text(SOURCE.replace("42", "answer_of(42)"))
    error = "src/lib.rs:3: cannot find function `answer_of` in this scope"
    assert failing(tree) == error


@needs_cargo
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('[dependencies]\nnowhere = { path = "../nowhere" }\n', "error: failed to "),
        ("[package]\n", "Cargo.toml cannot be read: "),
    ],
)
def test_what_cargo_cannot_read_or_get_is_named(line: str, reason: str, tree: Path) -> None:
    with (tree / "Cargo.toml").open("a") as manifest:
        manifest.write(line)
    assert failing(tree).startswith(reason)


@needs_cargo
def test_a_lock_file_holds(tree: Path) -> None:
    subprocess.run(["cargo", "generate-lockfile", "-q"], cwd=tree, check=True)
    manifest = tree / "Cargo.toml"
    manifest.write_text(manifest.read_text().replace("0.1.0", "0.2.0"))
    assert "--locked" in failing(tree)


def test_without_cargo_it_says_so(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert failing(tree) == "cargo is not installed: install Rust"


def test_an_ambiguity_names_the_candidates(tree: Path) -> None:
    (tree / "old").mkdir()
    (tree / "old" / "setup.py").write_text('setup(name="synadb")')
    found = "More than one is a Python project named synadb: bindings/python, old"
    assert failing(tree) == found
    shutil.rmtree(tree / "old")
    (tree / "old").mkdir()
    (tree / "old" / "Cargo.toml").write_text(CRATE)
    found = "More than one is a library named synadb: Cargo.toml, old/Cargo.toml"
    assert failing(tree) == found


def test_another_project_has_no_package(tree: Path) -> None:
    (tree / "bindings" / "python" / "pyproject.toml").write_text('[project]\nname = "another"\n')
    assert failing(tree).startswith("There is no Python project named synadb")
