"""Finds the SNMP agents of a range of addresses, gently, and tells what they are as a piece of topology."""

from collectors.discovery.agent import Found, Heard
from collectors.discovery.classify import Classified, classify
from collectors.discovery.plan import AddressPlan, plan_of
from collectors.discovery.sweep import Sweep, SweepSettings, sweep

__all__ = [
    "AddressPlan",
    "Classified",
    "Found",
    "Heard",
    "Sweep",
    "SweepSettings",
    "classify",
    "plan_of",
    "sweep",
]
