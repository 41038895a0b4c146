// One consumer: positions, commits, waiting.
import assert from 'node:assert/strict'

import { sendTen } from './records.js'
import { committedOffsets, consumeAndCommit } from './groups.js'

const MAX_WAIT_MS = 10_000
const LONG_BEFORE_MS = 8_000

/** The consumer pauses itself after each record, so that a seek alone decides which one comes next. */
export async function seek(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  const admin = await session.admin()
  const member = await session.member({
    topic,
    run: {
      autoCommit: false,
      eachMessage: async payload => {
        payload.pause()
        member.receive(payload)
      },
    },
  })
  const seekTo = offset => {
    member.consumer.seek({ topic, partition: 0, offset })
    member.consumer.resume([{ topic, partitions: [0] }])
  }
  const nextOffset = async () => (await member.take(1))[0].offset

  assert.equal(await nextOffset(), '0')
  seekTo('4')
  assert.equal(await nextOffset(), '4')
  const [{ low, high }] = await admin.fetchTopicOffsets(topic)
  seekTo(low)
  assert.equal(await nextOffset(), '0')
  seekTo(high)
  const producer = await session.producer()
  await producer.send({ topic, messages: [{ value: 'produced after the seek', partition: 0 }] })
  assert.equal(await nextOffset(), '10')
}

export async function commitResume(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  const groupId = session.name
  const first = await consumeAndCommit(session, { topic, groupId, count: 5, metadata: 'checkpoint' })
  assert.deepEqual(
    first.map(record => record.offset),
    ['0', '1', '2', '3', '4'],
  )
  const [committed] = await committedOffsets(session, groupId, topic)
  assert.deepEqual(committed, { partition: 0, offset: '5', metadata: 'checkpoint' })
  const second = await session.member({ topic, groupId })
  const rest = await second.take(5)
  assert.deepEqual(
    rest.map(record => record.offset),
    ['5', '6', '7', '8', '9'],
  )
}

export async function longPoll(session) {
  const topic = await session.createTopic()
  const member = await session.member({ topic, maxWaitTimeInMs: MAX_WAIT_MS, sessionTimeout: 30_000 })
  const { consumer } = member
  const producer = await session.producer()
  await producer.send({ topic, messages: [{ value: 'first' }] })
  await member.take(1)
  // The next fetch is the one that waits at the end.
  await new Promise(resolve => consumer.on(consumer.events.FETCH_START, resolve))
  const sent = Date.now()
  await producer.send({ topic, messages: [{ value: 'second' }] })
  await member.take(1)
  assert.ok(Date.now() - sent < LONG_BEFORE_MS, `the record took ${Date.now() - sent} ms`)
}
