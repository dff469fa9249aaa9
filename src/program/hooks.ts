import type { Path } from '../lib/problem.js'
import type { Checking } from './checking.js'
import { readSpan } from './rules.js'
import { RECORD_KINDS, type Source } from './sections/sources.js'

/** Checks what a source says of its hook: what events are taken for must be mapped, and spans and ids be such. */
export function checkHook(source: Source, { complain }: Checking, path: Path): void {
  const { hook } = source
  if (!hook) return
  const at = [...path, 'hook']
  const mapped = RECORD_KINDS.filter((record) => source[record] !== undefined)
  if (mapped.length === 0) {
    const hint = 'Add opportunities, accounts, contacts or activities beside it.'
    complain({ path: at, at: 'key', message: 'The source maps nothing that its hook could bring.', hint })
  }
  readSpan(hook.keep, [...at, 'keep'], complain)
  for (const [type, record] of Object.entries(hook.records ?? {})) {
    if (mapped.length === 0 || mapped.includes(record)) continue
    complain({ path: [...at, 'records', type], message: `The source does not map ${record}.` })
  }
  if (hook.type === 'highlevel' && hook.location === undefined && hook.company === undefined) {
    const hint =
      'HighLevel signs the events of every account alike, so say which is yours. For example location: ve9EPM428h8vShlRW1KT.'
    complain({ path: at, at: 'key', message: '"hook" needs "location" or "company".', hint })
  }
  if (hook.type === 'salesforce' && !/^00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/.test(hook.organization)) {
    const message = `"${hook.organization}" is not the id of an organization.`
    complain({
      path: [...at, 'organization'],
      message,
      hint: 'It has 15 or 18 letters and digits and begins with 00D.',
    })
  }
}
