// The ten records as this client takes and gives them. Headers are a Map whose keys may be buffers: two of them with
// the same content are two keys, so names can repeat.
import { tenRecords } from '../scenario/records.js'

export async function sendTen(session, topic, { compression } = {}) {
  await session
    .producer()
    .send({ compression, acks: -1, messages: tenRecords().map(record => toMessage(topic, record)) })
}

function toMessage(topic, { key, value, headers, timestamp }) {
  const pairs = headers.map(([name, content]) => [Buffer.from(name), content])
  return { topic, partition: 0, key, value, headers: new Map(pairs), timestamp: BigInt(timestamp) }
}

/** The client gives `undefined` for null. */
export function fromMessage({ key, value, headerEntries, timestamp }) {
  const headers = headerEntries.map(([name, content]) => [name.toString(), content])
  return { key: key ?? null, value: value ?? null, headers, timestamp: Number(timestamp) }
}

/** Messages for `send`, to partition 0 where no other is given. */
export function messages(topic, values, partitionOf = () => 0) {
  return values.map((value, i) => ({ topic, value: Buffer.from(value), partition: partitionOf(i) }))
}
