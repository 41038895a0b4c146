"""What goes wrong with the oracle itself, told in one sentence."""


class OracleError(Exception):
    """Apache Kafka could not be fetched, started or asked."""
