import pc from 'picocolors'
import type { Tone } from '../index.js'

/** Where a command writes: data to `out`, everything else to `err`. Passed in, so that a test reads what a user sees. */
export interface Output {
  out(text: string): void
  err(text: string): void
  /** Is somebody looking at standard error? Only then is progress shown. */
  errIsTerminal: boolean
  /** Columns of the terminal; unlimited in a pipe. */
  width: number
  colours: boolean
}

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): boolean }

/** The output of a process: colours and a width only where a terminal shows them, and no colours where NO_COLOR is set. */
export const outputOf = (
  stdout: Stream,
  stderr: Stream,
  env: Readonly<Record<string, string | undefined>>,
): Output => ({
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  errIsTerminal: stderr.isTTY === true,
  width: stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
  colours: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
})

/** How things look; plain text where there are no colours. */
export interface Paint {
  bold(text: string): string
  quiet(text: string): string
  good(text: string): string
  tone(tone: Tone | undefined, text: string): string
}

export function paintFor({ colours }: Pick<Output, 'colours'>): Paint {
  const c = pc.createColors(colours)
  const tones: Record<Tone, (text: string) => string> = {
    healthy: c.green,
    at_risk: c.yellow,
    poor: c.red,
    quiet: c.dim,
  }
  return {
    bold: c.bold,
    quiet: c.dim,
    good: c.green,
    tone: (tone, text) => (tone === undefined ? text : tones[tone](text)),
  }
}

/** Names and texts come from data: what would steer a terminal is shown as a blank, line breaks too. */
export const harmless = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, ' ')
