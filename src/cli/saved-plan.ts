import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { CallError, codeOf } from './errors.js'

const intent = z.object({
  key: z.tuple([
    z.string(),
    z.enum(['account', 'opportunity']),
    z.string(),
    z.union([z.string(), z.number()]),
    z.string(),
  ]),
  digest: z.string(),
  effects: z.array(z.looseObject({ kind: z.string() })).default([]),
})

/** An intent as a saved plan has it: instants ISO 8601, money in units. */
export type SavedIntent = z.infer<typeof intent>

const saved = z.object({
  at: z.string(),
  intents: z.array(intent),
  held: z.array(z.object({ intents: z.array(intent).default([]) })).default([]),
})

/** A plan that was saved, by printed key: what it permits, and what was held in it, which it does not permit. */
export interface SavedPlan {
  intents: ReadonlyMap<string, SavedIntent>
  held: ReadonlyMap<string, SavedIntent>
}

/** Reads a saved plan. Throws a CallError for a file that is none. */
export async function readSavedPlan(path: string): Promise<SavedPlan> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT')
      throw new CallError(`There is no file ${path}.`, 'Run "linewalker plan --out plan.json" to write one.')
    if (codeOf(error) === 'EISDIR') throw new CallError(`${path} is a folder, not a saved plan.`)
    throw error
  })
  const plan = saved.safeParse(parsed(text))
  if (!plan.success)
    throw new CallError(`${path} is no saved plan.`, 'Run "linewalker plan --out plan.json" to write one.')
  const byKey = (intents: readonly SavedIntent[]) => new Map(intents.map((one) => [one.key.join('/'), one]))
  return { intents: byKey(plan.data.intents), held: byKey(plan.data.held.flatMap(({ intents }) => intents)) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
