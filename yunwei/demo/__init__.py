"""The whole product on one machine with a simulated province: its directory, its processes, its welcome."""
