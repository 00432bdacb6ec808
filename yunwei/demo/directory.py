"""The demo's configuration: the sample province, polled at the simulator, notifying the local inbox."""

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import Final

from simulator.settings import DEMO_SCENARIO
from yunwei.sample import write_sample

_SETTINGS: Final = Template("""\
# The demo's settings: a simulated province on loopback, and a local inbox for its e-mail and SMS.
data: data

credentials:
  default:
    version: 2c
    community: { value: public }

collector:
  rewrite: 127.0.0.0/8              # the simulator answers for 10.a.b.c at 127.a.b.c …
  port: $snmp                       # … on this port
  pinger: udp_echo                  # the kernel answers ICMP for all of 127/8, dead or alive
  echo_port: $echo
  gateways: [127.255.255.254]       # the simulator echoes for it: cores that die are dead, and no blind collector

notify:
  smtp: { host: 127.0.0.1, port: $smtp, tls: none, sender: yunwei@yunwei.example }
  sms:
    url: http://127.0.0.1:$sms/sms
    status_url: http://127.0.0.1:$sms/sms/{key}
    headers: { Authorization: "Bearer {token}" }
    token: { value: $sms_token }

dashboard:
  host: 127.0.0.1
  port: $http
  wall: { token: { value: $wall_token } }
  api_token: { value: $api_token }
  inbox_url: http://127.0.0.1:$sms

simulator:
  port: $snmp
  echo_port: $echo
  control_port: $control
$scenario
inbox:
  smtp_port: $smtp
  http_port: $sms
  token: { value: $sms_token }
""")


@dataclass(frozen=True, slots=True)
class DemoPorts:
    """Where everything listens, on loopback."""

    http: int = 8000
    """Wall, console and API."""
    snmp: int = 16161
    """The simulated agents; UDP."""
    echo: int = 16107
    """Their echo service, which stands in for ping; UDP."""
    control: int = 16180
    """Commands to the simulator."""
    smtp: int = 16125
    """The inbox's mail server."""
    sms: int = 16190
    """The inbox's SMS gateway."""


def write_demo(directory: Path, ports: DemoPorts, *, scenario: Path | None = DEMO_SCENARIO) -> None:
    """Write the demo's configuration directory, with tokens of its own; without a scenario nothing fails by itself.

    Raises OperatorError when the directory has something in it already.
    """
    settings = _SETTINGS.substitute(
        asdict(ports),
        scenario="" if scenario is None else f"  scenario: {scenario}\n",
        wall_token=secrets.token_urlsafe(24),
        api_token=secrets.token_urlsafe(24),
        sms_token=secrets.token_urlsafe(24),
    )
    write_sample(directory, settings=settings)
