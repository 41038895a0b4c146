//! Consuming a partition: the stream consumer, positions, waiting.

use std::{sync::Arc, time::Instant};

use anyhow::{Context, Result, ensure};
use futures::StreamExt;
use rskafka::{
    client::{
        consumer::{StartOffset, StreamConsumer, StreamConsumerBuilder},
        partition::{Compression, OffsetAt, PartitionClient},
    },
    record::RecordAndOffset,
};
use tokio::time::{Duration, timeout};

use crate::{
    produce::{expect, send_ten},
    records::numbered,
    session::{BOUND, Session},
};

const MAX_WAIT_MS: i32 = 10_000;
const LONG_BEFORE: Duration = Duration::from_secs(8);

pub async fn assign(session: &Session) -> Result<()> {
    session.create_topic(1).await?;
    let partition = session.partition(0).await?;
    let sent = numbered(100);
    for records in sent.chunks(20) {
        partition.produce(records.to_vec(), Compression::NoCompression).await?;
    }
    expect(&sent, &read(&partition, 100).await?)
}

/// A stream consumer has one position from its start on: seeking is starting another one.
pub async fn seek(session: &Session) -> Result<()> {
    let partition = send_ten(session).await?;
    for (start, expected) in [(StartOffset::At(4), 4), (StartOffset::Earliest, 0)] {
        let offset = next(&mut stream(&partition, start)).await?.offset;
        ensure!(offset == expected, "from {start:?} comes offset {offset}");
    }
    // Asked for here, since a stream that starts at the latest offset asks for it only when it is first polled.
    let end = partition.get_offset(OffsetAt::Latest).await?;
    partition.produce(numbered(1), Compression::NoCompression).await?;
    let offset = next(&mut stream(&partition, StartOffset::At(end))).await?.offset;
    ensure!(offset == 10, "at the end comes offset {offset}");
    Ok(())
}

pub async fn long_poll(session: &Session) -> Result<()> {
    session.create_topic(1).await?;
    let (reader, writer) = (session.partition(0).await?, session.partition(0).await?);
    let waiting = tokio::spawn(async move { reader.fetch_records(0, 1..1_000_000, MAX_WAIT_MS).await });
    // Nothing tells when the broker has begun to wait; half a second is what the request is given to arrive.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let sent = Instant::now();
    writer.produce(numbered(1), Compression::NoCompression).await?;
    let (records, _) = timeout(BOUND, waiting).await.context("the fetch did not end")???;
    ensure!(records.len() == 1, "{} records came", records.len());
    ensure!(sent.elapsed() < LONG_BEFORE, "the record took {:?}", sent.elapsed());
    Ok(())
}

/// The first `count` records of a partition.
pub async fn read(partition: &Arc<PartitionClient>, count: usize) -> Result<Vec<RecordAndOffset>> {
    let mut stream = stream(partition, StartOffset::Earliest);
    let mut records = Vec::with_capacity(count);
    while records.len() < count {
        records.push(next(&mut stream).await?);
    }
    Ok(records)
}

fn stream(partition: &Arc<PartitionClient>, start: StartOffset) -> StreamConsumer {
    StreamConsumerBuilder::new(Arc::clone(partition), start)
        .with_max_wait_ms(500)
        .build()
}

async fn next(stream: &mut StreamConsumer) -> Result<RecordAndOffset> {
    let item = timeout(BOUND, stream.next()).await.context("no record came")?;
    let (record, _high_watermark) = item.context("the stream has ended")??;
    Ok(record)
}
