"""The wall: one page for the big screen, its geometry, and its stream."""
