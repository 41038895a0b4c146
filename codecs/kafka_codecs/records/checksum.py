"""CRC-32C (Castagnoli), the checksum of record batches, by the ``crc32c`` package's C extension.

The package's own ``__init__`` reads its version from the installed metadata, which costs some 45 ms of a start; the
extension module inside takes 4. So the extension is loaded by itself, when the first checksum is needed.
"""

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import cast

Crc32c = Callable[[bytes | bytearray | memoryview], int]

_PACKAGE = "crc32c"
_EXTENSION = "crc32c._crc32c"


@cache
def crc32c() -> Crc32c:
    """Return the checksum function: bytes in, an unsigned 32-bit number out."""
    module = sys.modules.get(_PACKAGE) or sys.modules.get(_EXTENSION) or _extension_alone() or import_module(_PACKAGE)
    return cast("Crc32c", module.crc32c)


def _extension_alone() -> ModuleType | None:
    """Load the extension without the package around it; None where the package is laid out in another way (2.4)."""
    package = PathFinder.find_spec(_PACKAGE)
    if package is None or package.submodule_search_locations is None:
        return None
    spec = PathFinder.find_spec(_EXTENSION, package.submodule_search_locations)
    if spec is None or spec.loader is None:
        return None
    try:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    except ImportError:
        return None
    return module if hasattr(module, _PACKAGE) else None
