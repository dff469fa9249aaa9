import { describe, expect, it } from 'vitest'
import { loadRules } from '../../src/config/load.js'
import type { Person } from '../../src/domain/subjects.js'
import { digestsOf, recipientsOf } from '../../src/notices/digests.js'
import { notificationSettings } from '../../src/notices/settings.js'

const programOf = (text: string) => {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(problems.map((p) => `${p.place.line}: ${p.message}`).join('\n'))
  return program
}
const settings = (text: string) => {
  const { via, gather, quiet, atMost } = notificationSettings(programOf(text))
  return { via, gather, quiet, atMost }
}

describe('how people are told', () => {
  it('has defaults: by email, gathered at 08:30, quiet at night, at most 5 letters a day', () => {
    expect(settings('activities: { touches: [call] }')).toEqual({
      via: { channel: null, type: 'email' },
      gather: [510],
      quiet: { from: 1140, to: 420 },
      atMost: 5,
    })
    expect(settings('channels: { deals: { type: slack, url: x }, post: { type: email, from: a@b.c } }').via).toEqual({
      channel: 'post',
      type: 'email',
    })
  })

  it('is as it is declared; a time to gather within quiet hours is their end', () => {
    expect(
      settings(`
channels: { deals: { type: slack, url: x } }
notifications: { via: deals, gather: { at: ["16:00", "22:00", "09:00", "24:00"] }, quiet_hours: { from: "18:00", to: "08:00" }, at_most: 2 per day }`),
    ).toEqual({
      via: { channel: 'deals', type: 'message' },
      gather: [480, 540, 960],
      quiet: { from: 1080, to: 480 },
      atMost: 2,
    })
  })
})

describe('who gets a digest', () => {
  const program = programOf(`
people:
  dana: { manager: lee, team: west }
  kim: { manager: lee, team: west, active: false }
  lee: { manager: vic }
  vic: {}
  zoe: { manager: vic }
  rev: { role: revops }
digests: { weekly_look: { every: week, at: "08:00", show: [health], to: managers } }`)
  // Imported people may stand in a ring; rules may not.
  const people = new Map(program.vocabulary.people)
  people.set('vic', { ...(people.get('vic') as Person), manager: 'zoe' })
  const to = (...names: string[]) =>
    recipientsOf({ to: names }, people, new Set(['dana', 'kim'])).map(({ person, owners, of }) =>
      [person.id, of, ...(owners ?? ['everybody'])].join(' '),
    )

  it('is each manager about the team below, also over others, and a ring of managers ends', () => {
    expect(to('managers')).toEqual(['lee team lee dana kim', 'vic team vic dana kim', 'zoe team zoe dana kim'])
  })

  it('is each owner about the own, who is active; and whom the rules name about everything, each once', () => {
    expect(to('owners')).toEqual(['dana own dana'])
    expect(to('rev', 'team.west', 'rev', 'stranger')).toEqual([
      'dana all everybody',
      'rev all everybody',
      'stranger all everybody',
    ])
    expect(to('managers', 'lee')).toHaveLength(3)
  })

  it('is called by its title, or by its name', () => {
    expect(digestsOf(program).map(({ title }) => title)).toEqual(['Weekly look'])
  })
})
