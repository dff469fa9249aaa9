import { Presets, SingleBar } from 'cli-progress'
import type { Output } from './output.js'

/** How far something has come: a bar on standard error where somebody watches it, nothing otherwise. */
export interface Progress {
  to(done: number): void
  end(): void
}

const SILENT: Progress = { to: () => {}, end: () => {} }

/** Shows a bar towards `total` (of bytes, subjects, …); `unit` says what is counted. */
export function showProgress(
  output: Output,
  what: string,
  total: number,
  unit: (done: number, total: number) => string,
): Progress {
  if (!output.errIsTerminal || total <= 0) return SILENT
  const bar = new SingleBar(
    {
      format: (options, { progress, value, total }) => {
        const size = options.barsize ?? 30
        const done = Math.round(Math.min(progress, 1) * size)
        return `${what} [${'#'.repeat(done)}${'.'.repeat(size - done)}] ${unit(value, total)}`
      },
      barsize: 30,
      clearOnComplete: true,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.legacy,
  )
  bar.start(total, 0)
  return { to: (done) => bar.update(Math.min(done, total)), end: () => bar.stop() }
}
