import { Presets, SingleBar } from 'cli-progress'
import type { Watching } from '../index.js'
import type { Call } from './command.js'

/** How far something has come: a line on standard error where somebody watches it, nothing otherwise. */
export interface Progress {
  /** With a bar and the time left where it is known how much there is in all. */
  to(done: number, total: number | null): void
  end(): void
}

const SILENT: Progress = { to: () => {}, end: () => {} }
const WIDTH = 30
/** Before so many milliseconds nobody can say how much time is left. */
const TOO_EARLY = 2_000

export const percent = (done: number, total: number | null): string =>
  `${Math.round((100 * done) / Math.max(total ?? done, 1))} %`
export const counted =
  (things: string) =>
  (done: number, total: number | null): string =>
    total === null ? `${done} ${things}` : `${done} of ${total} ${things}`

/** Shows how far it has come with `what`, from when it is first told; `says` puts that into words. */
export function showProgress(
  { output, clock }: Pick<Call, 'output' | 'clock'>,
  what: string,
  says: (done: number, total: number | null) => string,
): Progress {
  if (!output.errIsTerminal) return SILENT
  const began = clock()
  let total: number | null = null
  let isShown = false
  const bar = new SingleBar(
    {
      format: (_, { value }) =>
        total === null
          ? `${what} ${says(value, null)}`
          : `${what} [${drawn(value / Math.max(total, 1))}] ${says(value, total)}, ${left(clock() - began, value, total)}`,
      clearOnComplete: true,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.legacy,
  )
  return {
    to: (done, all) => {
      total = all
      if (!isShown) bar.start(all ?? 0, done)
      else bar.update(done)
      isShown = true
    },
    end: () => bar.stop(),
  }
}

function drawn(share: number): string {
  const done = Math.round(Math.min(share, 1) * WIDTH)
  return `${'#'.repeat(done)}${'.'.repeat(WIDTH - done)}`
}

function left(passed: number, done: number, total: number): string {
  if (done === 0 || passed < TOO_EARLY) return 'reckoning'
  const seconds = Math.round((passed / done) * Math.max(total - done, 0) * 0.001)
  return seconds < 90 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`
}

/** Shows how far a run has come: how many subjects were assessed, then how many families were carried out. */
export function watchRun(call: Pick<Call, 'output' | 'clock'>): Required<Watching> & { end(): void } {
  const assessing = showProgress(call, 'Assessing:', counted('subjects'))
  let carryingOut: Progress | null = null
  const end = () => {
    assessing.end()
    carryingOut?.end()
  }
  return {
    onProgress: (assessed) => assessing.to(assessed, null),
    onCommit: (families, all) => {
      assessing.end()
      carryingOut ??= showProgress(call, 'Carrying out', counted('families'))
      carryingOut.to(families, all)
    },
    end,
  }
}
