"""The command `yunwei`."""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

from foundation.problems import OperatorError, ProblemError

HOMES: Final = {
    "init": "init",
    "check": "check",
    "run": "run",
    "reload": "reload",
    "backup": "backup",
    "restore": "backup",
    "backup-key": "backup",
    "demo": "demo",
    "simulate": "simulate",
    "inbox": "simulate",
    "fault": "simulate",
    "poll": "poll",
    "discover": "discover",
    "record": "record",
    "impact": "impact",
    "maintenance": "maintenance",
    "device": "device",
    "topology": "topology",
    "rules": "rules",
    "report": "report",
    "account": "account",
    "store": "store",
    "records": "records",
}
"""Each command and the module in yunwei.commands where it lives: as a function of its name, or as a group `app`."""


class CommandsOnDemand(Mapping[str, Any]):
    """The commands by name; one is imported when it is asked for.

    A command needs a fraction of the platform, and who waits for it on a console shall not wait for the rest. (Typer's
    own classes have no public name.)
    """

    def __getitem__(self, name: str) -> Any:
        module = import_module(f"yunwei.commands.{HOMES[name]}")
        if hasattr(module, "app"):
            command: Any = typer.main.get_group(module.app)
        else:
            single = typer.Typer(add_completion=False)
            single.command(name)(getattr(module, name.replace("-", "_")))
            command = typer.main.get_command(single)
        command.name = name
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(HOMES)

    def __len__(self) -> int:
        return len(HOMES)


class FrontDoor(TyperGroup):
    """The group of all commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = CommandsOnDemand()  # type: ignore[assignment]


app = typer.Typer(
    name="yunwei",
    cls=FrontDoor,
    help="Yunwei (云维): monitoring and incident response for a province's government network.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _front_door() -> None:
    """Typer makes a group of what has a callback."""


def main() -> None:
    """Run the command; an operator's mistake ends with a sentence and exit status 1, never with a traceback."""
    try:
        app()
    except ProblemError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        sys.exit(1)
    except OperatorError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong and nobody listens.
        sys.stderr.close()
        sys.exit(0)
