import { allowedFrom } from '../../domain/legality.js'
import type { AssemblyLine } from '../../domain/vocabulary.js'
import type { Fact } from '../../facts/fact.js'
import { DAY, HOUR } from '../../lib/civil.js'
import { valuesOf } from '../origins.js'
import { valueIs } from '../satisfy/failing.js'
import type { Asked, Suspicion, WarningKind } from '../warning.js'
import type { Trace } from '../witness.js'

/** An account in a bin, which somebody tries to move to others, one after the other. */
function tried(asked: Asked, from: string, to: readonly string[]): Pick<Suspicion, 'witness'> | null {
  const { now, program } = asked
  const answer = asked.satisfy('account', valueIs(program.facts.account.get('bin') as Fact, [from]))
  if (answer.is !== 'possible') return null
  const { subject } = answer
  const acts = to.map((bin, i) => ({ at: now + (i + 1) * HOUR, of: subject.ref, facts: { bin } }))
  return { witness: { subject, at: now, until: now + 365 * DAY, acts, facts: ['bin'] } }
}

const isRefused = (trace: Trace): boolean =>
  trace.happened.every((one) => one.is !== 'taken' || one.became.outcome === 'rejected')

/** The bins to which moves lead, one after the other, from where accounts start and from where imports bring them. */
function reachable(line: AssemblyLine, brought: ReadonlySet<string>): Set<string> {
  const reached = new Set([line.startsIn, ...brought])
  for (const bin of reached) for (const next of allowedFrom(line, bin)) reached.add(next)
  return reached
}

/** The bins into which imports may bring accounts; null where that may be any. */
function broughtIn({ program }: Asked): Set<string> | null {
  const brought = new Set<string>()
  for (const { accounts, changes } of Object.values(program.sections.sources ?? {})) {
    if (changes) return null
    const origin = accounts?.bin
    if (origin === undefined) continue
    const bins = valuesOf(origin)
    if (!bins) return null
    for (const bin of bins) brought.add(bin)
  }
  return brought
}

/** A bin to which no move leads. */
export const unreachableBin: WarningKind = {
  id: 'unreachable-bin',
  summary: 'A bin to which no moves lead from where accounts start, and into which no import brings them.',
  example: `
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: working }, parked: { group: nurture } }
  moves: [{ from: cold, to: working }, { from: working, to: cold }, { from: parked, to: cold }]
`,
  *find(asked) {
    const line = asked.program.vocabulary.assemblyLine
    const brought = broughtIn(asked)
    if (!line || !brought) return
    const reached = reachable(line, brought)
    const others = [...brought].filter((bin) => bin !== line.startsIn)
    const start = `accounts start in ${line.startsIn}${others.length > 0 ? ` (or are imported into ${others.join(', ')})` : ''}`
    for (const bin of line.bins.keys()) {
      const there = reached.has(bin) ? null : tried(asked, line.startsIn, [bin])
      if (!there) continue
      const into = [...line.bins.keys()].filter((from) => allowedFrom(line, from).includes(bin))
      yield {
        path: ['assembly_line', 'bins', bin],
        at: 'key',
        message:
          into.length === 0
            ? `Nobody can move an account into the bin ${bin}: no move leads to it, and ${start}.`
            : `Nobody can move an account into the bin ${bin}: moves lead to it only from ${into.join(', ')}, into which none comes either.`,
        hint: 'Add a move that leads to it, or take the bin out.',
        ...there,
        isSo: (trace) => isRefused(trace) && trace.subject.family.account?.bin !== bin,
      }
    }
  },
}

/** A bin out of which no move leads. */
export const binWithoutExit: WarningKind = {
  id: 'bin-without-exit',
  summary: 'A bin out of which no move leads: what is in it stays there, whoever asks.',
  example: `
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: working }, bad-fit: { group: avoid } }
  moves: [{ from: cold, to: working }, { from: working, to: [cold, bad-fit] }]
`,
  *find(asked) {
    const line = asked.program.vocabulary.assemblyLine
    if (!line) return
    for (const bin of line.bins.values()) {
      const others = [...line.bins.keys()].filter((name) => name !== bin.name)
      const there = allowedFrom(line, bin.name).length === 0 ? tried(asked, bin.name, others) : null
      if (!there) continue
      const avoided = bin.group === 'avoid' && line.allowed.some(({ from }) => from === 'any')
      yield {
        path: ['assembly_line', 'bins', bin.name],
        at: 'key',
        message: `Nobody can leave the bin ${bin.name}: no move leads out of it.`,
        hint: avoided
          ? '"any" is no way out of the bins to avoid: add a move whose "from" names it.'
          : 'Add a move whose "from" names it, even if only a person makes it.',
        ...there,
        isSo: (trace) => isRefused(trace) && trace.subject.family.account?.bin === bin.name,
      }
    }
  },
}
