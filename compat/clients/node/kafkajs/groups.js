// Groups: commits, and two members that share partitions.
import assert from 'node:assert/strict'

import kafkajs from 'kafkajs'

import { numbered } from '../scenario/records.js'
import { allDone } from '../scenario/waiting.js'
import { sendTen } from './records.js'
import { values } from './session.js'

const { PartitionAssigners } = kafkajs

const PARTITIONS = 4

/** A member reads `count` records, commits the offset after them by hand, and leaves. */
export async function consumeAndCommit(session, { topic, groupId, count, metadata }) {
  const member = await session.member({ topic, groupId, run: { autoCommit: false } })
  const records = await member.take(count)
  await member.consumer.commitOffsets([{ topic, partition: 0, offset: String(count), metadata }])
  await member.leave()
  return records
}

/** A topic with the ten records and a group, now empty, that has committed offset 5 of them. */
export async function committedGroup(session) {
  const topic = await session.createTopic()
  const groupId = session.name
  await sendTen(session, topic)
  await consumeAndCommit(session, { topic, groupId, count: 5 })
  return { topic, groupId }
}

export async function committedOffsets(session, groupId, topic) {
  const admin = await session.admin()
  const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] })
  return partitions
}

export async function groupRoundRobin(session) {
  const topic = await session.createTopic({ partitions: PARTITIONS })
  const settings = { topic, groupId: session.name, partitionAssigners: [PartitionAssigners.roundRobin] }
  const [first, second] = await allDone([session.member(settings), session.member(settings)])
  await allDone([first.hasPartitions(2), second.hasPartitions(2)])

  const producer = await session.producer()
  const send = prefix =>
    producer.send({ topic, messages: numbered(prefix, 40).map((value, i) => ({ value, partition: i % PARTITIONS })) })
  await send('shared')
  const [byFirst, bySecond] = await allDone([first.take(20), second.take(20)])
  const [ofFirst, ofSecond] = [byFirst, bySecond].map(partitionsOf)
  assert.deepEqual([ofFirst.length, ofSecond.length], [2, 2])
  assert.deepEqual([...ofFirst, ...ofSecond].sort(), [0, 1, 2, 3])
  assert.deepEqual(values([...byFirst, ...bySecond]).sort(), numbered('shared', 40).sort())

  await first.leave()
  await second.hasPartitions(PARTITIONS)
  await send('alone')
  assert.deepEqual(values(await second.take(40)).sort(), numbered('alone', 40).sort())
}

const partitionsOf = records => [...new Set(records.map(({ partition }) => partition))]
