/** On a machine that does other things too, the processor's time says more than the clock's. */
export const BY_PROCESSOR = process.env.BENCH_CLOCK === 'processor'

/** Milliseconds that some work took: of the clock, or of the processor. */
export async function time(work: () => unknown): Promise<number> {
  const [start, used] = [process.hrtime.bigint(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(used)
  return BY_PROCESSOR ? (user + system) / 1e3 : Number(process.hrtime.bigint() - start) / 1e6
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** The median of all turns but the first, in which the code is compiled. */
export const counted = (turns: readonly number[]): number => median(turns.slice(1))

/** Takes turns at some works, after one turn that does not count, and gives the median of each: what disturbs the machine disturbs all of them. */
export async function inTurns<Name extends string>(
  turns: number,
  works: Record<Name, () => unknown>,
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const name of names) {
      const took = await time(works[name])
      if (turn > 0) times[name].push(took)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>
}
