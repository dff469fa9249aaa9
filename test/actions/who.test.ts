import { describe, expect, test } from 'vitest'
import { effectsOf } from './steps.js'

const told = (to: string, about: Parameters<typeof effectsOf>[1] = {}) =>
  effectsOf(`[{ notify: { to: ${to} } }]`, about)[0]
const given = (to: string, about: Parameters<typeof effectsOf>[1] = {}) => effectsOf(`[{ assign: ${to} }]`, about)

describe('who is told', () => {
  test.each([
    ['owner', {}, ['dana']],
    ['manager', {}, ['lee']],
    ['account.owner', {}, ['kim']],
    ['lee', {}, ['lee']],
    ['[owner, dana, manager, lee]', {}, ['dana', 'lee']],
    ['team.west', {}, ['dana', 'kim', 'lee']],
    ['owner', { for: 'account' }, ['kim']],
    ['account.owner', { for: 'account' }, ['kim']],
    // In place of a person who is not active stands the manager.
    ['owner', { deal: { owner: 'ola' } }, ['lee']],
    ['ola', {}, ['lee']],
    // Known by an id alone.
    ['owner', { deal: { owner: 'zoe' } }, ['zoe']],
    // Where somebody is left, nothing is left out.
    ['[owner, manager, kim]', { deal: { owner: null } }, ['kim']],
  ] as const)('%s of %j', (to, about, people) => {
    expect(told(to, about)).toMatchObject({ kind: 'notify', to: people })
  })

  test.each([
    ['owner', { deal: { owner: null } }, 'The opportunity has no owner.'],
    ['manager', { deal: { owner: null } }, 'The opportunity has no owner.'],
    ['manager', { deal: { owner: 'zoe' } }, 'No manager of zoe is known.'],
    ['account.owner', { account: null }, 'The opportunity has no account.'],
    ['account.owner', { account: { owner: null } }, 'The account has no owner.'],
    ['gone', {}, 'gone is not active, and has no manager.'],
    [
      '[gone, manager]',
      { deal: { owner: 'zoe' } },
      'gone is not active, and has no manager. No manager of zoe is known.',
    ],
  ] as const)('nobody is left of %s of %j', (to, about, why) => {
    expect(told(to, about)).toEqual({ kind: 'left_out', action: 'notify', why })
  })
})

describe('who is assigned', () => {
  test('one person, where that is another one', () => {
    expect(given('manager')).toEqual([
      { kind: 'assign', subject: { kind: 'opportunity', id: 'acme-deal' }, from: 'dana', to: 'lee' },
    ])
    expect(given('dana')).toEqual([])
    expect(given('owner', { deal: { owner: 'ola' } })).toMatchObject([{ from: 'ola', to: 'lee' }])
    expect(given('owner', { deal: { owner: null } })).toEqual([
      { kind: 'left_out', action: 'assign', why: 'The opportunity has no owner.' },
    ])
  })

  test('of a team one active member in turn, never the present owner, the same in every plan', () => {
    const turn = (key: string) => (given('team.west', { key })[0] as { to: string }).to
    const turns = Array.from({ length: 60 }, (_, i) => turn(`rule/opportunity/o${i}/1/open`))
    expect(new Set(turns)).toEqual(new Set(['kim', 'lee']))
    expect(turns).toEqual(Array.from({ length: 60 }, (_, i) => turn(`rule/opportunity/o${i}/1/open`)))
    const ofKim = turns.filter((to) => to === 'kim').length
    expect(ofKim).toBeGreaterThan(15)
    expect(ofKim).toBeLessThan(45)
  })

  test('and the task of the same step goes to the same member', () => {
    const effects = effectsOf('[{ assign: team.west }, { create_task: { title: Call, assign: team.west } }]')
    expect(effects).toMatchObject([{ kind: 'assign' }, { assign: (effects[0] as { to: string }).to }])
  })
})
