"""The demo's configuration: the sample province, polled at the simulator, notifying the local inbox."""

import secrets
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
  port: 16161                       # … on this port
  pinger: udp_echo                  # the kernel answers ICMP for all of 127/8, dead or alive
  echo_port: 16107

notify:
  smtp: { host: 127.0.0.1, port: 16125, tls: none, sender: yunwei@yunwei.example }
  sms:
    url: http://127.0.0.1:16190/sms
    status_url: http://127.0.0.1:16190/sms/{key}
    headers: { Authorization: "Bearer {token}" }
    token: { value: $sms_token }

dashboard:
  host: 127.0.0.1
  port: $port
  wall: { token: { value: $wall_token } }
  api_token: { value: $api_token }
  inbox_url: http://127.0.0.1:16190

simulator:
  scenario: $scenario

inbox:
  token: { value: $sms_token }
""")


def write_demo(directory: Path, port: int) -> None:
    """Write the demo's configuration directory, with tokens of its own.

    Raises OperatorError when the directory has something in it already.
    """
    settings = _SETTINGS.substitute(
        port=port,
        scenario=DEMO_SCENARIO,
        wall_token=secrets.token_urlsafe(24),
        api_token=secrets.token_urlsafe(24),
        sms_token=secrets.token_urlsafe(24),
    )
    write_sample(directory, settings=settings)
