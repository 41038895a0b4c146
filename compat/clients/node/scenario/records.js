// The ten records of the scenario, and plain numbered ones.

export const FIRST_TIMESTAMP = 1600000000000

/** Of a topic that holds these records: by their timestamps they are older than what a broker keeps by default. */
export const KEPT = { 'retention.ms': '-1' }

/** `{ key, value, headers, timestamp }`: buffers or null, `[name, buffer]` pairs in order, milliseconds. */
export function tenRecords() {
  const headers = i => [
    ['trace', Buffer.from(`id-${i}`)],
    ['bin', Buffer.from([0x00, 0xff])],
    ['trace', Buffer.from('again')],
  ]
  const numbered = Array.from({ length: 7 }, (_, i) => ({
    key: Buffer.from(`key-${i}`),
    value: Buffer.from(`value-${i}-${'x'.repeat(200)}`),
    headers: headers(i),
  }))
  const records = [
    ...numbered,
    { key: Buffer.from('key-7'), value: null, headers: [] },
    { key: null, value: Buffer.from('value-8'), headers: [] },
    { key: Buffer.alloc(0), value: Buffer.alloc(0), headers: [['empty', Buffer.alloc(0)]] },
  ]
  return records.map((record, i) => ({ ...record, timestamp: FIRST_TIMESTAMP + 1000 * i }))
}

/** A record in a form that `assert.deepEqual` shows well. */
export function readable({ key, value, headers, timestamp }) {
  const shown = headers.map(([name, content]) => `${name}=${content.toString('hex')}`)
  return { key: key && key.toString(), value: value && value.toString(), headers: shown, timestamp }
}

/** `PREFIX-0`, `PREFIX-1`, … */
export function numbered(prefix, count) {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`)
}
