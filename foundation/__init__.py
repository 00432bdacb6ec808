"""What every room stands on: clock, calendar, messages and their bus, and errors that name place and remedy."""
