import { describe, expect, test } from 'vitest'
import { WORLD } from '../../src/analysis/world.js'
import { NOW, saidOf } from './said.js'

const MAIL = `
channels: { mail: { type: email, smtp: "smtp://localhost", from: "Pipeline <pipeline@example.com>" } }
people:
  kim: { name: Kim Ito }
  old: { name: Old Timer, email: old@example.com, active: false }
  kai: { name: Kai Roth, active: false, manager: kim }
  away: { name: Away Day, active: false, manager: dana }
`
/** The same people, and no address is needed. */
const PEOPLE = MAIL.replace(/^channels.*$/m, '')
const LARGE = 'amount: { over: 10 }'
const notify = (who: string) => `then: [{ notify: { to: ${who} } }]`

/** What is said of notices of a rule for open opportunities. */
const told = async (when: string, more: string, setting = MAIL) => {
  const found = await saidOf(
    `${setting}\nrules:\n  tell: { for: opportunity, when: { status: open, ${when} }, ${more} }\n`,
  )
  return found.map(({ said, hint, shown }) => ({ said: said.replace(/^\S+ /, ''), hint, shown: shown.join('\n') }))
}

describe('a notice to nobody', () => {
  test.each([
    ['kim', LARGE, 'kim has no email address', 'Give kim an "email", or name somebody else.'],
    [
      'old',
      LARGE,
      'old is not active, and nobody stands in',
      'Give old a "manager" who is active, or name somebody else.',
    ],
    [
      'kai',
      LARGE,
      'kai is not active, and kim, who stands in, has no email address',
      'Give kim an "email", or name somebody else.',
    ],
    ['owner', 'owner: { missing: true }', 'nothing that it finds has an owner', 'Name a person or a team.'],
    ['manager', 'owner: { missing: true }', 'nothing that it finds has an owner', 'Name a person or a team.'],
    [
      'account.owner',
      'account.owner: { missing: true }',
      'the account of what it finds never has an owner',
      'Name a person or a team.',
    ],
    ['owner', 'owner: kim', 'kim has no email address', 'Give kim an "email", or name somebody else.'],
    [
      'owner',
      'owner: [kim, old]',
      'kim has no email address, and old is not active, and nobody stands in',
      'Give kim an "email", or name somebody else.',
    ],
    ['manager', 'owner: lee', 'lee has no manager', 'Give lee a "manager", or name somebody else.'],
    ['manager', 'owner: kai', 'kim has no email address', 'Give kim an "email", or name somebody else.'],
  ])('%s, where %s: %s', async (who, when, why, hint) => {
    const [one, ...more] = await told(when, notify(who))
    expect(more).toEqual([])
    expect(one).toMatchObject({
      said: `notice-to-nobody: What notify says in tell never reaches ${who}: ${why}.`,
      hint,
    })
    expect(one?.shown).toMatch(/notify is left out|tell Kim Ito/)
  })

  test.each([
    ['a reminder', 'remind: { every: 2 days, then: [{ notify: owner }] }', /tell reminds: .*has no owner/],
    ['an escalation', 'escalate: [{ after: 2 days, then: [{ notify: owner }] }]', /tell escalates: .*has no owner/],
  ])('in %s', async (_step, more, shown) => {
    const [one, ...rest] = await told('owner: { missing: true }', more)
    expect(rest).toEqual([])
    expect(one?.shown).toMatch(shown)
  })

  test.each(['account', 'opportunity'])('of an %s, when an owner is taken out', async (kind) => {
    const [one, ...rest] = await saidOf(`${MAIL}
rules:
  tell:
    for: ${kind}
    event: { change: owner }
    when: { ${kind === 'opportunity' ? 'status: open, ' : ''}owner: { missing: true } }
    ${notify('owner')}
`)
    expect(rest).toEqual([])
    expect(one?.said).toContain('never reaches owner: nothing that it finds has an owner.')
    expect(one?.shown.join('\n')).toMatch(/somebody takes owner out\n.*has no owner/)
  })

  test.each([
    ['somebody does something', LARGE, /somebody sets status .*\n.*tell resolves: tell Kim Ito/],
    ['there is an activity', 'time_since_activity: { over: 9 days }', /tell resolves: tell Kim Ito/],
    ['time goes by', 'age: { under: 9 days }', /tell resolves: tell Kim Ito/],
  ])('on resolving, when %s', async (_how, when, shown) => {
    const [one, ...rest] = await told(when, 'on_resolve: [{ notify: kim }]')
    expect(rest).toEqual([])
    expect(one?.said).toBe('notice-to-nobody: What notify says in tell never reaches kim: kim has no email address.')
    expect(one?.shown).toMatch(shown)
  })

  test('beside somebody who is reached', async () => {
    const [one] = await told(LARGE, notify('[dana, old]'))
    expect(one?.said).toContain('never reaches old')
  })

  test.each([
    ['the manager stands in', 'owner: away', notify('owner')],
    ['one of the owners is reached', 'owner: [kim, dana]', notify('owner')],
    ['the owner comes as it resolves', 'owner: { missing: true }', 'on_resolve: [{ notify: owner }]'],
    ['whoever leaves tomorrow has a manager', 'owner.active: false', notify('owner')],
    ['there may be an owner', 'any: [{ owner: { missing: true } }, { owner: dana }]', notify('owner')],
    ['only the account has none', 'account.owner: { missing: true }', notify('owner')],
    ['a team is told', 'owner: { missing: true }', notify('team.west')],
    [
      'an owner who is known by an id alone is told',
      'owner: { is_not: [dana, lee, kim, kai, away] }',
      notify('owner'),
      PEOPLE,
    ],
    [
      'the owner of the account may be known by an id alone',
      'account.owner: { is_not: [dana, lee, kim, kai, away] }',
      notify('account.owner'),
      PEOPLE,
    ],
  ])('is not told where %s', async (_why, when, more, setting = MAIL) => {
    expect(await told(when, more, setting)).toEqual([])
  })

  test.each([
    ['the owner', 'owner: { is_not: [dana, lee, kim, kai, away] }', MAIL, 'owner'],
    ['the manager', 'owner: { is_not: [dana, lee, kim, kai, away] }', PEOPLE, 'manager'],
    ['one of those who are declared', 'owner: [old]', PEOPLE, 'owner'],
  ])('%s is not reached where nobody who is known by an id alone is', async (_whom, when, setting, who) => {
    const [one, ...more] = await told(when, notify(who), setting)
    expect(more).toEqual([])
    expect(one?.said).toContain(`never reaches ${who}: old`)
  })

  test('people may come with data: only an owner that is missing is certain', async () => {
    const people = `${MAIL}\nsources: { crm: { people: { id: id, name: name } } }`
    expect(await told('owner: kim', notify('owner'), people)).toEqual([])
    expect(await told(LARGE, notify('manager'), people)).toEqual([])
    expect(await told('owner: { missing: true }', notify('owner'), people)).toHaveLength(1)
  })
})

describe('a digest for nobody', () => {
  test.each([
    ['kim', 'nobody whom it is for has an email address', 'Give one of them an "email", or name others.'],
    ['old', 'old is not active', 'Name others.'],
    ['[old, kai]', 'old is not active, and kai is not active', 'Name others.'],
  ])('%s: %s', async (to, why, hint) => {
    const [one, ...more] = await saidOf(`${MAIL}
views: { all-open: { when: { status: open } } }
digests: { weekly: { every: 1 week, at: "08:00", show: [all-open], to: ${to} } }
`)
    expect(more).toEqual([])
    expect(one?.said).toContain(`The digest weekly never comes: ${why}.`)
    expect(one?.hint).toBe(hint)
  })

  test('owners: none is told where one who is known by an id alone gets it, and no address is needed', async () => {
    const gone = 'dana: { active: false }, lee: { active: false }'
    const digest = (channels: string) => `${channels}
views: { all-open: { when: { status: open } } }
digests: { weekly: { every: 1 week, at: "08:00", show: [all-open], to: owners } }
`
    const world = WORLD.replace(/^people:\n( .*\n)+/m, `people: { ${gone} }\n`)
    expect(await saidOf(digest(''), NOW, world)).toEqual([])
    expect(await saidOf(digest(MAIL.split('\n')[1] ?? ''), NOW, world)).toMatchObject([
      { said: expect.stringContaining('The digest weekly never comes: nobody') },
    ])
  })
})
