import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { delivered, type Outcome, unavailable } from '../outcome.js'
import type { Sending } from './channel.js'
import type { Message } from './email.js'

/** Writes a letter as a file that mail programs open. The name follows from the letter: written twice it is one file. */
export async function writeToOutbox(
  letter: Sending,
  message: Message,
  folder: string,
  note: string | null,
): Promise<Outcome> {
  const file = join(folder, nameOf(letter))
  try {
    const written = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
    const { message: text } = await written.sendMail(message)
    await mkdir(folder, { recursive: true })
    await writeFile(`${file}.part`, text as Buffer)
    await rename(`${file}.part`, file)
    return delivered(`Written to ${file}${note === null ? '.' : `: ${note}`}`)
  } catch (error) {
    return unavailable(`It could not be written to ${folder}: ${(error as Error).message}.`)
  }
}

/** `2026-03-02-dana-1a2b3c4d5e6f.eml`: when, to whom, and which. */
function nameOf({ id, at, to }: Sending): string {
  const who = to[0]?.address.split('@')[0]?.replace(/[^A-Za-z0-9.-]+/g, '-') ?? 'nobody'
  const which = createHash('sha256').update(id).digest('hex').slice(0, 12)
  return `${new Date(at).toISOString().slice(0, 10)}-${who.slice(0, 40)}-${which}.eml`
}
