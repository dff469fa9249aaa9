import { describe, expect, test } from 'vitest'
import type { Finding, Task } from '../../src/domain/findings.js'
import { sayAfterDone } from '../../src/reports/after-done.js'
import { programOf } from '../scheduler/virtual-time.js'
import { finding } from '../support/plans.js'

const NOW = Date.UTC(2026, 2, 16)
const subject = { kind: 'opportunity', id: 'o 1' } as const
const rules = programOf(`
calendar: { timezone: UTC }
people: { dana: { name: Dana Ruiz, manager: lee }, lee: { name: Lee Park } }
pipelines: { main: { stages: { open: {} } } }
activities: { touches: [call] }
rules:
  both: { for: opportunity, when: { status: open }, remind: { every: 1 day, then: [{ notify: owner }] }, escalate: [{ after: 2 days, then: [{ notify: manager }] }] }
  reminds: { for: opportunity, when: { status: open }, remind: { every: 1 day, then: [{ notify: owner }] } }
  escalates: { for: opportunity, when: { status: open }, escalate: [{ after: 2 days, then: [{ notify: manager }] }] }
  plain: { for: opportunity, when: { status: open } }
`).rules

const said = (rule: string, but: Partial<Finding> = {}) => {
  const found = finding(rule, subject, { opened_at: NOW, ...but })
  const task: Task = {
    ...{ id: `${rule}/x#1`, rule, kind: 'opportunity', subject: 'o 1', episode: found.episode, assignee: 'dana' },
    ...{ title: 'Call', due: null, created_at: NOW, state: 'done', ended_at: NOW, ended_by: 'dana' },
  }
  const known = rules.find(({ id }) => id === rule)
  return sayAfterDone(task, [found], known, NOW)
}

describe('when a task is done', () => {
  const stays = (rule: string) =>
    `The finding '${rule}/opportunity/o 1/1' stays open as long as its condition holds: "linewalker explain ${rule} 'opportunity:o 1'" says what ends it.`

  test.each<[string, Partial<Finding>, string[]]>([
    [
      'both',
      {},
      [
        `Its reminders and escalation go on. "linewalker acknowledge 'both/opportunity/o 1/1'" ends the escalation. "linewalker snooze 'both/opportunity/o 1/1' --until touch --reason WHY" keeps both back for a while.`,
      ],
    ],
    [
      'both',
      { acknowledged_at: NOW },
      [
        `Its reminders go on. "linewalker snooze 'both/opportunity/o 1/1' --until touch --reason WHY" keeps them back for a while.`,
      ],
    ],
    [
      'both',
      { escalated: 1 },
      [
        `Its reminders go on. "linewalker snooze 'both/opportunity/o 1/1' --until touch --reason WHY" keeps them back for a while.`,
      ],
    ],
    ['reminds', { snoozed_until: NOW + 1 }, ['Its reminders go on once its snooze ends.']],
    [
      'escalates',
      {},
      [`Its escalation goes on. "linewalker acknowledge 'escalates/opportunity/o 1/1'" ends the escalation.`],
    ],
    ['escalates', { acknowledged_at: NOW }, []],
    ['both', { withheld: 'observe' }, []],
    ['plain', {}, []],
    ['gone', {}, []],
  ])('of %s %j it says what goes on, and what ends it', (rule, but, more) => {
    expect(said(rule, but)).toEqual([stays(rule), ...more])
  })

  test('of a finding that is over, or of none, there is nothing to say', () => {
    expect(said('both', { state: 'resolved', resolved_at: NOW })).toEqual([])
    expect(said('both', { state: 'held' })).toEqual([])
  })
})
