//! The ten records as rskafka takes them, and plain numbered ones.
//!
//! Its headers are a map, so a name comes once, and in the order of the names: of `trace` the second one is sent.

use std::collections::BTreeMap;

use rskafka::{
    chrono::{DateTime, TimeDelta, Utc},
    record::Record,
};

use crate::capabilities::Variations;

pub const VARIATIONS: Variations = &["repeated-headers"];

/// Milliseconds after the timestamp of the first record.
pub fn timestamp(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_600_000_000_000).expect("a valid time") + TimeDelta::milliseconds(milliseconds)
}

pub fn ten_records() -> Vec<Record> {
    let mut records: Vec<Record> = (0..7)
        .map(|i| Record {
            headers: BTreeMap::from([
                ("bin".to_owned(), vec![0x00, 0xff]),
                ("trace".to_owned(), b"again".to_vec()),
            ]),
            ..record(
                Some(&format!("key-{i}")),
                Some(&format!("value-{i}-{}", "x".repeat(200))),
            )
        })
        .collect();
    records.push(record(Some("key-7"), None));
    records.push(record(None, Some("value-8")));
    records.push(Record {
        headers: BTreeMap::from([("empty".to_owned(), vec![])]),
        ..record(Some(""), Some(""))
    });
    for (i, record) in (0..).zip(&mut records) {
        record.timestamp = timestamp(1000 * i);
    }
    records
}

/// `value-0`, `value-1`, …
pub fn numbered(count: usize) -> Vec<Record> {
    (0..count).map(|i| record(None, Some(&format!("value-{i}")))).collect()
}

fn record(key: Option<&str>, value: Option<&str>) -> Record {
    let bytes = |text: &str| text.as_bytes().to_vec();
    Record {
        key: key.map(bytes),
        value: value.map(bytes),
        headers: BTreeMap::new(),
        timestamp: timestamp(0),
    }
}
