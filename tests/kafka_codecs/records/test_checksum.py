"""The checksum function, by whichever way the package is installed, and what finding it costs."""

import subprocess
import sys
from types import ModuleType

import pytest

from kafka_codecs.records import checksum

CHECK_VALUE = 0xE3069283  # of the digits 1 to 9, by which CRC-32C is known (RFC 3720)


def test_the_check_value():
    for buffer in (bytes, bytearray, memoryview):
        assert checksum.crc32c()(buffer(b"123456789")) == CHECK_VALUE


def run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


def test_the_package_around_the_extension_is_not_imported():
    out = run(
        "import sys\n"
        "from kafka_codecs.records.checksum import crc32c\n"
        "print('crc32c._crc32c' in sys.modules)\n"
        "print(crc32c()(b'123456789'), 'crc32c' in sys.modules, 'importlib.metadata' in sys.modules)\n"
        "import crc32c as whole\n"
        "print(whole.crc32c(b'123456789'))"
    )
    assert out == ["False", str(CHECK_VALUE), "False", "False", str(CHECK_VALUE)]


def test_a_package_that_is_imported_already_is_used():
    out = run(
        "import crc32c as whole\nfrom kafka_codecs.records.checksum import crc32c\nprint(crc32c() is whole.crc32c)"
    )
    assert out == ["True"]


@pytest.mark.parametrize("found", [None, "no extension"])
def test_another_layout_of_the_package_falls_back_to_its_import(monkeypatch, found):
    """crc32c 2.4 is one extension module without a package."""

    class Finder:
        @staticmethod
        def find_spec(name, path=None):
            if found is None or path is not None:
                return None
            spec = ModuleType("spec")
            spec.submodule_search_locations = ["nowhere"]
            return spec

    monkeypatch.setattr(checksum, "PathFinder", Finder)
    monkeypatch.delitem(sys.modules, "crc32c", raising=False)
    monkeypatch.delitem(sys.modules, "crc32c._crc32c", raising=False)
    assert checksum.crc32c.__wrapped__()(b"123456789") == CHECK_VALUE
