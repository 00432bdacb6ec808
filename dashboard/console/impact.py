"""What if: who would be cut off if a device or link failed or were switched off."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from alerting.impact.contacts import Contact, contacts
from alerting.impact.message import message, message_en
from alerting.impact.naming import find
from alerting.impact.present import failing
from alerting.impact.whatif import Impact, what_if
from dashboard.web.context import services
from dashboard.web.languages import language
from foundation.problems import OperatorError


def register(pages: Blueprint) -> None:
    """The page; what is asked stands in its address, so that it can be passed on."""
    pages.add_url_rule("/impact", "impact", login_required(_page))


def _page() -> ResponseReturnValue:
    house = services()
    network = house.network
    asked = request.args.get("object", "")
    on_top = request.args.get("now") == "1"
    found: Impact | None = None
    called: tuple[Contact, ...] = ()
    refusal = text = ""
    names = asked.replace("，", ",").split(",")
    if wanted := [name.strip() for name in names if name.strip()]:
        try:
            devices, links = find(network, wanted)
        except OperatorError as error:
            refusal = str(error)
        else:
            with house.records.reading() as session:
                down_devices, down_links = failing(session, network) if on_top else (frozenset(), frozenset())
            found = what_if(network, devices, links, down_devices=down_devices, down_links=down_links)
            called = contacts(network, house.roster, found, house.clock.now())
            text = message_en(network, found) if language() == "en" else message(network, found)
    return render_template(
        "console/impact.html",
        asked=asked,
        on_top=on_top,
        impact=found,
        contacts=called,
        refusal=refusal,
        message=text,
        network=network,
    )
