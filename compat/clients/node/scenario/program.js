// What every program here does around its capabilities: read the command line, run them in turn, print a line for each.
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { within } from './waiting.js'

const CLOSING_MS = 10_000

/** What a capability that the client does not have is, in the table of capabilities. */
export function lacks(reason) {
  return { lacks: reason }
}

/**
 * Runs the capabilities named on the command line and ends the process.
 *
 * `capabilities` maps each name to a function of a session, or to `lacks(reason)`. A function may return the list of
 * what it sent differently ("variations"). `openSession({ bootstrap, name })` gives a session with `close()`; each
 * capability has one of its own, and `name` is where its topics and groups take their names from.
 */
export async function runProgram({ client, version, capabilities, openSession }) {
  const { values, positionals } = parseArgs({
    options: { bootstrap: { type: 'string' }, prefix: { type: 'string' } },
    allowPositionals: true,
  })
  // What a client throws or rejects where nobody waits for it ends no more than its own capability: that one hears of
  // it by what then does not happen.
  for (const event of ['unhandledRejection', 'uncaughtException']) {
    process.on(event, error => console.error(`${event}:`, error))
  }
  print({ client, version })
  for (const capability of positionals) {
    const name = `${values.prefix}-${capability}`
    const outcome = await runCapability(capabilities[capability], () =>
      openSession({ bootstrap: values.bootstrap, name }),
    )
    print({ capability, ...outcome })
  }
  process.exit(0)
}

async function runCapability(capability, open) {
  if (capability === undefined) return { outcome: 'fail', reason: 'this program does not know the capability' }
  if (capability.lacks) return { outcome: 'lacks', reason: capability.lacks }
  const session = open()
  try {
    const variations = (await capability(session)) ?? []
    return variations.length > 0 ? { outcome: 'pass', variations } : { outcome: 'pass' }
  } catch (error) {
    console.error(error)
    return { outcome: 'fail', reason: describe(error) }
  } finally {
    await within(session.close(), 'the clients to close', CLOSING_MS).catch(error => console.error(error))
  }
}

function describe(error) {
  const reasons = [`${error.name}: ${error.message}`, ...(error.errors ?? []).map(inner => inner.message)]
  return reasons.join('; ').replace(/\s+/g, ' ').slice(0, 300)
}

/** Written at once: a line must be out before the next capability has a chance to hang. */
function print(line) {
  writeSync(1, `${JSON.stringify(line)}\n`)
}
