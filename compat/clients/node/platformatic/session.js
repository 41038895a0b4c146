// One capability's clients: made with the scenario's settings, and closed together.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'

import {
  Admin,
  Consumer,
  ListOffsetTimestamps,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  Producer,
} from '@platformatic/kafka'

import { KEPT } from '../scenario/records.js'
import { eventually, Inbox, within } from '../scenario/waiting.js'

export const CLIENT_ID = 'compat-platformatic'

const GROUP_SETTINGS = { sessionTimeout: 10_000, rebalanceTimeout: 10_000, heartbeatInterval: 500, maxWaitTime: 500 }

export class Session {
  #settings
  #opened = []
  #admin

  constructor({ bootstrap, name }) {
    this.name = name
    this.#settings = {
      clientId: CLIENT_ID,
      bootstrapBrokers: [bootstrap],
      timeout: 20_000,
      retries: 15,
      retryDelay: 200,
    }
  }

  /** An admin client, the same one for the whole session unless it is given settings. */
  admin(settings) {
    if (settings) return this.#keep(new Admin({ ...this.#settings, ...settings }))
    this.#admin ??= this.#keep(new Admin(this.#settings))
    return this.#admin
  }

  producer(settings = {}) {
    const producer = new Producer({ ...this.#settings, ...settings })
    return this.#keep(producer, () => producer.close(true))
  }

  consumer({ groupId = `${this.name}-${randomUUID()}`, ...settings } = {}) {
    const byGroupProtocol = settings.groupProtocol === 'consumer' ? { maxWaitTime: 500 } : GROUP_SETTINGS
    const consumer = new Consumer({ ...this.#settings, ...byGroupProtocol, groupId, ...settings })
    return this.#keep(consumer, () => consumer.close(true))
  }

  /** Creates `NAME` or `NAME-SUFFIX` and gives the name once its leaders serve it. */
  async createTopic({ suffix, partitions = 1, configs = KEPT } = {}) {
    const topic = suffix ? `${this.name}-${suffix}` : this.name
    await this.admin().createTopics({
      topics: [topic],
      partitions,
      replicas: 1,
      configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
    })
    // A partition may be told of a moment before its leader serves it; a batch refused then could be sent twice.
    const served = () =>
      this.endOffsets(topic, partitions).then(
        () => 'served',
        error => error.message,
      )
    await eventually(served, answer => answer === 'served', `${topic} to be served`)
    return topic
  }

  async endOffsets(topic, partitions = 1) {
    return this.offsets(topic, ListOffsetTimestamps.LATEST, partitions)
  }

  /** The offset of each partition at a timestamp: a real one, or one of `ListOffsetTimestamps`. */
  async offsets(topic, timestamp, partitions = 1) {
    const wanted = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp }))
    const [listed] = await this.admin().listOffsets({ topics: [{ name: topic, partitions: wanted }] })
    return listed.partitions.map(({ offset }) => offset)
  }

  /** A member of a group that reads `topic` from where the group stands, or else from the beginning. */
  async member({ topic, stream = {}, ...settings }) {
    const member = new Member(this.consumer(settings), topic)
    await member.consume(stream)
    return member
  }

  async close() {
    await Promise.allSettled(this.#opened.reverse().map(close => close()))
  }

  #keep(client, close = () => client.close()) {
    // Without a listener an "error" event would end the program; what matters of it shows in what does not happen.
    client.on('error', error => console.error(error))
    this.#opened.push(close)
    return client
  }
}

/** A consumer and its stream of one topic. */
export class Member {
  inbox = new Inbox()

  constructor(consumer, topic) {
    this.consumer = consumer
    this.topic = topic
  }

  async consume(options) {
    this.stream = await this.consumer.consume({
      topics: [this.topic],
      mode: MessagesStreamModes.COMMITTED,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
      ...options,
    })
    this.stream.on('data', message => this.inbox.push(message))
    this.stream.on('error', error => this.inbox.fail(error))
  }

  take(count) {
    return this.inbox.take(count)
  }

  get partitions() {
    const ofTopic = this.consumer.assignments?.find(({ topic }) => topic === this.topic)
    return (ofTopic?.partitions ?? []).toSorted()
  }

  /** Once the fetch that is under way has ended: it may still be for the partitions before a rebalance. */
  async fetchesAnew() {
    await within(once(this.stream, 'fetch'), 'the end of a fetch')
  }

  async hasPartitions(count) {
    return eventually(
      () => this.partitions,
      partitions => partitions.length === count,
      `${count} assigned partitions`,
    )
  }

  async leave() {
    await this.consumer.close(true)
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
