"""Tests of the watching of one device."""
