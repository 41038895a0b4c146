//! The broker's refusals, as this client names them.

use std::fmt::Debug;

use anyhow::{Context, Result, bail};
use futures::StreamExt;
use rskafka::{
    client::{
        consumer::{StartOffset, StreamConsumerBuilder},
        error::{Error, ProtocolError},
        partition::Compression,
    },
    record::Record,
};

use crate::{
    produce::send_ten,
    records::numbered,
    session::{REQUEST_TIMEOUT_MS, Session},
};

pub async fn topic_exists(session: &Session) -> Result<()> {
    session.create_topic(1).await?;
    let again = session
        .controller
        .create_topic(&session.name, 1, 1, REQUEST_TIMEOUT_MS)
        .await;
    refused(again, ProtocolError::TopicAlreadyExists)
}

pub async fn unknown_topic(session: &Session) -> Result<()> {
    let deleted = session.controller.delete_topic(&session.name, REQUEST_TIMEOUT_MS).await;
    refused(deleted, ProtocolError::UnknownTopicOrPartition)
}

pub async fn invalid_topic(session: &Session) -> Result<()> {
    let created = session
        .controller
        .create_topic("not/legal", 1, 1, REQUEST_TIMEOUT_MS)
        .await;
    refused(created, ProtocolError::InvalidTopicException)
}

/// The client cannot set `max.message.bytes`: the record is larger than the default, 1048588 bytes.
pub async fn too_large(session: &Session) -> Result<()> {
    session.create_topic(1).await?;
    let partition = session.partition(0).await?;
    let large = Record {
        value: Some(vec![b'x'; 1_100_000]),
        ..numbered(1).remove(0)
    };
    let produced = partition.produce(vec![large], Compression::NoCompression).await;
    refused(produced, ProtocolError::MessageTooLarge)
}

pub async fn out_of_range(session: &Session) -> Result<()> {
    let partition = send_ten(session).await?;
    let mut stream = StreamConsumerBuilder::new(partition, StartOffset::At(1000)).build();
    let first = stream.next().await.context("the stream has ended")?;
    refused(first, ProtocolError::OffsetOutOfRange)
}

/// The result must be this error; any other is passed on.
fn refused<T: Debug>(result: Result<T, Error>, expected: ProtocolError) -> Result<()> {
    match result {
        Err(Error::ServerError { protocol_error, .. }) if protocol_error == expected => Ok(()),
        Err(other) => Err(other.into()),
        Ok(answer) => bail!("nothing was refused, where {expected:?} was expected: {answer:?}"),
    }
}
