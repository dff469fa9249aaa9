import {
  ALWAYS,
  askIfMeant,
  cell,
  defaultEnd,
  type Instant,
  type Matchers,
  nearest,
  type Program,
  parseInstant,
  peopleUnder,
  SEVERITIES,
  type Severity,
  type Silence,
  type Store,
  sayInstant,
  sayMatchers,
  silenceJson,
  type Table,
  unknownPerson,
} from '../../index.js'
import { type CliCommand, type Options, printJson, printLines, textOf } from '../command.js'
import { demandKnown, reading, ruleNamed, writing } from '../environment.js'
import { CallError, FINE } from '../errors.js'
import { printList } from '../lists.js'

const end: CliCommand = {
  usage: 'end <id>',
  summary: 'End a silence before its time.',
  args: { id: { says: 'as "silence" without options lists it' } },
  examples: ['linewalker silence end 3f2a'],
  run: (call) =>
    writing(call, async (store, _program, now) => {
      const id = call.args[0] ?? ''
      const known = (await store.silences(now)).map((one) => one.id)
      const begin = known.filter((one) => one.startsWith(id))
      const meant = known.find((one) => one === id) ?? begin[0]
      if (meant !== id && begin.length > 1 && id !== '')
        throw new CallError(`Several silences begin with "${id}".`, `Write more of ${begin.sort().join(', ')}.`)
      if (!meant || id === '') {
        const near = nearest(id, known)
        throw new CallError(
          `There is no silence "${id}" in force.`,
          near ? askIfMeant(near) : '"linewalker silence" lists them.',
        )
      }
      await store.endSilence(meant, call.user, now)
      if (call.json) printJson(call, { silence: meant, ended: true })
      else printLines(call, `Ended the silence ${meant}.`)
      return FINE
    }),
}

/** Keeps notices back by what they are about; without options it lists the silences in force. */
export const silence: CliCommand = {
  usage: 'silence',
  summary: 'Keep notices back for a while, by what they are about; without options, list what is silenced.',
  options: [
    { flags: '--rule <name>', says: 'of one rule' },
    { flags: '--owner <id>', says: "of one owner's subjects" },
    { flags: '--team <name>', says: "of a team's subjects" },
    { flags: '--account <id>', says: 'of an account and its opportunities' },
    { flags: '--severity <severity>', says: 'of one severity', choices: SEVERITIES },
    { flags: '--until <instant>', says: 'when it ends (default: in 30 days)' },
    { flags: '--comment <text>', says: 'why' },
  ],
  examples: [
    'linewalker silence --owner dana --until 2026-05-01 --comment "on parental leave, Lee looks after them"',
    'linewalker silence --rule stuck --team west --comment "quarter end"',
    'linewalker silence',
    'linewalker silence end 3f2a',
  ],
  subcommands: [end],
  run: (call) => {
    const comment = textOf(call.options, 'comment')?.trim()
    const given = ['rule', 'owner', 'team', 'account', 'severity', 'until', 'comment'].some(
      (name) => textOf(call.options, name) !== undefined,
    )
    if (!given) return list(call)
    if (!comment)
      throw new CallError('A silence needs --comment TEXT: whoever misses a letter later wants to know why.')
    return writing(call, async (store, program, now) => {
      const asked = {
        ...(await matchersOf(call.options, program, store)),
        until: endOf(textOf(call.options, 'until'), program, now),
        comment,
      }
      const made = await store.silence(asked, call.user, now)
      if (call.json) printJson(call, silenceJson(made, program))
      else
        printLines(
          call,
          `Silenced ${sayMatchers(made)} until ${sayInstant(made.until, program.vocabulary.calendar)} (${made.id}).`,
        )
      return FINE
    })
  },
}

const list: CliCommand['run'] = (call) =>
  reading(call, async (store, program, now) => {
    const found = await store.silences(now)
    if (call.json) printJson(call, { silences: found.map((one) => silenceJson(one, program)) })
    else printList(call, tableOf(found, program), Number.POSITIVE_INFINITY, 'silence', 'Nothing is silenced.')
    return FINE
  })

const mustBe = (what: string, name: string, all: readonly string[]): void =>
  demandKnown(what, all.includes(name) ? null : { name, nearest: nearest(name, all) })

/** What is silenced is there: a slip of the pen would silence nothing, and nobody would notice. */
async function matchersOf(options: Options, program: Program, store: Store): Promise<Matchers> {
  const text = (name: string) => textOf(options, name) ?? null
  const [rule, owner, team, account] = [text('rule'), text('owner'), text('team'), text('account')]
  const people = peopleUnder(program, await store.people())
  if (owner !== null) demandKnown('person', await unknownPerson(store, program, owner))
  const teams = [...people.values()].flatMap((person) => (person.team === null ? [] : [person.team]))
  if (team !== null) mustBe('team', team, teams)
  if (account !== null && !(await store.findSubject(account)).includes('account')) {
    const asked = { subject: 'account', when: ALWAYS, now: 0, vocabulary: program.vocabulary, people } as const
    mustBe('account', account, await store.idsWhere(asked))
  }
  return {
    rule: rule === null ? null : ruleNamed(program, rule).id,
    owner,
    team,
    account,
    severity: text('severity') as Severity | null,
  }
}

function endOf(text: string | undefined, { vocabulary }: Program, now: Instant): Instant {
  if (text === undefined) return defaultEnd(vocabulary.calendar, now)
  const until = parseInstant(text, vocabulary.calendar)
  if (until === undefined)
    throw new CallError(`"${text}" is no instant.`, 'Write --until 2026-05-01, or --until 2026-05-01T09:00.')
  if (until <= now)
    throw new CallError(`${text} is past already.`, 'A silence ends at an instant that is still to come.')
  return until
}

const tableOf = (silences: readonly Silence[], { vocabulary }: Program): Table => ({
  headers: ['id', 'what', 'until', 'by', 'why'],
  rows: silences.map((one) =>
    [one.id, sayMatchers(one), sayInstant(one.until, vocabulary.calendar), one.by, one.comment].map((text) =>
      cell(text),
    ),
  ),
})
