import {
  askIfMeant,
  cell,
  formatInstant,
  type Instant,
  makeToken,
  nearest,
  type Program,
  parseSpan,
  peopleUnder,
  SCOPES,
  type Store,
  sayInstant,
  type Table,
  type Token,
} from '../../index.js'
import { type CliCommand, printJson, printLines, textOf } from '../command.js'
import { reading, writing } from '../environment.js'
import { CallError, FINE } from '../errors.js'
import { printList } from '../lists.js'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const create: CliCommand = {
  usage: 'create <name>',
  summary: 'Create a token for the API. It is shown once: only a hash of it is kept.',
  args: { name: { says: 'for what it is: history says "token:NAME" of what is done with it' } },
  options: [
    { flags: '--scope <scope>', says: 'what it may do; give it again for another', choices: SCOPES, many: true },
    { flags: '--team <name>', says: 'narrow what it sees to what people of a team own' },
    { flags: '--expires <span>', says: 'when it ends by itself, such as "90 days" (default: never)' },
  ],
  examples: [
    'linewalker token create crm --scope read --scope write',
    'linewalker token create west-board --scope read --team west --expires "90 days"',
  ],
  run: (call) =>
    writing(call, async (store, program, now) => {
      const [name = ''] = call.args
      if (!NAME.test(name)) {
        const says = `"${name}" is no name for a token.`
        throw new CallError(says, 'Up to 64 letters, digits, ".", "_" and "-"; it begins with a letter or a digit.')
      }
      const scopes = [...new Set(textOf(call.options, 'scope')?.split(','))]
      if (scopes.length === 0) {
        throw new CallError('A token without a scope may do nothing.', `Add --scope: ${SCOPES.join(', ')}.`)
      }
      const team = textOf(call.options, 'team') ?? null
      if (team !== null) await checkTeam(store, program, team)
      const expires_at = endOf(textOf(call.options, 'expires'), program, now)
      const { text, hash } = makeToken(call.secret)
      const made = await store.createToken({ name, hash, scopes, team, expires_at }, call.user, now)
      if (made === 'taken') {
        const next = 'A name is given once, also of a revoked token, because history speaks of it. Choose another.'
        throw new CallError(`There is a token "${name}" already.`, next)
      }
      if (call.json) {
        const instant = expires_at === null ? null : formatInstant(expires_at, program.vocabulary.calendar)
        printJson(call, { token: text, name, scopes, team, expires_at: instant })
        return FINE
      }
      const end = expires_at === null ? '' : ` It expires on ${sayInstant(expires_at, program.vocabulary.calendar)}.`
      const seen = team === null ? '' : `, seeing what ${team} owns`
      printLines(call, text)
      call.output.err(
        `This is the token ${name} (${scopes.join(', ')}${seen}).${end} Keep it now: it is not shown again.\n`,
      )
      return FINE
    }),
}

const revoke: CliCommand = {
  usage: 'revoke <name>',
  summary: 'End a token: from now on it opens nothing.',
  args: { name: { says: 'as "token list" lists it' } },
  examples: ['linewalker token revoke crm'],
  run: (call) =>
    writing(call, async (store, _program, now) => {
      const [name = ''] = call.args
      const acted = await store.revokeToken(name, call.user, now)
      if (acted === 'unknown') {
        const near = nearest(
          name,
          (await store.tokens()).map((token) => token.name),
        )
        throw new CallError(
          `There is no token "${name}".`,
          near === undefined ? '"linewalker token list" lists them.' : askIfMeant(near),
        )
      }
      if (call.json) printJson(call, { token: name, revoked: acted === 'done' })
      else printLines(call, acted === 'done' ? `Revoked: ${name}.` : `The token ${name} was revoked already.`)
      return FINE
    }),
}

const list: CliCommand = {
  usage: 'list',
  summary: 'List the tokens, revoked and expired ones too; never their texts.',
  examples: ['linewalker token list', 'linewalker token list --json'],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const found = await store.tokens()
      if (call.json) printJson(call, { tokens: found.map((token) => tokenJson(token, program)) })
      else {
        const none = 'There is no token. "linewalker token create NAME --scope read" creates one.'
        printList(call, tableOf(found, program, now), Number.POSITIVE_INFINITY, 'token', none)
      }
      return FINE
    }),
}

/** What programs prove themselves by to the API. */
export const token: CliCommand = {
  usage: 'token',
  summary: 'Create, list and revoke the tokens by which programs use the API.',
  examples: [...create.examples, ...list.examples.slice(0, 1), ...revoke.examples],
  subcommands: [create, list, revoke],
  run: list.run,
}

async function checkTeam(store: Store, program: Program, team: string): Promise<void> {
  const people = [...peopleUnder(program, await store.people()).values()]
  const teams = new Set(people.flatMap((person) => person.team ?? []))
  if (teams.has(team)) return
  const near = nearest(team, teams)
  const there = teams.size === 0 ? 'Nobody has a team.' : `There is ${[...teams].sort().join(', ')}.`
  throw new CallError(`Nobody is in a team "${team}".`, near === undefined ? there : askIfMeant(near))
}

function endOf(text: string | undefined, { vocabulary }: Program, now: Instant): Instant | null {
  if (text === undefined) return null
  const span = parseSpan(text)
  if (!span || span.count === 0) throw new CallError(`"${text}" is no span of time.`, 'Write --expires "90 days".')
  return vocabulary.calendar.after(now, span)
}

function tokenJson({ at, expires_at, last_used, revoked_at, ...rest }: Token, { vocabulary }: Program) {
  const instant = (at: Instant | null) => (at === null ? null : formatInstant(at, vocabulary.calendar))
  return {
    ...rest,
    created_at: instant(at),
    expires_at: instant(expires_at),
    last_used: instant(last_used),
    revoked_at: instant(revoked_at),
  }
}

function tableOf(tokens: readonly Token[], { vocabulary }: Program, now: Instant): Table {
  const say = (at: Instant | null) => (at === null ? 'never' : sayInstant(at, vocabulary.calendar))
  const state = ({ revoked_at, expires_at }: Token) =>
    revoked_at !== null ? 'revoked' : expires_at !== null && expires_at <= now ? 'expired' : 'good'
  return {
    headers: ['name', 'state', 'scopes', 'team', 'created', 'expires', 'last used'],
    rows: tokens.map((one) => {
      const tone = state(one) === 'good' ? undefined : ('quiet' as const)
      return [
        one.name,
        state(one),
        one.scopes.join(', '),
        one.team ?? 'all',
        `${say(one.at)} by ${one.by}`,
        say(one.expires_at),
        say(one.last_used),
      ].map((text) => cell(text, tone))
    }),
    whole: [0],
    spare: [4, 6],
  }
}
