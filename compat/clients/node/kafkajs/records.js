// The ten records as KafkaJS takes and gives them: headers are an object, so a repeated name loses its place among the others.
import { tenRecords } from '../scenario/records.js'

export const VARIATIONS = ['repeated-headers']

export async function sendTen(session, topic, { compression } = {}) {
  const producer = await session.producer()
  await producer.send({ topic, compression, messages: tenRecords().map(toMessage) })
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
