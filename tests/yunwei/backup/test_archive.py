"""The file of a backup: what was put in comes out, or a sentence says why not."""

import gzip
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.problems import OperatorError
from yunwei.backup.archive import Manifest, checksum, new_key, pack, unpack


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, Path]:
    """Two files to keep."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "one").write_bytes(bytes(range(256)) * 400)
    (source / "two").write_text("云维")
    return {"config/one": source / "one", "config/rules/two": source / "two"}


def manifest(parts: dict[str, Path]) -> Manifest:
    return Manifest(
        "1.0", "2026-11-24T14:30:00+08:00", "0001", {"alert": 3}, {n: checksum(p) for n, p in parts.items()}
    )


@pytest.mark.parametrize("encrypted", [False, True])
def test_what_was_packed_is_unpacked_and_closed_to_others(
    parts: dict[str, Path], tmp_path: Path, encrypted: bool
) -> None:
    private, public = new_key()
    target = tmp_path / "kept.backup"
    pack(parts, manifest(parts), target, public if encrypted else None)
    assert target.stat().st_mode & 0o077 == 0
    assert {path.name for path in tmp_path.iterdir()} == {"source", "kept.backup"}
    into = tmp_path / "into"
    into.mkdir()
    assert unpack(target, into, private if encrypted else None) == manifest(parts)
    for name, path in parts.items():
        assert (into / name).read_bytes() == path.read_bytes()
        assert (into / name).stat().st_mode & 0o077 == 0
    assert "云维".encode() not in target.read_bytes()


def test_the_same_parts_give_the_same_bytes(parts: dict[str, Path], tmp_path: Path) -> None:
    for name in ("first", "second"):
        pack(parts, manifest(parts), tmp_path / name, None)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_a_backup_opens_with_nothing_but_tar(parts: dict[str, Path], tmp_path: Path) -> None:
    pack(parts, manifest(parts), tmp_path / "kept", None)
    subprocess.run(["tar", "xzf", tmp_path / "kept"], cwd=tmp_path, check=True)
    assert (tmp_path / "config/rules/two").read_text() == "云维"


@pytest.mark.slow
@pytest.mark.parametrize("encrypted", [False, True])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_backup_that_is_cut_off_or_changed_is_refused(
    data: st.DataObject, parts: dict[str, Path], tmp_path: Path, encrypted: bool
) -> None:
    private, public = new_key()
    target, into = tmp_path / "kept", tmp_path / "into"
    pack(parts, manifest(parts), target, public if encrypted else None)
    whole = target.read_bytes()
    place = int(data.draw(st.floats(0, 1, exclude_max=True)) * len(whole))
    if data.draw(st.booleans()):
        spoilt = whole[:place]
    else:
        spoilt = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
    target.write_bytes(spoilt)
    subprocess.run(["rm", "-rf", into], check=True)
    into.mkdir()
    try:
        read = unpack(target, into, private)
    except OperatorError:
        return
    # The compression's own header has bytes that mean nothing: then all is as it was.
    assert read == manifest(parts)
    assert all((into / name).read_bytes() == path.read_bytes() for name, path in parts.items())


def test_a_manifest_that_reads_well_and_is_not_what_was_written_is_refused(
    parts: dict[str, Path], tmp_path: Path
) -> None:
    target, into = tmp_path / "kept", tmp_path / "into"
    pack(parts, manifest(parts), target, None)
    whole = target.read_bytes()
    changed = gzip.decompress(whole).replace(b"T14:30:00", b".14:30:00")
    assert changed != gzip.decompress(whole)
    target.write_bytes(gzip.compress(changed, mtime=0)[:-8] + whole[-8:])
    into.mkdir()
    with pytest.raises(OperatorError, match="damaged"):
        unpack(target, into, None)


def test_another_key_opens_nothing(parts: dict[str, Path], tmp_path: Path) -> None:
    _private, public = new_key()
    other, _public = new_key()
    target = tmp_path / "kept"
    pack(parts, manifest(parts), target, public)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(OperatorError, match="the private key is not the one that it was made for"):
        unpack(target, into, other)
    with pytest.raises(OperatorError, match=r"is encrypted\. Name the file with its private key: --identity"):
        unpack(target, into, None)
    with pytest.raises(OperatorError, match="holds none: it begins with AGE-SECRET-KEY-1"):
        unpack(target, into, "# nothing\n")
    assert list(into.iterdir()) == []


def test_a_recipient_that_is_no_key_is_told_and_nothing_is_left(parts: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no age public key"):
        pack(parts, manifest(parts), tmp_path / "kept", "age1nonsense")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_a_file_that_is_no_backup_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear operator")
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(OperatorError, match="is no backup of this platform"):
        unpack(tmp_path / "letter", into, None)


def test_an_archive_that_would_write_outside_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "evil").write_text("x")
    subprocess.run(["tar", "czPf", "../evil.tar", "../evil"], cwd=tmp_path / "inner", check=True)
    into = tmp_path / "into" / "deeper"
    into.mkdir(parents=True)
    with pytest.raises(OperatorError):
        unpack(tmp_path / "evil.tar", into, None)
    assert not (tmp_path / "into" / "evil").exists()
