import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { CallError, codeOf } from './errors.js'

const saved = z.object({
  at: z.string(),
  intents: z.array(z.object({ key: z.array(z.union([z.string(), z.number()])).length(5), digest: z.string() })),
})

/** What a saved plan permits: printed key → digest of its effects. Throws a CallError for a file that is no plan. */
export async function readPermission(path: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT')
      throw new CallError(`There is no file ${path}.`, 'Run "linewalker plan --out plan.json" to write one.')
    if (codeOf(error) === 'EISDIR') throw new CallError(`${path} is a folder, not a saved plan.`)
    throw error
  })
  const plan = saved.safeParse(parsed(text))
  if (!plan.success)
    throw new CallError(`${path} is no saved plan.`, 'Run "linewalker plan --out plan.json" to write one.')
  return new Map(plan.data.intents.map(({ key, digest }) => [key.join('/'), digest]))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
