// Transactions, and who sees what of them.
import assert from 'node:assert/strict'

import { numbered } from '../scenario/records.js'
import { eventually } from '../scenario/waiting.js'
import { committedOffsets } from './groups.js'
import { readAll, values } from './session.js'

export async function transactionalProducer(session, transactionalId = session.name) {
  return session.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
}

export async function commit(session) {
  const topic = await session.createTopic({ partitions: 2 })
  const producer = await transactionalProducer(session)
  const transaction = await producer.transaction()
  for (const partition of [0, 1]) {
    await transaction.send({ topic, messages: numbered(`p${partition}`, 5).map(value => ({ value, partition })) })
  }
  await transaction.commit()
  const read = await readAll(session, topic, 10)
  assert.deepEqual(values(read).sort(), [...numbered('p0', 5), ...numbered('p1', 5)])
}

export async function abort(session) {
  const topic = await session.createTopic()
  const producer = await transactionalProducer(session)
  const aborted = await producer.transaction()
  await aborted.send({ topic, messages: numbered('aborted', 5).map(value => ({ value })) })
  await aborted.abort()
  const committed = await producer.transaction()
  await committed.send({ topic, messages: numbered('committed', 5).map(value => ({ value })) })
  await committed.commit()

  assert.deepEqual(values(await readAll(session, topic, 5)), numbered('committed', 5))
  const uncommitted = await readAll(session, topic, 10, { readUncommitted: true })
  assert.deepEqual(values(uncommitted), [...numbered('aborted', 5), ...numbered('committed', 5)])
}

export async function consumeTransformProduce(session) {
  const input = await session.createTopic({ suffix: 'input' })
  const output = await session.createTopic({ suffix: 'output' })
  const groupId = session.name
  const inputs = await session.producer()
  const feed = prefix => inputs.send({ topic: input, messages: numbered(prefix, 10).map(value => ({ value })) })
  const consumer = await session.member({ topic: input, groupId, run: { autoCommit: false } })
  const producer = await transactionalProducer(session)

  /** Puts ten records, each of them twice, and the offset after them into a transaction, which is left open. */
  const transform = async () => {
    const records = await consumer.take(10)
    const transaction = await producer.transaction()
    const messages = records.flatMap(({ value }) => [{ value }, { value }])
    await transaction.send({ topic: output, messages })
    const offset = String(Number(records.at(-1).offset) + 1)
    await transaction.sendOffsets({
      consumerGroupId: groupId,
      topics: [{ topic: input, partitions: [{ partition: 0, offset }] }],
    })
    return transaction
  }
  const committed = async () => (await committedOffsets(session, groupId, input))[0].offset

  await feed('kept')
  await (await transform()).commit()
  await eventually(committed, offset => offset === '10', 'the offsets of the transaction')
  await feed('dropped')
  await (await transform()).abort()
  await inputs.send({ topic: output, messages: [{ value: 'after' }] })

  const expected = numbered('kept', 10).flatMap(value => [value, value])
  assert.deepEqual(values(await readAll(session, output, 21)), [...expected, 'after'])
  assert.equal(await committed(), '10')
}
