"""``python -m zhike`` is the ``zhike`` command."""

from zhike.cli import main

main()
