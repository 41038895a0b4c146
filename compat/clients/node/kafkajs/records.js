// The ten records as KafkaJS takes and gives them. Headers are an object: a repeated name has its values side by side.
import { tenRecords } from '../scenario/records.js'

export const VARIATIONS = ['repeated-headers']

export async function sendTen(session, topic, { compression } = {}) {
  const producer = await session.producer()
  await producer.send({ topic, compression, messages: tenRecords().map(toMessage) })
}

/** The ten records as they come back: with the headers of one name side by side. */
export function expectedTen() {
  return tenRecords().map(record => fromMessage(toMessage(record)))
}

function toMessage({ key, value, headers, timestamp }) {
  const grouped = {}
  for (const [name, content] of headers) (grouped[name] ??= []).push(content)
  return { key, value, headers: grouped, timestamp: String(timestamp), partition: 0 }
}

export function fromMessage({ key, value, headers, timestamp }) {
  const pairs = Object.entries(headers).flatMap(([name, contents]) => [contents].flat().map(content => [name, content]))
  return { key, value, headers: pairs, timestamp: Number(timestamp) }
}
