// Producing: compression, acknowledgements, the partitioner, idempotence.
import assert from 'node:assert/strict'

import kafkajs from 'kafkajs'

import { numbered, readable } from '../scenario/records.js'
import { expectedTen, fromMessage, sendTen, VARIATIONS } from './records.js'
import { readAll, values } from './session.js'

const { CompressionTypes } = kafkajs

const produceCompressed = compression => async session => {
  const topic = await session.createTopic()
  await sendTen(session, topic, { compression })
  const records = await readAll(session, topic, 10)
  assert.deepEqual(
    records.map(record => Number(record.offset)),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
  assert.deepEqual(
    records.map(record => readable(fromMessage(record))),
    expectedTen().map(readable),
  )
  return VARIATIONS
}

export const produceNone = produceCompressed(CompressionTypes.None)
export const produceGzip = produceCompressed(CompressionTypes.GZIP)
export const produceSnappy = produceCompressed(CompressionTypes.Snappy)
export const produceLz4 = produceCompressed(CompressionTypes.LZ4)
export const produceZstd = produceCompressed(CompressionTypes.ZSTD)

/** Acks 1 comes first: its answer shows that the partition takes records, which acks 0 would never tell. */
export async function acksZeroAndOne(session) {
  const topic = await session.createTopic()
  const producer = await session.producer()
  await producer.send({ topic, acks: 1, messages: [{ value: 'acks-1' }] })
  await producer.send({ topic, acks: 0, messages: [{ value: 'acks-0' }] })
  assert.deepEqual(values(await readAll(session, topic, 2)), ['acks-1', 'acks-0'])
}

export async function partitioner(session) {
  const topic = await session.createTopic({ partitions: 4 })
  const producer = await session.producer()
  const keys = numbered('key', 40)
  const messages = [...keys, ...keys].map(key => ({ key, value: key }))
  await producer.send({ topic, messages })
  await producer.send({ topic, messages: [{ key: 'explicit', value: 'explicit', partition: 2 }] })

  const partitions = new Map()
  for (const { key, partition } of await readAll(session, topic, 81)) {
    partitions.set(String(key), [...(partitions.get(String(key)) ?? []), partition])
  }
  assert.deepEqual(partitions.get('explicit'), [2])
  for (const key of keys) {
    const [first, ...others] = partitions.get(key)
    assert.deepEqual(others, [first], `${key} lies in one partition`)
  }
  assert.ok(new Set(keys.map(key => partitions.get(key)[0])).size > 1)
}

export async function idempotence(session) {
  const topic = await session.createTopic()
  const producer = await session.producer({ idempotent: true, maxInFlightRequests: 1 })
  const expected = numbered('value', 100)
  for (let from = 0; from < expected.length; from += 20) {
    const messages = expected.slice(from, from + 20).map(value => ({ value, partition: 0 }))
    await producer.send({ topic, messages })
  }
  assert.deepEqual(values(await readAll(session, topic, 100)), expected)
}
