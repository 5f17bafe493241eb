"""``python -m auralis_dsp`` is the command line."""

import sys

from auralis_dsp.cli import main

sys.exit(main())
