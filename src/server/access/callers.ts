import type { Person, Role } from '../../domain/subjects.js'
import { type Caller, SCOPES, type Scope, type Sight } from '../caller.js'
import { Refusal } from '../problem-details.js'

/** Whoever calls from this machine while there is neither token nor login. */
export const LOCAL_ADMIN: Caller = {
  id: 'local',
  scopes: new Set(SCOPES),
  sees: { is: 'everything' },
  by: 'nobody',
}

const MAY: Readonly<Record<Role, readonly Scope[]>> = {
  rep: ['read', 'write'],
  manager: ['read', 'write'],
  revops: ['read', 'write', 'approve'],
  admin: SCOPES,
}

/** A person who is signed in; null of one who is not active. Without a role a person is a rep. */
export function callerOfPerson({ id, role, team, active }: Person): Caller | null {
  if (!active) return null
  const scopes = new Set(MAY[role ?? 'rep'])
  return { id, scopes, sees: sightOf(id, role, team), by: 'session' }
}

/** A manager without a team is told nothing of other people's. */
function sightOf(id: string, role: Role | null, team: string | null): Sight {
  if (role === 'revops' || role === 'admin') return { is: 'everything' }
  return role === 'manager' && team !== null ? { is: 'team', team } : { is: 'own', person: id }
}

/** The caller, once it is known to have a scope. Throws a Refusal: 401 where nobody asks, 403 that names the scope. */
export function demand(caller: Caller | undefined, scope: Scope): Caller {
  if (!caller) {
    const headers = { 'www-authenticate': 'Bearer realm="linewalker"' }
    throw new Refusal('not-signed-in', 'Send a token: Authorization: Bearer lw_…', {}, headers)
  }
  if (caller.scopes.has(scope)) return caller
  throw new Refusal('not-allowed', `That needs the scope "${scope}", which ${caller.id} does not have.`, { scope })
}
