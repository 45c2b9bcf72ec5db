#!/usr/bin/env python
"""Run a command of Tacite. Without DJANGO_SETTINGS_MODULE, in the embedded mode."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
    execute_from_command_line(sys.argv)
