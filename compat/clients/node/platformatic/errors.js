// The broker's refusals, as this client names them.
import assert from 'node:assert/strict'

import { MessagesStreamFallbackModes, MessagesStreamModes } from '@platformatic/kafka'

import { messages, sendTen } from './records.js'
import { transactionalProducer } from './transactions.js'

export async function topicExists(session) {
  const topic = await session.createTopic()
  await refused('TOPIC_ALREADY_EXISTS', session.admin().createTopics({ topics: [topic], partitions: 1, replicas: 1 }))
}

/** Held for a passing error by this client, which would try again for long. */
export async function unknownTopic(session) {
  const admin = session.admin({ retries: 0 })
  await refused('UNKNOWN_TOPIC_OR_PARTITION', admin.deleteTopics({ topics: [session.name] }))
}

export async function invalidTopic(session) {
  const created = session.admin().createTopics({ topics: ['not/legal'], partitions: 1, replicas: 1 })
  await refused('INVALID_TOPIC_EXCEPTION', created)
}

export async function invalidConfig(session) {
  await refused('INVALID_CONFIG', session.createTopic({ configs: { 'retention.ms': 'abc' } }))
}

export async function tooLarge(session) {
  const topic = await session.createTopic({ configs: { 'max.message.bytes': '1000' } })
  await refused('MESSAGE_TOO_LARGE', session.producer().send({ messages: messages(topic, ['x'.repeat(2000)]) }))
}

export async function outOfRange(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  const member = await session.member({
    topic,
    stream: {
      mode: MessagesStreamModes.MANUAL,
      fallbackMode: MessagesStreamFallbackModes.FAIL,
      offsets: [{ topic, partition: 0, offset: 1000n }],
    },
  })
  await refused('OFFSET_OUT_OF_RANGE', member.take(1))
}

/** Unless told that it has none yet, a producer claims id 0 and epoch 0: refused for a known transactional id. */
const NO_ID_YET = { producerId: -1n, producerEpoch: -1 }

export async function fencedProducer(session) {
  const topic = await session.createTopic()
  const send = async producer => {
    const transaction = await producer.beginTransaction(NO_ID_YET)
    await transaction.send({ messages: messages(topic, ['in a transaction']) })
    await transaction.commit()
  }
  const first = transactionalProducer(session)
  await send(first)
  await send(transactionalProducer(session))
  await refused(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'], send(first))
}

/** The attempt must end with one of these errors; any other is passed on. */
async function refused(ids, attempt) {
  const error = await attempt.then(
    () => assert.fail(`nothing was refused, where ${ids} was expected`),
    caught => caught,
  )
  if (![ids].flat().some(id => error.findBy?.('apiId', id))) throw error
}
