import type { Acted } from '../domain/acts.js'
import { askedTogether } from '../lib/asked-together.js'
import { DAY, HOUR } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import type { LoginLinkRow, SessionRow, TokenRow } from '../sql/access.js'
import type { LetterRow } from '../sql/telling.js'
import { audit } from './audit.js'
import { insertNew } from './bulk.js'
import { json } from './rows.js'
import type { Session, Tx } from './session.js'

/** A token as it is known once it was shown: who it is, never its text. */
export interface Token extends Omit<TokenRow, 'hash' | 'scopes'> {
  scopes: readonly string[]
}

export type NewToken = Pick<TokenRow, 'name' | 'hash' | 'team' | 'expires_at'> & Pick<Token, 'scopes'>

export type SignIn = Omit<SessionRow, 'last_used'>

/** A login link as its page needs it; `used` and `expired` are over, `unknown` never was or is long gone. */
export type LinkRead = { is: 'good'; person: string } | { is: 'used' | 'expired' | 'unknown' }

/** A session that nobody used for so long is over. */
export const IDLE = 14 * DAY
/** Any session is over so long after signing in, however much it is used. */
export const LASTS = 90 * DAY
/** So many login links of one person may be good at once: no mailbox is flooded. */
const LINKS_AT_ONCE = 3
/** The step of the letters that hold a login link. */
export const LOGIN = 'login'
/** What stands in a letter in place of its link, for whoever looks at it, and for all once it is good no more. */
const GONE = 'A login link stood here.'
const GONE_WHY = 'Its login link is good no more.'

/** Tokens of programs, login links and sessions of people. Secrets come and go as their hashes. */
export const accessOf = (session: Session) => ({
  /** A name is given once for ever. */
  createToken: (token: NewToken, by: string, now: Instant): Promise<'done' | 'taken'> =>
    session.write(async (tx) => {
      const { name, team, scopes, expires_at } = token
      const fresh = { at: now, by, last_used: null, revoked_at: null, revoked_by: null }
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('tokens')
        .values({ ...token, ...fresh, scopes: json(scopes) })
        .onConflict((c) => c.column('name').doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows === 0n) return 'taken'
      await audit(tx, { at: now, by, act: 'create_token', of: name, detail: { scopes, team, expires_at } })
      return 'done'
    }),
  /** It opens nothing any more, at once and in every process. */
  revokeToken: (name: string, by: string, now: Instant): Promise<Acted> =>
    session.write(async (tx) => {
      const token = await tx.selectFrom('tokens').select('revoked_at').where('name', '=', name).executeTakeFirst()
      if (!token) return 'unknown'
      if (token.revoked_at !== null) return 'already'
      await tx.updateTable('tokens').set({ revoked_at: now, revoked_by: by }).where('name', '=', name).execute()
      await audit(tx, { at: now, by, act: 'revoke_token', of: name })
      return 'done'
    }),
  /** All that there ever were, by name. */
  tokens: (): Promise<Token[]> =>
    session.read(async (tx) =>
      (await tx.selectFrom('tokens').selectAll().orderBy('name').execute()).map(({ hash: _, ...row }) => told(row)),
    ),
  /** Was there ever a token, revoked ones too? Then nobody comes in without one: revoking the last opens no door. */
  hasTokens: askedTogether(
    (): Promise<boolean> =>
      session.ask(async (db) => (await db.selectFrom('tokens').select('name').limit(1).execute()).length > 0),
  ),
  /** The token of that hash, whatever its state, and the hash as it is stored. */
  tokenOf: askedTogether(
    (hash: string): Promise<(Token & { hash: string }) | null> =>
      session.ask(async (db) => {
        const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst()
        return row ? { ...told(row), hash: row.hash } : null
      }),
  ),
  /** Writes down that a token was used. */
  tokenUsed: async ({ name }: Pick<Token, 'name'>, now: Instant): Promise<void> => {
    await session.write((tx) => tx.updateTable('tokens').set({ last_used: now }).where('name', '=', name).execute())
  },

  /**
   * Keeps a login link with its letter. For an address of nobody a link is kept all the same, so that both take as long.
   * Somebody who has three good links is sent no other.
   */
  keepLink: (link: Omit<LoginLinkRow, 'used_at' | 'letter'>, letter: LetterRow | null): Promise<void> =>
    session.write(async (tx) => {
      await tidy(tx, link.at)
      const { n } = await tx
        .selectFrom('login_links')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('person', '=', link.person ?? '')
        .where('used_at', 'is', null)
        .where('expires_at', '>', link.at)
        .executeTakeFirstOrThrow()
      const sent = letter !== null && n < LINKS_AT_ONCE ? letter : null
      const person = sent === null ? null : link.person
      await tx
        .insertInto('login_links')
        .values({ ...link, person, letter: sent?.id ?? null, used_at: null })
        .execute()
      if (sent) await insertNew(tx, session, 'letters', [sent])
    }),
  /** Looks at a login link without using it up. */
  readLink: (hash: string, now: Instant): Promise<LinkRead> => session.read((tx) => linkRead(tx, hash, now)),
  /** Uses a login link: one caller gets the person, all others are told that it is used. */
  useLink: (hash: string, now: Instant): Promise<LinkRead> =>
    session.write(async (tx) => {
      const read = await linkRead(tx, hash, now)
      if (read.is !== 'good') return read
      const link = tx.updateTable('login_links').set({ used_at: now }).where('hash', '=', hash)
      const { letter } = await link.returning('letter').executeTakeFirstOrThrow()
      await scrub(tx, { hash, letter })
      return read
    }),

  /** Signs a person in, in place of whoever was signed in there before. */
  signIn: (signIn: SignIn, instead: string | null): Promise<void> =>
    session.write(async (tx) => {
      await tidy(tx, signIn.at)
      if (instead !== null) await tx.deleteFrom('sessions').where('hash', '=', instead).execute()
      await tx
        .insertInto('sessions')
        .values({ ...signIn, last_used: signIn.at })
        .execute()
      const { at, person, via } = signIn
      await audit(tx, { at, by: person, act: 'sign_in', of: person, detail: { via } })
    }),
  /** Who is signed in; null where the session ended. To ask keeps nothing alive. */
  signedIn: (hash: string, now: Instant): Promise<SessionRow | null> =>
    session.read(async (tx) => {
      const found = tx.selectFrom('sessions').selectAll().where('hash', '=', hash)
      const living = found.where('last_used', '>', now - IDLE).where('at', '>', now - LASTS)
      return (await living.executeTakeFirst()) ?? null
    }),
  /** Keeps a session alive: it was used. One that has ended stays so. */
  sessionUsed: async ({ hash }: Pick<SessionRow, 'hash'>, now: Instant): Promise<void> => {
    await session.write((tx) => tx.updateTable('sessions').set({ last_used: now }).where('hash', '=', hash).execute())
  },
  /** Ends a session. */
  signOut: (hash: string, now: Instant): Promise<void> =>
    session.write(async (tx) => {
      const ended = await tx.deleteFrom('sessions').where('hash', '=', hash).returning('person').executeTakeFirst()
      if (ended) await audit(tx, { at: now, by: ended.person, act: 'sign_out', of: ended.person })
    }),
})

/** Is it to be written down that a token or a session was used? That is known to the hour. */
export const isUseToNote = ({ last_used }: { last_used: Instant | null }, now: Instant): boolean =>
  last_used === null || now >= last_used + HOUR

/** A letter as it may be shown: a login link is for its reader alone. */
export const withoutLink = (letter: LetterRow): LetterRow =>
  letter.step === LOGIN ? { ...letter, body: GONE, html: null } : letter

const told = <Row extends Pick<TokenRow, 'scopes'>>({ scopes, ...row }: Row) => ({
  ...row,
  scopes: JSON.parse(scopes) as string[],
})

async function linkRead(tx: Tx, hash: string, now: Instant): Promise<LinkRead> {
  const link = await tx.selectFrom('login_links').selectAll().where('hash', '=', hash).executeTakeFirst()
  if (!link || link.person === null) return { is: 'unknown' }
  if (link.used_at !== null) return { is: 'used' }
  return link.expires_at <= now ? { is: 'expired' } : { is: 'good', person: link.person }
}

/** Takes away what is over: sessions, links of yesterday, and the links in letters. A letter that was too slow is not sent. */
async function tidy(tx: Tx, now: Instant): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where((e) => e.or([e('last_used', '<=', now - IDLE), e('at', '<=', now - LASTS)]))
    .execute()
  const over = await tx
    .selectFrom('login_links')
    .select(['hash', 'letter'])
    .where('expires_at', '<=', now)
    .where('letter', 'is not', null)
    .execute()
  for (const link of over) await scrub(tx, link)
  await tx
    .deleteFrom('login_links')
    .where('expires_at', '<=', now - DAY)
    .execute()
}

/** Takes the link out of its letter, which nobody is to find there later. */
async function scrub(tx: Tx, { hash, letter }: Pick<LoginLinkRow, 'hash' | 'letter'>): Promise<void> {
  await tx.updateTable('login_links').set({ letter: null }).where('hash', '=', hash).execute()
  const letters = tx.updateTable('letters').where('id', '=', letter ?? '')
  await letters.set({ body: GONE, html: null }).execute()
  await letters.set({ state: 'withdrawn', next_at: null, reason: GONE_WHY }).where('state', '=', 'waiting').execute()
}
