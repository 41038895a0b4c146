//! Every capability: what does it, or why rskafka has no such thing.

use anyhow::{Result, bail};
use rskafka::client::partition::Compression;

use crate::{admin, consume, errors, produce, session::Session};

/// What was sent differently from the ten records.
pub type Variations = &'static [&'static str];

const NOTHING_DIFFERS: Variations = &[];

/// Tells why the client cannot do this at all.
pub fn lacks(capability: &str) -> Option<&'static str> {
    let reason = match capability {
        "describe-topic" => "it tells of a topic's partition numbers alone",
        "describe-configs" | "alter-configs" | "error-invalid-config" => "no configurations",
        "add-partitions" => "no adding of partitions",
        "list-groups" | "describe-group" | "group-offsets" | "delete-group" => "no groups",
        "commit-resume" | "group-range" | "group-roundrobin" | "group-sticky" | "group-cooperative" => "no groups",
        "static-membership" | "kip-848" | "error-fenced-instance" => "no groups",
        "acks-0-and-1" => "it always asks for acks all",
        "partitioner" => "no partitioner: its producers are bound to a partition",
        "idempotence" => "no idempotent producer",
        "txn-commit" | "txn-abort" | "txn-consume-transform-produce" | "error-fenced-producer" => "no transactions",
        _ => return None,
    };
    Some(reason)
}

pub async fn run(capability: &str, session: &Session) -> Result<Variations> {
    match capability {
        "produce-none" => return produce::ten_records(session, Compression::NoCompression).await,
        "produce-gzip" => return produce::ten_records(session, Compression::Gzip).await,
        "produce-snappy" => return produce::ten_records(session, Compression::Snappy).await,
        "produce-lz4" => return produce::ten_records(session, Compression::Lz4).await,
        "produce-zstd" => return produce::ten_records(session, Compression::Zstd).await,
        "create-topic" => admin::create_topic(session).await,
        "delete-topic" => admin::delete_topic(session).await,
        "delete-records" => admin::delete_records(session).await,
        "list-offsets" => admin::list_offsets(session).await,
        "offsets-for-times" => admin::offsets_for_times(session).await,
        "assign" => consume::assign(session).await,
        "seek" => consume::seek(session).await,
        "long-poll" => consume::long_poll(session).await,
        "error-topic-exists" => errors::topic_exists(session).await,
        "error-unknown-topic" => errors::unknown_topic(session).await,
        "error-invalid-topic" => errors::invalid_topic(session).await,
        "error-too-large" => errors::too_large(session).await,
        "error-out-of-range" => errors::out_of_range(session).await,
        _ => bail!("this program does not know the capability"),
    }?;
    Ok(NOTHING_DIFFERS)
}
