"""A real PostgreSQL server of the test run's own: made by initdb, started on a free port, stopped with the run."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

USER = "yunwei"


def programs() -> Path:
    """Where the newest installed server's programs lie (Debian's package `postgresql`)."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    assert elsewhere is not None, "PostgreSQL is not installed: apt-get install postgresql"
    return Path(elsewhere).parent


class PostgresServer:
    """One server; `url` names a database of it for SQLAlchemy."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        # The server refuses to run as root.
        self._user = "postgres" if os.getuid() == 0 else None

    def create(self) -> None:
        """Make the cluster."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if self._user is not None:
            entry = pwd.getpwnam(self._user)
            os.chown(self.directory, entry.pw_uid, entry.pw_gid)
            for parent in self.directory.parents:
                if parent.stat().st_uid == os.getuid() and len(parent.parts) > 2:
                    parent.chmod(parent.stat().st_mode | 0o011)
        self._run(
            "initdb", "-D", str(self.directory / "cluster"), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C"
        )

    def start(self) -> None:
        """Start it and wait until it takes connections: a refused password is a connection that was taken."""
        command = [
            str(programs() / "postgres"), "-D", str(self.directory / "cluster"), "-p", str(self.port),
            "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.directory}",
            # The machine won't lose power under a test; a kill of the server loses nothing without fsync either.
            "-c", "fsync=off", "-c", "max_connections=60", "-c", "shared_buffers=32MB",
        ]  # fmt: skip
        log = (self.directory / "server.log").open("ab")
        self._process = subprocess.Popen(command, stdout=log, stderr=log, user=self._user)
        log.close()
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self._dsn("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if "password" in str(error):
                    return
                assert self._process.poll() is None, (self.directory / "server.log").read_text()
                assert time.monotonic() < deadline, "PostgreSQL did not start within 30 s"
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is PostgreSQL's fast shutdown; SIGQUIT drops everything at once, as a crash does."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def make_database(self, name: str, template: str = "template1") -> str:
        """A new database; its URL."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Away with it, whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """One statement, outside any transaction."""
        with psycopg.connect(self._dsn(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _dsn(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user={USER} dbname={database}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(programs() / program), *arguments], user=self._user, capture_output=True, text=True, cwd="/"
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def running_postgres(directory: Path) -> Iterator[PostgresServer]:
    """A server for the length of the block."""
    server = PostgresServer(directory)
    server.create()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
