import { describe, expect, it } from 'vitest'
import { DEFAULT_CALENDAR } from '../../src/lib/calendar.js'
import { personClock } from '../../src/notices/clock.js'
import { decideNotices, type Telling, type WaitingNotice } from '../../src/notices/decide.js'
import type { Silence } from '../../src/notices/silences.js'

const clock = personClock(
  {
    via: { channel: 'mail', type: 'email' },
    gather: [8 * 60 + 30, 16 * 60],
    quiet: { from: 19 * 60, to: 7 * 60 },
    atMost: 2,
    calendar: DEFAULT_CALENDAR,
  },
  null,
)
const at = (text: string) => Date.parse(`${text}Z`)
const iso = (instant: number) => new Date(instant).toISOString().slice(0, 16)

const notice = (but: Partial<WaitingNotice> = {}): WaitingNotice => ({
  id: 'n',
  urgent: false,
  at: at('2026-03-09T10:00'),
  finding: 'open',
  kept_by: null,
  kept_why: null,
  kept_until: 0,
  matched: { rule: 'quiet', owner: 'dana', team: 'west', account: 'acme', severity: 'poor' },
  ...but,
})
const silence = (but: Partial<Silence> = {}): Silence => ({
  id: 's1',
  rule: 'quiet',
  owner: null,
  team: null,
  account: null,
  severity: null,
  until: at('2026-03-20T12:00'),
  comment: 'migration',
  by: 'lee',
  at: at('2026-03-01T00:00'),
  ended_at: null,
  ...but,
})
const decide = (now: string, of: Partial<WaitingNotice>, but: Partial<Telling> = {}) => {
  const one = notice(of)
  const telling = { now: at(now), clock, atMost: 2, lettersToday: 0, windowHappened: false, silences: [], active: true }
  const { outcomes, window } = decideNotices([one], { ...telling, ...but })
  const outcome = outcomes.get(one)
  const said =
    outcome?.do === 'keep'
      ? `${outcome.why} until ${iso(outcome.until)}`
      : outcome?.do === 'drop'
        ? outcome.why
        : 'tell'
  return window === null ? said : `${said} in ${iso(window)}`
}

describe('what becomes of a notice', () => {
  it('waits for its window and is told in it', () => {
    expect(decide('2026-03-09T10:00', {})).toBe('window until 2026-03-09T16:00')
    expect(decide('2026-03-09T15:59', {})).toBe('window until 2026-03-09T16:00')
    expect(decide('2026-03-09T16:00', {})).toBe('tell in 2026-03-09T16:00')
    expect(decide('2026-03-09T16:00', { at: at('2026-03-09T16:00') })).toBe('tell in 2026-03-09T16:00')
  })

  it('waits for the next window where its own has happened', () => {
    expect(decide('2026-03-09T16:01', {}, { windowHappened: true })).toBe('window until 2026-03-10T08:30')
  })

  it('is made up for where the window was missed, but neither in quiet hours nor on a day off', () => {
    expect(decide('2026-03-09T18:00', {})).toBe('tell in 2026-03-09T16:00')
    expect(decide('2026-03-12T11:00', {})).toBe('tell in 2026-03-12T08:30')
    expect(decide('2026-03-09T21:00', {})).toBe('quiet_hours until 2026-03-10T08:30')
    expect(decide('2026-03-14T12:00', {})).toBe('day_off until 2026-03-16T08:30')
  })

  it('waits for the next day where the day has had its letters', () => {
    expect(decide('2026-03-09T16:00', {}, { lettersToday: 2 })).toBe('daily_maximum until 2026-03-10T08:30')
    expect(decide('2026-03-13T16:00', {}, { lettersToday: 2 })).toBe('daily_maximum until 2026-03-16T08:30')
    expect(decide('2026-03-09T16:00', {}, { lettersToday: 9, atMost: null })).toBe('tell in 2026-03-09T16:00')
  })

  it('keeps its reason where it is looked at again before the first window after the day that was full', () => {
    const kept = { kept_why: 'daily_maximum' as const }
    for (const now of ['2026-03-10T01:00', '2026-03-10T07:30', '2026-03-10T08:29'])
      expect(decide(now, kept)).toBe('daily_maximum until 2026-03-10T08:30')
    expect(decide('2026-03-14T12:00', kept)).toBe('daily_maximum until 2026-03-16T08:30')
    expect(decide('2026-03-10T08:30', kept)).toBe('tell in 2026-03-10T08:30')
    // Its window came while nobody was there, or there is no maximum any more: it is made up for.
    expect(decide('2026-03-11T07:30', { ...kept, kept_until: at('2026-03-10T08:30') })).toMatch(/^tell/)
    expect(decide('2026-03-10T07:30', kept, { atMost: null })).toMatch(/^tell/)
  })

  it('is told at once where it is urgent, in quiet hours at their end, whatever the maximum and the day', () => {
    expect(decide('2026-03-09T10:00', { urgent: true })).toBe('tell')
    expect(decide('2026-03-09T10:00', { urgent: true }, { lettersToday: 9 })).toBe('tell')
    expect(decide('2026-03-14T12:00', { urgent: true })).toBe('tell')
    expect(decide('2026-03-09T19:00', { urgent: true })).toBe('quiet_hours until 2026-03-10T07:00')
    expect(decide('2026-03-13T23:00', { urgent: true })).toBe('quiet_hours until 2026-03-14T07:00')
  })

  it('is kept back by a silence that matches it, urgent or not, until the first window after it', () => {
    const silences = [silence()]
    expect(decide('2026-03-09T16:00', {}, { silences })).toBe('silenced until 2026-03-20T16:00')
    expect(decide('2026-03-09T10:00', { urgent: true }, { silences })).toBe('silenced until 2026-03-20T16:00')
    // The longest of several counts.
    const more = [...silences, silence({ id: 's2', rule: null, team: 'west', until: at('2026-03-27T17:00') })]
    expect(decide('2026-03-09T16:00', {}, { silences: more })).toBe('silenced until 2026-03-30T08:30')
  })

  it('is not kept back where anything that the silence names is another', () => {
    for (const but of [
      { rule: 'other' },
      { owner: 'lee' },
      { team: 'east' },
      { account: 'globex' },
      { severity: 'watch' as const },
      { at: at('2026-03-10T00:00') },
      { until: at('2026-03-09T16:00') },
      { ended_at: at('2026-03-09T12:00') },
    ]) {
      expect(decide('2026-03-09T16:00', {}, { silences: [silence(but)] }), JSON.stringify(but)).toMatch(/^tell/)
    }
  })

  it('is told after the silence if its finding is open, or if it has none', () => {
    const silences = [silence()]
    const kept = { kept_by: 's1' }
    expect(decide('2026-03-20T16:00', kept, { silences })).toBe('tell in 2026-03-20T16:00')
    expect(decide('2026-03-20T16:00', { ...kept, finding: 'none' }, { silences })).toBe('tell in 2026-03-20T16:00')
    expect(decide('2026-03-20T16:00', { ...kept, finding: 'over' }, { silences })).toBe(
      'Its finding was resolved while a silence kept it back.',
    )
    // Ended early, it waits for the first window after that end, also where it was urgent.
    const ended = { silences: [silence({ ended_at: at('2026-03-10T10:00') })] }
    expect(decide('2026-03-10T10:00', { ...kept, urgent: true }, ended)).toBe('window until 2026-03-10T16:00')
  })

  it('is not told to who is not active any more, and says so', () => {
    expect(decide('2026-03-09T16:00', {}, { active: false })).toBe('The person is not active any more.')
  })
})
