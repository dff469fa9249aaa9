import { rename, rm, writeFile } from 'node:fs/promises'
import { CallError } from './errors.js'

/**
 * Writes a file by renaming one that is complete: whoever reads it meanwhile, and whatever goes wrong, finds the old one or the
 * new. Throws a CallError where it cannot be written; `what` begins its sentence: `The schema`.
 */
export async function writeWhole(path: string, data: string | Buffer, what: string): Promise<void> {
  const part = `${path}.${process.pid}.part`
  try {
    await writeFile(part, data)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw new CallError(`${what} cannot be written to ${path}: ${(error as Error).message}.`)
  }
}
