"""The command `yunwei`."""

import sys

import typer

from foundation.problems import OperatorError, ProblemError
from yunwei.commands import (
    account,
    backup,
    check,
    demo,
    device,
    discover,
    impact,
    init,
    maintenance,
    poll,
    record,
    records,
    reload,
    report,
    rules,
    run,
    simulate,
    store,
    topology,
)

app = typer.Typer(
    name="yunwei",
    help="Yunwei (云维): monitoring and incident response for a province's government network.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("init")(init.init)
app.command("check")(check.check)
app.command("run")(run.run)
app.command("reload")(reload.reload)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("backup-key")(backup.backup_key)
app.command("demo")(demo.demo)
app.command("simulate")(simulate.simulate)
app.command("inbox")(simulate.inbox)
app.command("fault")(simulate.fault)
app.command("poll")(poll.poll)
app.command("discover")(discover.discover)
app.command("record")(record.record)
app.command("impact")(impact.impact)
app.add_typer(maintenance.app, name="maintenance")
app.add_typer(device.app, name="device")
app.add_typer(topology.app, name="topology")
app.add_typer(rules.app, name="rules")
app.add_typer(report.app, name="report")
app.add_typer(account.app, name="account")
app.add_typer(store.app, name="store")
app.add_typer(records.app, name="records")


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
