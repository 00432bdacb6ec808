"""`python -m yunwei` is the command `yunwei`."""

from yunwei.main import main

main()
