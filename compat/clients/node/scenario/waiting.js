// Waiting for the thing awaited, and no longer than a bound.
import { setTimeout as sleep } from 'node:timers/promises'

const BOUND_MS = 20_000
const POLL_MS = 100

/** The promise's outcome, or an error that says what did not happen in time. */
export async function within(promise, what, boundMs = BOUND_MS) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${boundMs} ms in vain for ${what}`)), boundMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The first answer that satisfies, asked for again and again: for what a broker does in its own time. */
export async function eventually(ask, satisfies, what) {
  const end = Date.now() + BOUND_MS
  for (;;) {
    const answer = await ask()
    if (satisfies(answer)) return answer
    if (Date.now() > end) throw new Error(`waited ${BOUND_MS} ms in vain for ${what}; last: ${JSON.stringify(answer)}`)
    await sleep(POLL_MS)
  }
}

/** All outcomes, once none is open any more; the first failure is thrown. */
export async function allDone(promises) {
  const outcomes = await Promise.allSettled(promises)
  const failed = outcomes.find(({ status }) => status === 'rejected')
  if (failed) throw failed.reason
  return outcomes.map(({ value }) => value)
}

/** A value that others change, and that can be waited for. */
export class Watched {
  #waiters = new Set()

  constructor(value) {
    this.value = value
  }

  set(value) {
    this.value = value
    for (const waiter of [...this.#waiters]) waiter()
  }

  /** The value as soon as it satisfies the condition. */
  async until(condition, what, boundMs = BOUND_MS) {
    let waiter
    const reached = new Promise(resolve => {
      waiter = () => condition(this.value) && resolve(this.value)
      this.#waiters.add(waiter)
      waiter()
    })
    try {
      return await within(reached, what, boundMs)
    } finally {
      this.#waiters.delete(waiter)
    }
  }
}

/** What has come in, in order; each is taken once. */
export class Inbox {
  #items = new Watched([])
  #error = null

  push(item) {
    this.#items.set([...this.#items.value, item])
  }

  /** Nothing more will come, for this reason. */
  fail(error) {
    this.#error = error
    this.#items.set(this.#items.value)
  }

  async take(count) {
    const ready = items => items.length >= count || this.#error !== null
    await this.#items.until(ready, `${count} records`).catch(error => {
      throw new Error(`${error.message}; there were ${this.#items.value.length}`)
    })
    // Not what was there when the wait ended: more may have come since.
    const items = this.#items.value
    if (items.length < count) throw this.#error
    this.#items.set(items.slice(count))
    return items.slice(0, count)
  }
}
