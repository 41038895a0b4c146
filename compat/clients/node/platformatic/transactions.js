// Transactions, and who sees what of them.
import assert from 'node:assert/strict'

import { FetchIsolationLevels } from '@platformatic/kafka'

import { numbered } from '../scenario/records.js'
import { eventually } from '../scenario/waiting.js'
import { committedOffset } from './groups.js'
import { messages } from './records.js'
import { readAll, values } from './session.js'

export function transactionalProducer(session, transactionalId = session.name) {
  return session.producer({ idempotent: true, transactionalId })
}

export async function commit(session) {
  const topic = await session.createTopic({ partitions: 2 })
  const transaction = await transactionalProducer(session).beginTransaction()
  for (const partition of [0, 1]) {
    await transaction.send({ messages: messages(topic, numbered(`p${partition}`, 5), () => partition) })
  }
  await transaction.commit()
  const read = await readAll(session, topic, 10)
  assert.deepEqual(values(read).sort(), [...numbered('p0', 5), ...numbered('p1', 5)])
}

export async function abort(session) {
  const topic = await session.createTopic()
  const producer = transactionalProducer(session)
  const aborted = await producer.beginTransaction()
  await aborted.send({ messages: messages(topic, numbered('aborted', 5)) })
  await aborted.abort()
  const committed = await producer.beginTransaction()
  await committed.send({ messages: messages(topic, numbered('committed', 5)) })
  await committed.commit()

  assert.deepEqual(values(await readAll(session, topic, 5)), numbered('committed', 5))
  const isolationLevel = FetchIsolationLevels.READ_UNCOMMITTED
  const uncommitted = await readAll(session, topic, 10, { stream: { isolationLevel } })
  assert.deepEqual(values(uncommitted), [...numbered('aborted', 5), ...numbered('committed', 5)])
}

export async function consumeTransformProduce(session) {
  const input = await session.createTopic({ suffix: 'input' })
  const output = await session.createTopic({ suffix: 'output' })
  const groupId = session.name
  const inputs = session.producer()
  const feed = prefix => inputs.send({ messages: messages(input, numbered(prefix, 10)) })
  const member = await session.member({ topic: input, groupId, autocommit: false })
  const producer = transactionalProducer(session)

  /** Puts ten records, each of them twice, and the offset after them into a transaction, which is left open. */
  const transform = async () => {
    const records = await member.take(10)
    const transaction = await producer.beginTransaction()
    await transaction.addConsumer(member.consumer)
    await transaction.send({ messages: messages(output, values(records.flatMap(record => [record, record]))) })
    await transaction.addOffset(records.at(-1))
    return transaction
  }

  await feed('kept')
  await (await transform()).commit()
  const committed = () => committedOffset(session, groupId, input).then(Number)
  await eventually(committed, offset => offset === 10, 'the offset of the transaction')
  await feed('dropped')
  await (await transform()).abort()
  await inputs.send({ messages: messages(output, ['after']) })

  const expected = numbered('kept', 10).flatMap(value => [value, value])
  assert.deepEqual(values(await readAll(session, output, 21)), [...expected, 'after'])
  assert.equal(await committed(), 10)
}
