//! One capability's client, and the names of its topics.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use rskafka::{
    BackoffConfig,
    client::{
        Client, ClientBuilder,
        controller::ControllerClient,
        partition::{PartitionClient, UnknownTopicHandling},
    },
};

/// How long the broker may take over a request of the admin kind.
pub const REQUEST_TIMEOUT_MS: i32 = 10_000;

/// How long anything awaited may take.
pub const BOUND: Duration = Duration::from_secs(20);

pub struct Session {
    pub client: Client,
    pub controller: ControllerClient,
    /// `PREFIX-CAPABILITY`
    pub name: String,
}

impl Session {
    pub async fn open(bootstrap: &str, name: String) -> Result<Self> {
        let backoff = BackoffConfig {
            max_backoff: Duration::from_secs(1),
            deadline: Some(BOUND),
            ..BackoffConfig::default()
        };
        let client = ClientBuilder::new(vec![bootstrap.to_owned()])
            .client_id("compat-rskafka")
            .backoff_config(backoff)
            .build()
            .await
            .context("the first metadata")?;
        let controller = client.controller_client()?;
        Ok(Self {
            client,
            controller,
            name,
        })
    }

    /// Creates the topic `NAME`.
    pub async fn create_topic(&self, partitions: i32) -> Result<()> {
        let created = self
            .controller
            .create_topic(&self.name, partitions, 1, REQUEST_TIMEOUT_MS);
        created.await.context("creating the topic")
    }

    /// A client of one partition of the topic `NAME`, connected to its leader.
    pub async fn partition(&self, partition: i32) -> Result<Arc<PartitionClient>> {
        let client = self
            .client
            .partition_client(&self.name, partition, UnknownTopicHandling::Retry);
        Ok(Arc::new(client.await.context("finding the partition's leader")?))
    }

    /// The numbers of the topic's partitions, or none where it is not listed.
    pub async fn listed_partitions(&self) -> Result<Vec<i32>> {
        let topics = self.client.list_topics().await.context("listing topics")?;
        let topic = topics.into_iter().find(|topic| topic.name == self.name);
        Ok(topic
            .map(|topic| topic.partitions.into_iter().collect())
            .unwrap_or_default())
    }
}
