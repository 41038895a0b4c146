// One capability's clients: made with the scenario's settings, and closed together.
import { randomUUID } from 'node:crypto'

import kafkajs from 'kafkajs'

import { KEPT } from '../scenario/records.js'
import { eventually, Inbox, Watched } from '../scenario/waiting.js'

const { Kafka, logLevel } = kafkajs

export const CLIENT_ID = 'compat-kafkajs'

const GROUP_SETTINGS = {
  sessionTimeout: 10_000,
  rebalanceTimeout: 10_000,
  heartbeatInterval: 500,
  maxWaitTimeInMs: 500,
}

export class Session {
  #kafka
  #opened = []

  constructor({ bootstrap, name }) {
    this.name = name
    this.#kafka = new Kafka({
      clientId: CLIENT_ID,
      brokers: [bootstrap],
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 15 },
    })
  }

  /** A connected admin client, the same one for the whole session unless it is given settings. */
  async admin(settings) {
    if (settings) return this.#connect(this.#kafka.admin(settings))
    this.sharedAdmin ??= await this.#connect(this.#kafka.admin())
    return this.sharedAdmin
  }

  async producer(settings = {}) {
    return this.#connect(this.#kafka.producer({ allowAutoTopicCreation: false, ...settings }))
  }

  async consumer(settings) {
    return this.#connect(this.#kafka.consumer({ ...GROUP_SETTINGS, allowAutoTopicCreation: false, ...settings }))
  }

  /** Creates `NAME` or `NAME-SUFFIX` and gives the name once its leaders serve it. */
  async createTopic({ suffix, partitions = 1, configs = KEPT } = {}) {
    const topic = suffix ? `${this.name}-${suffix}` : this.name
    const admin = await this.admin()
    await admin.createTopics({
      waitForLeaders: false, // it gives up where a loaded broker's metadata does not tell of the topic yet
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor: 1,
          configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
        },
      ],
    })
    // Metadata may tell of a partition a moment before its leader serves it; a batch refused then is sent whole again.
    const served = () =>
      admin.fetchTopicOffsets(topic).then(
        () => 'served',
        error => error.message,
      )
    await eventually(served, answer => answer === 'served', `${topic} to be served`)
    return topic
  }

  /** A member of a group that reads `topic` from the beginning, or from where the group stands. */
  async member({ topic, groupId = `${this.name}-${randomUUID()}`, run = {}, ...settings }) {
    const consumer = await this.consumer({ groupId, ...settings })
    const member = new Member(consumer, topic)
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ eachMessage: async payload => member.receive(payload), ...run })
    return member
  }

  async close() {
    await Promise.allSettled(this.#opened.reverse().map(client => client.disconnect()))
  }

  async #connect(client) {
    this.#opened.push(client)
    await client.connect()
    return client
  }
}

/** A running consumer: what came, and which partitions it was given. */
export class Member {
  inbox = new Inbox()
  assignment = new Watched([])

  constructor(consumer, topic) {
    this.consumer = consumer
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.memberId = payload.memberId
      this.assignment.set(payload.memberAssignment[topic] ?? [])
    })
    // After an error that may pass, such as a coordinator that still loads, KafkaJS starts the consumer again itself.
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || this.inbox.fail(payload.error))
  }

  receive({ partition, message }) {
    this.inbox.push({ partition, ...message })
  }

  take(count) {
    return this.inbox.take(count)
  }

  async hasPartitions(count) {
    return this.assignment.until(partitions => partitions.length === count, `an assignment of ${count} partitions`)
  }

  async leave() {
    await this.consumer.disconnect()
  }
}

/** The first `count` records of a topic, by a consumer that then leaves. */
export async function readAll(session, topic, count, settings = {}) {
  const reader = await session.member({ topic, ...settings })
  const records = await reader.take(count)
  await reader.leave()
  return records
}

export const values = records => records.map(record => record.value.toString())
