"""The file itself: a compressed tar of parts with a manifest of their checksums, encrypted for who holds the key.

Encryption is age's (age-encryption.org/v1), so that a backup can be opened without this program too:
`age -d -i key.txt FILE | tar xz`.
"""

import errno
import gzip
import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, cast

import pyrage

from foundation.problems import OperatorError

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
LARGEST: Final = 64 * 1024**3
"""Bytes of what a backup may unpack to."""
_STRETCH: Final = 1024**2
_AGE: Final = b"age-encryption.org/v1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup."""

    version: str
    """Of the platform that wrote it."""
    made_at: str
    """ISO 8601, with the zone."""
    schema: str
    """The records' revision."""
    rows: Mapping[str, int]
    """Of each table."""
    files: Mapping[str, str]
    """Every part's SHA-256, by its name."""
    format: int = FORMAT


def pack(parts: Mapping[str, Path], manifest: Manifest, target: Path, recipient: str | None) -> None:
    """Write the parts, under their names, into one file that is there whole or not at all.

    Raises OperatorError when it can't be written, or the recipient is no key.
    """
    plain = target.with_name(f".{target.name}.plain")
    part = target.with_name(f".{target.name}.part")
    try:
        with create_private(plain if recipient else part) as out:
            _write_tar(out, parts, manifest)
        if recipient:
            with plain.open("rb") as reader, create_private(part) as writer:
                pyrage.encrypt_io(reader, writer, [_recipient(recipient)])
        _settle(part, target)
    except OSError as error:
        raise OperatorError(f"The backup {target} can't be written: {error.strerror}.") from None
    finally:
        plain.unlink(missing_ok=True)
        part.unlink(missing_ok=True)


def unpack(source: Path, into: Path, identity: str | None) -> Manifest:
    """Unpack a backup into an empty directory and check every part against the manifest.

    Raises OperatorError when it is none, is damaged or cut off, or needs a key that is not given or does not fit.
    """
    plain = into / ".plain"
    try:
        with source.open("rb") as reader:
            encrypted = reader.read(len(_AGE)) == _AGE
            reader.seek(0)
            if encrypted:
                _decrypt(source, reader, plain, identity)
        _read_tar(plain if encrypted else source, source, into)
        manifest = _manifest(source, into)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise OperatorError(
                f"The backup {source} can't be unpacked: the disk of {into.parent} is full. Make room there; "
                "nothing is changed."
            ) from None
        if error.errno is None:
            # What age says of a stretch that is not what was written.
            raise OperatorError(f"The backup {source} is cut off or damaged: it can't be decrypted.") from None
        raise OperatorError(f"The backup {source} can't be read: {error.strerror}.") from None
    finally:
        plain.unlink(missing_ok=True)
    for name, expected in manifest.files.items():
        if not (into / name).is_file() or checksum(into / name) != expected:
            raise OperatorError(f"The backup {source} is damaged: its part {name} is not what was written.")
    return manifest


def checksum(path: Path) -> str:
    """A file's SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def new_key() -> tuple[str, str]:
    """A private key and its public key, which is a recipient."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def create_private(path: Path) -> BinaryIO:
    """A file that only we may read, empty and open for writing."""
    return cast(BinaryIO, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"))


def _write_tar(out: BinaryIO, parts: Mapping[str, Path], manifest: Manifest) -> None:
    # Level 6 is where time and size are in balance. Without name and time in the header the same parts give the same
    # bytes.
    with (
        gzip.GzipFile("", "wb", 6, out, 0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2, sort_keys=True).encode()
        _add(tar, MANIFEST, BytesIO(text), len(text))
        for name, path in sorted(parts.items()):
            with path.open("rb") as file:
                _add(tar, name, file, os.fstat(file.fileno()).st_size)


def _add(tar: tarfile.TarFile, name: str, file: BinaryIO, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, file)


def _settle(part: Path, target: Path) -> None:
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.rename(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _decrypt(source: Path, reader: BinaryIO, plain: Path, identity: str | None) -> None:
    if identity is None:
        raise OperatorError(f"The backup {source} is encrypted. Name the file with its private key: --identity FILE")
    try:
        with create_private(plain) as writer:
            pyrage.decrypt_io(reader, writer, [_identity(identity)])
    except pyrage.DecryptError:
        raise OperatorError(
            f"The backup {source} can't be decrypted: the private key is not the one that it was made for, or it is "
            "damaged."
        ) from None


def _read_tar(path: Path, source: Path, into: Path) -> None:
    try:
        with gzip.open(path) as packed, tarfile.open(fileobj=packed, mode="r:") as tar:
            size = 0
            for entry in tar:
                size += entry.size
                if not entry.isfile() or size > LARGEST:
                    raise OperatorError(f"The file {source} is no backup of this platform.")
                tar.extract(entry, into, set_attrs=False, filter="data")
                (into / entry.name).chmod(0o600)
            # The checksum of all, the manifest among it, stands behind the last entry.
            while packed.read(_STRETCH):
                pass
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error):
        raise OperatorError(f"The file {source} is no backup of this platform, or is cut off or damaged.") from None


def _manifest(source: Path, into: Path) -> Manifest:
    try:
        read = json.loads((into / MANIFEST).read_bytes())
        if read["format"] > FORMAT:
            raise OperatorError(
                f"The backup {source} was written by a newer version of the platform. Install that one."
            )
        return Manifest(**read)
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        raise OperatorError(f"The file {source} is no backup of this platform: its manifest is missing.") from None


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise OperatorError("The backup's recipient is no age public key. Make one with `yunwei backup-key`.") from None


def _identity(text: str) -> pyrage.x25519.Identity:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str(lines[0] if lines else "")
    except pyrage.IdentityError:
        raise OperatorError("The file with the private key holds none: it begins with AGE-SECRET-KEY-1.") from None
