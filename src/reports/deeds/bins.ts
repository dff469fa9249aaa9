import { allowedFrom } from '../../domain/legality.js'
import type { AssemblyLine } from '../../domain/vocabulary.js'
import { requiredMissing } from '../../facts/table.js'
import { type Asked, type Deed, deedsOf, extra } from './deeds.js'
import { callFact, either } from './words.js'

/** What is about the bin in which an account stands. */
export const binSlot = (account: string): string => `bin ${account}`

/** To move the account to another bin: where no move leads there, through others; or away and back, so that its clock begins anew. */
export function binDeeds(asked: Asked): Deed[] {
  const { account, kind } = asked.snapshot
  const line = asked.program.vocabulary.assemblyLine
  if (!account || !line) return []
  const bins = [...line.bins.keys()].filter((bin) => bin !== account.bin)
  const called = callFact('bin', kind === 'opportunity')
  const to = (path: readonly string[]) =>
    path.map((bin) => ({ record: 'accounts' as const, id: account.id, values: { bin } }))
  const cost = 4 + extra(asked, 'account')
  const single = deedsOf(
    binSlot(account.id),
    bins.map((value) => ({ value, cost, steps: to([value]) })),
    (_, works, all) =>
      works.length === all.length ? `move it to another ${called}` : `set ${called} to ${either(works)}`,
  )
  const isTimed = asked.asks('account', /^(time_in_bin|touches_in_bin)$/)
  const paths = pathsFrom(line, account.bin, (bin) => isOpenTo(asked, bin)).filter(
    (path) => path.length > 1 && (isTimed || path.at(-1) !== account.bin),
  )
  const through = deedsOf(
    binSlot(account.id),
    paths.map((value) => ({
      value,
      cost: cost + value.length,
      size: value.length,
      steps: to(value),
      // Told as one are those that differ in their end alone.
      group: `through ${value.slice(0, -1).join(' ')}`,
    })),
    (path, works) => {
      const ends = works.map((one) => one.at(-1) ?? '')
      const back = ends.every((bin) => bin === account.bin) ? 'back to ' : 'to '
      return `set ${called} to ${path.slice(0, -1).join(', then to ')}, then ${back}${either(ends)}`
    },
  )
  return [...single, ...through]
}

/** The shortest way along the moves to each bin that can be reached, and back to where it began. */
function pathsFrom(line: AssemblyLine, from: string, mayPass: (bin: string) => boolean): string[][] {
  const found = new Map<string, string[]>()
  for (let paths: string[][] = [[]]; paths.length > 0; ) {
    const longer: string[][] = []
    for (const path of paths) {
      for (const bin of allowedFrom(line, path.at(-1) ?? from)) {
        if (found.has(bin)) continue
        found.set(bin, [...path, bin])
        if (bin !== from && mayPass(bin)) longer.push([...path, bin])
      }
    }
    paths = longer
  }
  return [...found.values()]
}

/** Does it have all that the bin requires? */
const isOpenTo = ({ snapshot, program }: Asked, bin: string): boolean => {
  const requires = program.vocabulary.assemblyLine?.bins.get(bin)?.requires ?? []
  return requiredMissing(requires, { ...snapshot, kind: 'account' }).length === 0
}
