export const SCOPES = ['read', 'write', 'hooks', 'approve', 'admin'] as const
/** What a caller may do: read, change, bring events, approve plans, everything else. */
export type Scope = (typeof SCOPES)[number]

/** How far a caller sees: everything, what people of a team own, or what one person owns. */
export type Sight = { is: 'everything' } | { is: 'team'; team: string } | { is: 'own'; person: string }

/** Who asks, once it is known: by a token or a session. */
export interface Caller {
  /** The actor in history and audit: a person's id, or `token:NAME`. */
  readonly id: string
  readonly scopes: ReadonlySet<Scope>
  readonly sees: Sight
  /** How it proved who it is: what a browser sends by itself needs more proof than what a program puts into a header. */
  readonly by: 'token' | 'session' | 'nobody'
}
