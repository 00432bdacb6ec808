"""Device families as data: what tells a family, where its sensors stand, and what their values mean.

`schema` is what a file may say, `loader` reads files, `profile` chooses a device's; `finding` looks its sensors up on
the device, `makers` and `forms` make them, `sensors` and `aggregates` are read at every poll.
"""
