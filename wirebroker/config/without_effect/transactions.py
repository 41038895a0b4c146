"""Transactions."""

from wirebroker.config.option import BOOLEAN, CLUSTER_WIDE, INT, Option, OptionTable
from wirebroker.config.validators import at_least


class TransactionOptions(OptionTable):
    add_partitions_to_txn_retry_backoff_ms = Option(
        INT, 20, "The pause before adding a partition to a transaction is tried again.", at_least(1)
    )
    add_partitions_to_txn_retry_backoff_max_ms = Option(INT, 100, "The longest such pause.", at_least(0))
    transaction_state_log_load_buffer_size = Option(
        INT, 5_242_880, "Bytes read at a time when transactions are loaded from __transaction_state.", at_least(1)
    )
    transactional_id_expiration_ms = Option(
        INT, 604_800_000, "A transactional id that has been unused for this long is forgotten.", at_least(1)
    )
    transaction_abort_timed_out_transaction_cleanup_interval_ms = Option(
        INT, 10000, "How often timed out transactions are looked for.", at_least(1)
    )
    transaction_remove_expired_transaction_cleanup_interval_ms = Option(
        INT, 3_600_000, "How often unused transactional ids are looked for.", at_least(1)
    )
    transaction_partition_verification_enable = Option(
        BOOLEAN,
        True,
        "Whether a write is checked to belong to a transaction that is under way (KIP-890).",
        update_mode=CLUSTER_WIDE,
    )
    transaction_two_phase_commit_enable = Option(
        BOOLEAN, False, "Whether producers may take part in two-phase commits (KIP-939)."
    )
