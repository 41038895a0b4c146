// One consumer: positions, commits, waiting.
import assert from 'node:assert/strict'
import { once } from 'node:events'

import { FetchIsolationLevels, MessagesStreamModes } from '@platformatic/kafka'

import { numbered } from '../scenario/records.js'
import { within } from '../scenario/waiting.js'
import { committedOffset, consumeAndCommit } from './groups.js'
import { messages, sendTen } from './records.js'

const MAX_WAIT_MS = 10_000
const LONG_BEFORE_MS = 8_000
const MAX_BYTES = 1 << 20

/** A stream reads by group alone; what reads a given partition is the consumer's `fetch`, a request at a time. */
export async function assign(session) {
  const topic = await session.createTopic()
  const expected = numbered('value', 100)
  const producer = session.producer()
  for (let from = 0; from < expected.length; from += 20) {
    await producer.send({ messages: messages(topic, expected.slice(from, from + 20)) })
  }
  const consumer = session.consumer()
  const read = []
  while (read.length < expected.length) {
    const batches = await within(fetchFrom(consumer, topic, BigInt(read.length)), 'an answer to the fetch')
    const records = batches.flatMap(({ firstOffset, records }) =>
      records.map(({ offsetDelta, value }) => [Number(firstOffset) + offsetDelta, value.toString()]),
    )
    read.push(...records.filter(([offset]) => offset >= read.length))
  }
  assert.deepEqual(read, [...expected.entries()])
}

async function fetchFrom(consumer, topic, fetchOffset) {
  const { topics } = await consumer.metadata({ topics: [topic] })
  const { id: topicId, partitions } = topics.get(topic)
  const wanted = {
    partition: 0,
    fetchOffset,
    partitionMaxBytes: MAX_BYTES,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
  }
  const { responses } = await consumer.fetch({
    node: partitions[0].leader,
    maxWaitTime: 500,
    minBytes: 1,
    maxBytes: MAX_BYTES,
    isolationLevel: FetchIsolationLevels.READ_UNCOMMITTED,
    topics: [{ topicId, partitions: [wanted] }],
  })
  return responses.flatMap(response => response.partitions).flatMap(partition => partition.records ?? [])
}

/** A stream has one position from its start on: seeking is consuming anew. */
export async function seek(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  const member = await session.member({
    topic,
    stream: { mode: MessagesStreamModes.MANUAL, offsets: [{ topic, partition: 0, offset: 4n }], autocommit: false },
  })
  assert.equal((await member.take(1))[0].offset, 4n)
  await member.take(5)
  await member.stream.close()

  await member.consume({ mode: MessagesStreamModes.EARLIEST, fallbackMode: undefined, autocommit: false })
  assert.equal((await member.take(1))[0].offset, 0n)
  await member.take(9)
  await member.stream.close()

  await member.consume({ mode: MessagesStreamModes.LATEST, fallbackMode: undefined, autocommit: false })
  await within(once(member.stream, 'offsets'), 'the end offset')
  await session.producer().send({ messages: messages(topic, ['produced after the seek']) })
  assert.equal((await member.take(1))[0].offset, 10n)
}

/** The client commits no metadata. */
export async function commitResume(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  const groupId = session.name
  const first = await consumeAndCommit(session, { topic, groupId, count: 5 })
  assert.deepEqual(
    first.map(record => record.offset),
    [0n, 1n, 2n, 3n, 4n],
  )
  assert.equal(await committedOffset(session, groupId, topic), 5n)
  const second = await session.member({ topic, groupId })
  const rest = await second.take(5)
  assert.deepEqual(
    rest.map(record => record.offset),
    [5n, 6n, 7n, 8n, 9n],
  )
}

export async function longPoll(session) {
  const topic = await session.createTopic()
  const producer = session.producer()
  await producer.send({ messages: messages(topic, ['first']) })
  const member = await session.member({ topic, maxWaitTime: MAX_WAIT_MS })
  // The fetch after the first record's is the one that waits at the end.
  await member.take(1)
  const sent = Date.now()
  await producer.send({ messages: messages(topic, ['second']) })
  await member.take(1)
  assert.ok(Date.now() - sent < LONG_BEFORE_MS, `the record took ${Date.now() - sent} ms`)
}
