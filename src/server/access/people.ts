import type { Context } from 'hono'
import type { Person } from '../../domain/subjects.js'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { everybody } from '../sight.js'

/** The active person with that address, capitals or not; null where there is none, or more than one. */
export async function personWithEmail(
  ports: Pick<ServerPorts, 'store' | 'rules'>,
  email: string,
): Promise<Person | null> {
  const wanted = email.trim().toLowerCase()
  const found = [...(await everybody(ports)).values()].filter(
    (person) => person.active && person.email?.trim().toLowerCase() === wanted,
  )
  return found.length === 1 ? (found[0] ?? null) : null
}

/** What the person is called whose session asks; null where nobody is signed in. */
export async function signedInName(
  c: Context<ServerEnv>,
  ports: Pick<ServerPorts, 'store' | 'rules'>,
): Promise<string | null> {
  const caller = c.get('caller')
  if (caller?.by !== 'session') return null
  return (await everybody(ports)).get(caller.id)?.name ?? caller.id
}
