// The broker's refusals, as this client names them.
import assert from 'node:assert/strict'

import { transactionalProducer } from './transactions.js'

/** KafkaJS answers "already there" by `false` in place of an error. */
export async function topicExists(session) {
  const topic = await session.createTopic()
  const admin = await session.admin()
  const created = await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }] })
  assert.equal(created, false)
}

/** KafkaJS holds this error for a passing one and would try again for long. */
export async function unknownTopic(session) {
  const admin = await session.admin({ retry: { retries: 1, initialRetryTime: 100 } })
  await refused('UNKNOWN_TOPIC_OR_PARTITION', () => admin.deleteTopics({ topics: [session.name] }))
}

export async function invalidTopic(session) {
  const admin = await session.admin()
  const topics = [{ topic: 'not/legal', numPartitions: 1, replicationFactor: 1 }]
  await refused('INVALID_TOPIC_EXCEPTION', () => admin.createTopics({ topics }))
}

export async function invalidConfig(session) {
  await refused('INVALID_CONFIG', () => session.createTopic({ configs: { 'retention.ms': 'abc' } }))
}

export async function tooLarge(session) {
  const topic = await session.createTopic({ configs: { 'max.message.bytes': '1000' } })
  const producer = await session.producer()
  const messages = [{ value: Buffer.alloc(2000, 'x') }]
  await refused('MESSAGE_TOO_LARGE', () => producer.send({ topic, messages }))
}

export async function fencedProducer(session) {
  const topic = await session.createTopic()
  const send = async producer => {
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: [{ value: 'in a transaction' }] })
    await transaction.commit()
  }
  const first = await transactionalProducer(session)
  await send(first)
  const second = await transactionalProducer(session)
  await send(second)
  await refused(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'], () => send(first))
}

/** The attempt must end with an error of one of these types; any other error is passed on. */
async function refused(types, attempt) {
  const error = await attempt().then(
    () => assert.fail(`nothing was refused, where ${types} was expected`),
    caught => caught,
  )
  if (!typesOf(error).some(type => [types].flat().includes(type))) throw error
}

/** The error's type and those of the errors that it wraps. */
function typesOf(error) {
  if (!error) return []
  return [error.type, ...typesOf(error.cause), ...(error.errors ?? []).flatMap(typesOf)]
}
