"""`yunwei rules`: what the rules can do."""

import typer

from alerting.alerts.state_page import state_page
from yunwei.commands.replay import replay

app = typer.Typer(help="Ask about judging and its rules.", no_args_is_help=True)


@app.callback()
def _rules() -> None:
    """Ask about judging and its rules."""


app.command("test")(replay)


@app.command()
def states() -> None:
    """Print every state of an alert and what leads from one to the next, as Markdown: the page docs/states.md."""
    typer.echo(state_page(), nl=False)
