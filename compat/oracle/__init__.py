"""A real Apache Kafka from Maven Central: its brokers, its tools, its message classes and their definitions."""

from compat.oracle.cluster import Cluster
from compat.oracle.errors import OracleError
from compat.oracle.tools import run_tool

__all__ = ["Cluster", "OracleError", "run_tool"]
