//! Producing to a partition, and reading it back.

use std::sync::Arc;

use anyhow::{Result, ensure};
use rskafka::{
    client::partition::{Compression, PartitionClient},
    record::{Record, RecordAndOffset},
};

use crate::{
    capabilities::Variations,
    consume::read,
    records::{self, VARIATIONS},
    session::Session,
};

pub async fn ten_records(session: &Session, compression: Compression) -> Result<Variations> {
    session.create_topic(1).await?;
    let partition = session.partition(0).await?;
    let sent = records::ten_records();
    let offsets = partition.produce(sent.clone(), compression).await?;
    ensure!(offsets == (0..10).collect::<Vec<i64>>(), "the offsets are {offsets:?}");
    expect(&sent, &read(&partition, 10).await?)?;
    Ok(VARIATIONS)
}

/// A topic that holds the ten records: its partition.
pub async fn send_ten(session: &Session) -> Result<Arc<PartitionClient>> {
    session.create_topic(1).await?;
    let partition = session.partition(0).await?;
    partition
        .produce(records::ten_records(), Compression::NoCompression)
        .await?;
    Ok(partition)
}

/// The records as they were sent, from offset 0 without a gap.
pub fn expect(sent: &[Record], read: &[RecordAndOffset]) -> Result<()> {
    ensure!(read.len() == sent.len(), "{} records, not {}", read.len(), sent.len());
    for (offset, (sent, read)) in (0..).zip(sent.iter().zip(read)) {
        ensure!(read.offset == offset, "offset {} in place of {offset}", read.offset);
        ensure!(
            read.record == *sent,
            "record {offset} is {:?}, not {sent:?}",
            read.record
        );
    }
    Ok(())
}
