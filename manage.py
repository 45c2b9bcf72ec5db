#!/usr/bin/env python
"""Run a command of Tacite. Without DJANGO_SETTINGS_MODULE, in the embedded mode."""

import os
import sys

from workflows.management.command_line import run

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
    run(sys.argv)
