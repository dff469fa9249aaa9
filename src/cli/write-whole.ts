import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
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

/** Looks, before long work, whether a file can be written: `writeWhole` would throw the same CallError behind it. */
export async function checkWritable(path: string, what: string): Promise<void> {
  const refuse = (why: string) => {
    throw new CallError(`${what} cannot be written to ${path}: ${why}.`)
  }
  const folder = dirname(path)
  const [there, around] = await Promise.all([path, folder].map((one) => stat(one).catch(() => null)))
  if (!around) refuse(`there is no folder ${folder}`)
  if (!around?.isDirectory()) refuse(`${folder} is no folder`)
  if (there?.isDirectory()) refuse('that is a folder')
  await access(folder, constants.W_OK).catch(() => refuse(`nobody may write in ${folder}`))
}
