"""Java's hash of a string, where Kafka lets it decide: a group's partition, a vote that is a tie."""

_TABLE_SIZE = 16


def java_hash(text: str) -> int:
    """Compute ``String.hashCode``: signed, 32 bits, over UTF-16 code units."""
    units = text.encode("utf-16-be", "surrogatepass")
    value = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (value * 31 + (high << 8 | low)) & 0xFFFF_FFFF
    return value - 0x1_0000_0000 if value >= 0x8000_0000 else value


def hash_map_rank(text: str) -> int:
    """Say where a ``HashMap`` of at most 12 strings has this one: it goes through them by this rank, lowest first."""
    value = java_hash(text) & 0xFFFF_FFFF
    return (value ^ value >> 16) % _TABLE_SIZE
