import { describe, expect, it } from 'vitest'
import { apply } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import { gatherNotices } from '../../src/letters/gather.js'
import type { Program } from '../../src/program/program.js'
import type { OpenTasks } from '../../src/store/open-tasks.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'
import { account, opportunity, put } from '../support/plans.js'

const at = (text: string) => Date.parse(`${text}Z`)
const OWNERS = Array.from({ length: 10 }, (_, i) => `owner-${i}`)
const MANAGERS = ['ann', 'bob', 'cy']
const managerOf = (i: number) => MANAGERS[i % 3] as string

const RULES = `
people:
${OWNERS.map((id, i) => `  ${id}: { name: Owner ${i}, email: ${id}@example.com, manager: ${managerOf(i)} }`).join('\n')}
${MANAGERS.map((id) => `  ${id}: { email: ${id}@example.com }`).join('\n')}
pipelines: { new-business: { stages: { proposal: { label: Proposal }, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call] }
limits: { per_run: { effects: 100000, share: 100% } }
channels: { mail: { type: email, from: pipeline@example.com } }
notifications: { gather: { at: "08:30" }, at_most: 2 per day }
rules:
  quiet:
    title: The opportunity has gone quiet
    for: opportunity
    when: { status: open, time_since_activity: { over: 14 days }, amount: { over: 0 } }
    severity: poor
    then: [{ notify: { to: [owner, manager] } }]
  no-step:
    title: Nobody knows the next step
    for: opportunity
    when: { status: open, next_step: { missing: true }, amount: { at_most: 0 } }
    then: [{ notify: { to: [owner, manager] } }]
`

const programOf = (text: string): Program => {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(problems.map((p) => `${p.place.line}: ${p.message}`).join('\n'))
  return program
}

/** The number before a word: `50 findings`. */
const said = (text: string, word: string): number =>
  Number(new RegExp(`([\\d,]+) ${word}`).exec(text)?.[1]?.replace(',', '') ?? 0)

describe.each(databases)('gathering on $name', ({ place }) => {
  let store: Store
  const program = programOf(RULES)
  const process = (clock: number) => ({ id: 'p1', command: 'apply', clock })

  useStore(place, async (opened) => {
    store = opened
    const accounts = Array.from({ length: 100 }, (_, i) => account(`a${i}`, { name: `Account ${i}`, owner: null }))
    const rows = Array.from({ length: 500 }, (_, i) =>
      opportunity(`o${String(i).padStart(3, '0')}`, {
        account: `a${i % 100}`,
        name: `Deal ${i}`,
        owner: OWNERS[i % 10] as string,
        amount: i % 5 === 0 ? 0 : 1_000_000 * (1 + (i % 37)),
        created: at('2026-02-01T12:00'),
        seen: at('2026-02-01T12:00'),
        last_change: at('2026-02-01T12:00'),
      }),
    )
    await put(store, accounts, rows)
  })

  it('sends one letter to each of 10 owners and 3 managers for 500 findings, and the numbers add up', async () => {
    const monday = at('2026-03-16T13:00')
    const { done } = await apply(store, program, monday, process(monday))
    expect(done).toHaveLength(500)
    expect(await store.nextGathering()).toBe(0)
    expect(await gatherNotices(store, program, monday)).toEqual({ letters: [], told: 0, kept: 1000, dropped: 0 })
    const kept = (await store.letters({ held: true })).notices
    expect(new Set(kept.map((n) => `${n.kept_why} ${new Date(n.kept_until ?? 0).toISOString()}`))).toEqual(
      new Set(['window 2026-03-17T08:30:00.000Z']),
    )
    const window = (await store.nextGathering()) as number
    expect(window).toBe(at('2026-03-17T08:30'))
    const { letters, told } = await gatherNotices(store, program, window)
    expect(letters).toEqual([...OWNERS, ...MANAGERS].sort().map((id) => `${id}/2026-03-17T08:30:00.000Z`))
    expect(told).toBe(1000)
    // Once more, and by another process: a window happens once.
    expect(await gatherNotices(store, program, window)).toEqual({ letters: [], told: 0, kept: 0, dropped: 0 })
    expect(await store.nextGathering()).toBe(null)

    const all = (await store.letters()).letters
    expect(all).toHaveLength(13)
    for (const { title, body, person } of all) {
      const total = said(title ?? '', 'findings')
      const levels = said(title ?? '', 'poor') + said(title ?? '', 'to watch')
      expect(/, all (poor|to watch)$/.test(title ?? '') ? total : levels, title ?? '').toBe(total)
      const shown = body.split('\n').filter((line) => line.startsWith('* ')).length
      expect(shown).toBe(30)
      expect(shown + said(body, 'more:')).toBe(total)
      expect(body.replace(/\s+/g, ' ')).toContain(
        OWNERS.includes(person ?? '') ? 'as the owner.' : 'as the manager of the owner.',
      )
    }
    const totals = (ids: readonly string[]) =>
      all.filter((l) => ids.includes(l.person ?? '')).reduce((sum, l) => sum + said(l.title ?? '', 'findings'), 0)
    expect(totals(OWNERS)).toBe(500)
    expect(totals(MANAGERS)).toBe(500)
    // A manager reads how many each owner has.
    const ann = all.find((l) => l.person === 'ann')
    const owners = [...(ann?.body.matchAll(/Owner (\d) (\d+)/g) ?? [])].map(([, id, n]) => [Number(id), Number(n)])
    expect(owners.map(([id]) => id).sort()).toEqual([0, 3, 6, 9])
    expect(owners.reduce((sum, [, n]) => sum + (n ?? 0), 0)).toBe(200)
    expect(all.every((l) => l.state === 'waiting' && l.type === 'email' && l.channel === 'mail')).toBe(true)
  })

  it('reads of the open tasks the first ones of who gets a letter, and none for a letter that cannot wait', async () => {
    const busy = programOf(
      RULES.replace(
        'then: [{ notify: { to: [owner, manager] } }]',
        'then: [{ notify: { to: owner } }, { create_task: { assign: owner, title: Call, due: 1 day } }]',
      ).replace(
        'then: [{ notify: { to: [owner, manager] } }]',
        'then: [{ notify: { to: manager, urgent: true } }, { create_task: { assign: manager, title: Ask } }]',
      ),
    )
    const read: { to: string; urgent: boolean; tasks: OpenTasks | null }[] = []
    // There is no other way to tasks than by what the gathering asks for.
    const watched: Pick<Store, 'gather' | 'people'> = {
      people: store.people,
      gather: (gathering) =>
        store.gather({
          ...gathering,
          compose: (message, tasks) => {
            read.push({ to: message.to.id, urgent: message.window === null, tasks })
            return gathering.compose(message, tasks)
          },
        }),
    }
    const monday = at('2026-03-16T13:00')
    await apply(store, busy, monday, process(monday))
    await gatherNotices(watched, busy, monday)
    expect(await store.tasks({ state: 'open', assignee: 'ann' })).not.toEqual([])
    expect(read).toEqual(['ann', 'cy'].map((to) => ({ to, urgent: true, tasks: null })))
    read.length = 0
    const window = at('2026-03-18T08:30')
    await gatherNotices(watched, busy, window)
    expect(read.map(({ to }) => to)).toEqual(OWNERS.filter((_, i) => i % 5 !== 0))
    for (const { to, tasks } of read) {
      const all = await store.tasks({ state: 'open', assignee: to })
      expect(all).toHaveLength(50)
      expect(tasks).toEqual({ first: all.slice(0, 5), total: 50, overdue: 50, soon: 0 })
    }
    const { body } = (await store.letters()).letters.find(({ person }) => person === 'owner-1') ?? {}
    expect(body).toContain('YOUR OPEN TASKS: 50\n50 overdue.\n- Call: overdue, it was due 2026-03-17')
    expect(body).toContain('And 45 more.')
  })

  it('counts tasks of this week apart from what has no day; on its own day nothing is overdue', async () => {
    const busy = programOf(
      RULES.replace(
        'then: [{ notify: { to: [owner, manager] } }]',
        'then: [{ notify: { to: owner } }, { create_task: { assign: owner, title: Call, due: 1 day } }, { create_task: { assign: owner, title: Write, due: 30 days } }]',
      ).replace('then: [{ notify: { to: [owner, manager] } }]', 'then: [{ create_task: { assign: ann, title: Ask } }]'),
    )
    const monday = at('2026-03-16T13:00')
    await apply(store, busy, monday, process(monday))
    await gatherNotices(store, busy, at('2026-03-17T08:30'))
    const { body } = (await store.letters()).letters.find(({ person }) => person === 'owner-1') ?? {}
    expect(body).toContain('YOUR OPEN TASKS: 100\n50 due this week.\n- Call: due 2026-03-17')
    expect(body).toContain('And 95 more.')
  })
})
