//! Topics and offsets, by the controller client and the partition clients.

use anyhow::{Context, Result, ensure};
use rskafka::client::partition::OffsetAt;
use tokio::time::{Duration, sleep, timeout};

use crate::{
    produce::send_ten,
    records::timestamp,
    session::{BOUND, REQUEST_TIMEOUT_MS, Session},
};

/// Without `retention.ms`: the client sends no configurations.
pub async fn create_topic(session: &Session) -> Result<()> {
    session.create_topic(3).await?;
    until_listed(session, &[0, 1, 2]).await?;
    for partition in 0..3 {
        // Made only where the metadata names a leader and that broker agrees.
        session.partition(partition).await?;
    }
    Ok(())
}

pub async fn delete_topic(session: &Session) -> Result<()> {
    session.create_topic(1).await?;
    until_listed(session, &[0]).await?;
    session
        .controller
        .delete_topic(&session.name, REQUEST_TIMEOUT_MS)
        .await?;
    until_listed(session, &[]).await
}

pub async fn delete_records(session: &Session) -> Result<()> {
    let partition = send_ten(session).await?;
    partition.delete_records(5, REQUEST_TIMEOUT_MS).await?;
    let earliest = partition.get_offset(OffsetAt::Earliest).await?;
    ensure!(earliest == 5, "the earliest offset is {earliest}, not 5");
    Ok(())
}

pub async fn list_offsets(session: &Session) -> Result<()> {
    let partition = send_ten(session).await?;
    let earliest = partition.get_offset(OffsetAt::Earliest).await?;
    let latest = partition.get_offset(OffsetAt::Latest).await?;
    ensure!(
        (earliest, latest) == (0, 10),
        "earliest {earliest} and latest {latest}, not 0 and 10"
    );
    Ok(())
}

/// Where no record is at or after the timestamp, rskafka passes on the broker's -1.
pub async fn offsets_for_times(session: &Session) -> Result<()> {
    let partition = send_ten(session).await?;
    let within = partition.get_offset(OffsetAt::Timestamp(timestamp(4500))).await?;
    ensure!(within == 5, "offset {within}, not 5");
    let after = partition.get_offset(OffsetAt::Timestamp(timestamp(60_000))).await?;
    ensure!(after == -1, "offset {after} after the last record");
    Ok(())
}

/// Waits until the topic is listed with these partitions: with none, until it is no longer listed.
async fn until_listed(session: &Session, partitions: &[i32]) -> Result<()> {
    let listed = async {
        while session.listed_partitions().await? != partitions {
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    };
    timeout(BOUND, listed)
        .await
        .with_context(|| format!("not listed with partitions {partitions:?}"))?
}
