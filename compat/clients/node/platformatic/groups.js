// Groups: commits, and two members that share partitions.
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'

import { numbered } from '../scenario/records.js'
import { allDone, eventually, Watched } from '../scenario/waiting.js'
import { messages, sendTen } from './records.js'
import { values } from './session.js'

const PARTITIONS = 4
const ALL = [0, 1, 2, 3]

/** A member reads `count` records, commits the offset after them by hand, and leaves. */
export async function consumeAndCommit(session, { topic, groupId, count }) {
  const member = await session.member({ topic, groupId, autocommit: false })
  const records = await member.take(count)
  const { leaderEpoch } = records.at(-1)
  await member.consumer.commit({ offsets: [{ topic, partition: 0, offset: BigInt(count), leaderEpoch }] })
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

export async function committedOffset(session, groupId, topic) {
  const groups = [{ groupId, topics: [{ name: topic, partitionIndexes: [0] }] }]
  const [{ topics }] = await session.admin().listConsumerGroupOffsets({ groups })
  return topics[0].partitions[0].committedOffset
}

const shared = settings => async session => {
  const topic = await session.createTopic({ partitions: PARTITIONS })
  const ofGroup = { topic, groupId: session.name, ...settings }
  const [first, second] = await allDone([session.member(ofGroup), session.member(ofGroup)])
  await haveShared(first, second)
  await allDone([first.fetchesAnew(), second.fetchesAnew()])

  const producer = session.producer()
  const send = prefix => producer.send({ messages: messages(topic, numbered(prefix, 40), i => i % PARTITIONS) })
  await send('shared')
  const [byFirst, bySecond] = await allDone([first.take(20), second.take(20)])
  const [ofFirst, ofSecond] = [byFirst, bySecond].map(partitionsOf)
  assert.deepEqual([ofFirst.length, ofSecond.length], [2, 2])
  assert.deepEqual([...ofFirst, ...ofSecond].sort(), ALL)
  assert.deepEqual(values([...byFirst, ...bySecond]).sort(), numbered('shared', 40).sort())

  // The automatic commit follows the records; what it has not reached would come again after the rebalance.
  await allDone([committed(first, 10), committed(second, 10)])
  await first.leave()
  await second.hasPartitions(PARTITIONS)
  await second.fetchesAnew()
  await send('alone')
  assert.deepEqual(values(await second.take(40)).sort(), numbered('alone', 40).sort())
}

export const roundRobin = shared({})
export const cooperative = shared({ protocols: [{ name: 'cooperative-sticky', version: 3 }] })
export const consumerProtocol = shared({ groupProtocol: 'consumer' })

/** Until a member's stream has committed this offset of each of its partitions. */
async function committed(member, offset) {
  const { stream, topic, partitions } = member
  const offsets = () => partitions.map(partition => stream.offsetsCommitted.get(`${topic}:${partition}`))
  await eventually(
    () => offsets().map(Number),
    all => all.every(one => one === offset),
    `${offset} to be committed`,
  )
}

/** Until each has two partitions, by one and the same generation of the group. */
async function haveShared(first, second) {
  const shares = () =>
    [first, second].map(({ partitions, consumer }) => ({ partitions, generation: consumer.generationId }))
  const fair = ([one, other]) =>
    one.generation === other.generation &&
    isDeepStrictEqual([...one.partitions, ...other.partitions].sort(), ALL) &&
    one.partitions.length === 2
  return eventually(shares, fair, 'two partitions for each member')
}

const partitionsOf = records => [...new Set(records.map(({ partition }) => partition))]

/** A member with an instance id that goes away as if its process had died, and is back with the same partitions. */
export async function staticMembership(session) {
  const topic = await session.createTopic({ partitions: PARTITIONS })
  const member = groupInstanceId => session.member({ topic, groupId: session.name, groupInstanceId })
  const [staying, leaving] = await allDone([member('staying'), member('leaving')])
  await haveShared(staying, leaving)
  const [ofStaying, ofLeaving] = [staying.partitions, leaving.partitions]
  const { generationId, memberId } = staying.consumer
  const rebalances = []
  for (const event of ['rebalance', 'join'])
    staying.consumer.on(`consumer:group:${event}`, () => rebalances.push(event))

  await vanish(leaving)
  const back = await member('leaving')
  assert.deepEqual(await back.hasPartitions(2), ofLeaving)

  // Were there a rebalance, these heartbeats would tell of it.
  const heartbeats = new Watched(0)
  staying.consumer.on('consumer:heartbeat:end', () => heartbeats.set(heartbeats.value + 1))
  await heartbeats.until(count => count >= 3, 'three heartbeats')
  assert.deepEqual(rebalances, [])
  assert.deepEqual(
    { generationId: staying.consumer.generationId, memberId: staying.consumer.memberId },
    { generationId, memberId },
  )
  assert.deepEqual(staying.partitions, ofStaying)
  assert.equal(back.consumer.generationId, generationId)
}

/** Closing a consumer leaves the group, unless its connections are closed already. */
async function vanish({ stream, consumer }) {
  await stream.close()
  consumer.connections.close()
  await consumer.close()
}
