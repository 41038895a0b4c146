// Producing: compression, acknowledgements, the partitioner, idempotence.
import assert from 'node:assert/strict'

import { CompressionAlgorithms, ProduceAcks } from '@platformatic/kafka'

import { numbered, readable, tenRecords } from '../scenario/records.js'
import { fromMessage, messages, sendTen } from './records.js'
import { readAll, values } from './session.js'

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
    tenRecords().map(readable),
  )
}

export const produceNone = produceCompressed(CompressionAlgorithms.NONE)
export const produceGzip = produceCompressed(CompressionAlgorithms.GZIP)
export const produceSnappy = produceCompressed(CompressionAlgorithms.SNAPPY)
export const produceLz4 = produceCompressed(CompressionAlgorithms.LZ4)
export const produceZstd = produceCompressed(CompressionAlgorithms.ZSTD)

export async function acksZeroAndOne(session) {
  const topic = await session.createTopic()
  const producer = session.producer()
  await producer.send({ acks: ProduceAcks.LEADER, messages: messages(topic, ['acks-1']) })
  await producer.send({ acks: ProduceAcks.NO_RESPONSE, messages: messages(topic, ['acks-0']) })
  assert.deepEqual(values(await readAll(session, topic, 2)), ['acks-1', 'acks-0'])
}

export async function partitioner(session) {
  const topic = await session.createTopic({ partitions: 4 })
  const producer = session.producer()
  const keys = numbered('key', 40)
  const message = key => ({ topic, key: Buffer.from(key), value: Buffer.from(key) })
  await producer.send({ messages: [...keys, ...keys].map(message) })
  await producer.send({ messages: [{ ...message('explicit'), partition: 2 }] })

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
  const producer = session.producer({ idempotent: true })
  const expected = numbered('value', 100)
  for (let from = 0; from < expected.length; from += 20) {
    await producer.send({ messages: messages(topic, expected.slice(from, from + 20)) })
  }
  assert.deepEqual(values(await readAll(session, topic, 100)), expected)
}
