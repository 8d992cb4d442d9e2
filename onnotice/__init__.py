"""On Notice: watch what governments publish, keep every version, and be told what changed."""

import os
import sys
from pathlib import Path

__version__ = "0.1.0"

# In a wheel the four sister packages are kept in this folder, so that the distribution claims one top-level name;
# in a checkout they are top-level folders and this folder does not exist.
_PROJECT = Path(__file__).parent / "_project"
if _PROJECT.is_dir() and str(_PROJECT) not in sys.path:
    sys.path.insert(0, str(_PROJECT))

# No plugin of pydantic's is ours, and looking for one reads the metadata of every installed distribution.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
