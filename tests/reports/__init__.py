"""Tests of the availability ledger and the monthly report."""
