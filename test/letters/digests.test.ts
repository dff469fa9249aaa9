import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { apply } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import { sendDigests } from '../../src/letters/digests.js'
import { digestsOf } from '../../src/notices/digests.js'
import type { Program } from '../../src/program/program.js'
import type { Attachment } from '../../src/sql/telling.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'
import { account, opportunity, put } from '../support/plans.js'

const at = (text: string) => Date.parse(`${text}-04:00`)

const RULES = `
calendar: { timezone: America/New_York }
money: { currency: USD }
people:
  dana: { name: Dana Ruiz, email: dana@example.com, manager: lee, team: west }
  kim:  { name: Kim Oh, email: kim@example.com, manager: lee, team: west }
  ola:  { name: Ola Ek, email: ola@example.com, manager: mia, team: east }
  lee:  { name: Lee Park, email: lee@example.com, role: manager, manager: vic }
  mia:  { name: Mia Sol, email: mia@example.com, role: manager, manager: vic }
  vic:  { name: Vic Day, email: vic@example.com, role: manager }
pipelines: { new-business: { stages: { proposal: { label: Proposal }, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call] }
assembly_line: { starts_in: cold, bins: { cold: { label: Cold, group: input } } }
limits: { per_run: { share: 100% } }
channels: { mail: { type: email, from: pipeline@example.com } }
health:
  when: { status: open }
  indicators:
    time_since_activity: { at_risk: 14 days, poor: 30 days, coach: revive }
playbooks:
  revive:
    title: Revive a quiet deal
    steps: [{ when: { next_step: { missing: true } }, say: "Agree a dated next step with {{ account.name }}." }]
    practice: A deal without a dated next step is a wish.
rules:
  quiet: { title: It has gone quiet, for: opportunity, severity: poor, when: { status: open, time_since_activity: { over: 30 days } }, then: [{ create_task: { title: "Call {{ account.name }}", due: 1 day } }] }
views:
  large: { title: The large ones, when: { status: open, amount: { over: 50000 } }, columns: [name, owner, amount, time_since_activity] }
goals:
  few-unhealthy: { title: At most 45 % not healthy, measure: share_of_count, when: { health: [at_risk, poor] }, at_most: 45%, per: owner }
  enough: { title: A million in the pipeline, measure: value, when: { status: open }, at_least: 1000000 }
digests:
  bi-weekly: { title: Pipeline hygiene, every: 2 weeks, starting: 2026-03-02, at: "08:00", show: [goals, large, findings, tasks], to: [managers, ola] }
  mine: { every: workday, at: "09:00", show: [health], to: owners }
`

function programOf(text = RULES): Program {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(problems.map((p) => `${p.place.line}: ${p.message}`).join('\n'))
  return program
}

describe.each(databases)('digests on $name', ({ name: database, place }) => {
  let store: Store
  const program = programOf()

  useStore(place, async (opened) => {
    store = opened
    const owners = ['dana', 'kim', 'ola']
    const created = (i: number) => at('2026-03-30T08:00') - (i % 5) * 10 * 86_400_000
    const rows = Array.from({ length: 30 }, (_, i) => {
      const seen = created(i)
      const more = { created: seen, seen, last_change: seen, amount: (10_000 + 4_000 * i) * 1000 }
      return opportunity(`o${String(i).padStart(2, '0')}`, {
        ...more,
        account: `a${i % 6}`,
        name: `Deal ${i}`,
        owner: owners[i % 3] as string,
      })
    })
    await put(
      store,
      Array.from({ length: 6 }, (_, i) => account(`a${i}`, { name: `Account ${i}`, owner: null })),
      rows,
    )
  })
  const letters = async () => (await store.letters()).letters
  const run = async (now: number) => {
    await apply(store, program, now, { id: 'p1', command: 'apply', clock: now })
    return sendDigests(store, program, now)
  }

  it('come once each at their hour, to each manager about the own team', async () => {
    const friday = at('2026-03-27T12:00')
    expect(await run(friday)).toEqual([])
    // The 30th is the third Monday in steps of two weeks; owners have theirs on each workday.
    expect(await store.nextDigest()).toBe(at('2026-03-30T08:00'))
    const monday = at('2026-03-30T08:00')
    expect(await run(monday)).toEqual(
      ['lee', 'mia', 'ola', 'vic'].map((id) => `digest/bi-weekly/${id}/2026-03-30T12:00:00.000Z`),
    )
    expect(await run(monday + 1000)).toEqual([])
    expect(await store.nextDigest()).toBe(at('2026-03-30T09:00'))
    const all = await letters()
    const of = (id: string) => all.find(({ person }) => person === id)
    expect(of('lee')?.title).toMatch(/of 20 opportunities/)
    expect(of('lee')?.body).toContain('your team stands (Dana Ruiz, Kim Oh)')
    expect(of('mia')?.title).toMatch(/of 10 opportunities/)
    expect(of('vic')?.title).toMatch(/of 30 opportunities/)
    expect(of('ola')?.body).toContain('the whole pipeline')
    expect(of('lee')?.body).not.toContain('Ola')
    // What a manager reads adds up to what the team has.
    expect(of('lee')?.body).not.toContain('It was due')
    await expect(`Subject: ${of('lee')?.title}\n\n${of('lee')?.body}`).toMatchFileSnapshot('golden/digest.txt')
    await expect(of('lee')?.html).toMatchFileSnapshot('golden/digest.html')
    const [picture] = JSON.parse(of('lee')?.attachments ?? '[]') as Attachment[]
    expect(of('lee')?.html).toContain(`src="cid:${picture?.cid}"`)
    const png = Buffer.from(picture?.content ?? '', 'base64')
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    if (process.env.LINEWALKER_PICTURE) writeFileSync(process.env.LINEWALKER_PICTURE, png)
    expect(database).not.toBe('')
  })

  it('tell owners what they are to do, in a letter that speaks to them alone', async () => {
    const monday = at('2026-03-30T09:00')
    await run(at('2026-03-27T12:00'))
    await run(monday)
    const mine = (await letters()).find(({ id }) => id.startsWith('digest/mine/dana/'))
    // Nobody asked for tasks there: they come all the same, those that are late first.
    expect(mine?.title).toBe('Mine: 6 of 10 opportunities not healthy')
    expect(mine?.body).toContain('OPEN TASKS: 4\n2 overdue, 2 more due this week.\n* Call Account 3 [overdue]\n')
    expect(mine?.body).toContain('* Call Account 0\n  Deal 18\n  due: 2026-03-31')
    expect(mine?.body.indexOf('OPEN TASKS')).toBeLessThan(mine?.body.indexOf('NOT HEALTHY') ?? 0)
    expect(mine?.body).not.toContain('Dana Ruiz')
    expect(mine?.body).not.toContain('owner:')
    const own = programOf(RULES.replace('show: [health], to: owners', 'show: [large, findings], to: owners'))
    await sendDigests(store, own, at('2026-03-31T09:00'))
    const second = (await letters()).find(({ id }) => id.startsWith('digest/mine/dana/2026-03-31'))
    expect(second?.body).toContain('* Deal 24 [poor]\n  amount: 106,000 USD · time since activity: 41 days (poor)\n')
    expect(second?.body).not.toMatch(/^BY OWNER/m)
    expect(second?.body.match(/Deal 24 \[/g)).toHaveLength(2)
    expect(second?.body).toContain('ALSO NOT HEALTHY: 2\n* Deal 9 [poor]')
    expect(second?.body.slice(second.body.indexOf('COACHING'))).toContain('\n- and 3 more\n')
  })

  it('name what is not healthy though it stands in a view below the rows that are shown', async () => {
    const low = programOf(
      RULES.replace(
        'time_since_activity: { at_risk: 14 days, poor: 30 days, coach: revive }',
        'amount: { poor: 126000 }',
      )
        .replace('views:', 'views:\n  everything: { when: { status: open }, columns: [amount], sort: [amount] }')
        .replace('show: [goals, large, findings, tasks]', 'show: [everything]'),
    )
    const monday = at('2026-03-30T08:00')
    await apply(store, low, monday, { id: 'p1', command: 'apply', clock: monday })
    await sendDigests(store, low, monday)
    const vic = (await letters()).find(({ person }) => person === 'vic')
    expect(vic?.title).toMatch(/1 of 30 opportunities/)
    const [, listed = ''] = vic?.body.split(/^EVERYTHING: 30$/m) ?? []
    const [rows = '', rest = ''] = listed.split('And 15 more.')
    expect(rows).toContain('* Deal 14\n')
    expect(rows).not.toContain('Deal 29')
    expect(rest).toContain('ALSO NOT HEALTHY: 1\n* Deal 29 [poor]')
  })

  it('break no day, amount or span over two lines, and stand their picture on a card', async () => {
    await run(at('2026-03-27T12:00'))
    await run(at('2026-03-30T08:00'))
    const lee = (await letters()).find(({ person }) => person === 'lee')
    const cells = [...(lee?.html ?? '').matchAll(/<td[^>]*>(?:<span class="label"[^>]*>[^<]*<\/span>)(.*?)<\/td>/g)]
    const texts = cells.map(([, inner]) => inner ?? '').filter((inner) => /\d/.test(inner))
    expect(texts.length).toBeGreaterThan(10)
    for (const text of texts) expect(text).toMatch(/^<span class="whole" style="white-space: nowrap;">[^<]+<\/span>$/)
    expect(lee?.html).toMatch(/<img[^>]* style="[^"]*border-radius: 8px; background: #f4f5f7/)
  })

  it('are named by their names where they have no title', () => {
    const titles = (name: string) => digestsOf(programOf(RULES.replace('  mine:', `  ${name}:`)))[1]?.title
    expect(titles('my-monday')).toBe('My Monday')
    expect(titles('bi-weekly-hygiene')).toBe('Biweekly hygiene')
    expect(titles('end_of_month')).toBe('End of month')
  })

  it('are made up for once, and say so, and tell the change since the last one', async () => {
    await run(at('2026-03-27T12:00'))
    await run(at('2026-03-30T08:00'))
    // Down for six weeks: of the runs that were missed only the latest comes.
    const late = at('2026-05-13T15:00')
    const sent = await run(late)
    expect(sent.filter((id) => id.startsWith('digest/bi-weekly/lee'))).toEqual([
      'digest/bi-weekly/lee/2026-05-11T12:00:00.000Z',
    ])
    expect(sent.filter((id) => id.startsWith('digest/mine'))).toHaveLength(3)
    const lee = (await letters()).find(({ id }) => id === 'digest/bi-weekly/lee/2026-05-11T12:00:00.000Z')
    expect(lee?.body.replace(/\s+/g, ' ')).toContain(
      'It was due on 2026-05-11 08:00; it could not be sent then, so it comes now, once.',
    )
    expect(lee?.body).toContain('since 2026-03-30')
    expect(await run(late + 1000)).toEqual([])
    expect(await store.nextDigest()).toBe(at('2026-05-14T09:00'))
  })

  it('come though names carry what no picture can, and though one of them cannot be written', async () => {
    const odd = programOf(RULES.replace('name: Dana Ruiz', String.raw`name: "Da\u000bna\x1f\ufffe Ruiz"`))
    await run(at('2026-03-27T12:00'))
    expect(await sendDigests(store, odd, at('2026-03-30T08:00'))).toHaveLength(4)
    const lee = (await letters()).find(({ person }) => person === 'lee')
    expect(JSON.parse(lee?.attachments ?? '[]')).toHaveLength(1)
    // A row that is damaged keeps back its own person's only, and is named.
    await store.write(async (tx) => {
      await tx.updateTable('digests').set({ numbers: 'null' }).where('person', '=', 'lee').execute()
    })
    const next = at('2026-04-13T08:00')
    await expect(sendDigests(store, odd, next)).rejects.toThrow('The digest bi-weekly to lee could not be written')
    const sent = (await letters()).flatMap(({ id, at }) => (at === next && id.includes('bi-weekly') ? id : []))
    expect(sent.map((id) => id.split('/')[2]).sort()).toEqual(['mia', 'ola', 'vic'])
    expect((await sendDigests(store, odd, next + 1000)).filter((id) => id.includes('bi-weekly'))).toEqual([])
  })

  it('that are due come once, late, though they were declared anew meanwhile', async () => {
    await run(at('2026-03-27T12:00'))
    const weekly = programOf(RULES.replace('every: 2 weeks, starting: 2026-03-02', 'every: workday'))
    const wednesday = at('2026-04-01T12:00')
    const sent = await sendDigests(store, weekly, wednesday)
    expect(sent.filter((id) => id.startsWith('digest/bi-weekly/lee'))).toEqual([
      'digest/bi-weekly/lee/2026-03-30T12:00:00.000Z',
    ])
    const lee = (await letters()).find(({ id }) => id.startsWith('digest/bi-weekly/lee'))
    expect(lee?.body.replace(/\s+/g, ' ')).toContain('It was due on 2026-03-30 08:00')
    expect(await sendDigests(store, weekly, wednesday + 1000)).toEqual([])
    expect(await store.nextDigest()).toBe(at('2026-04-02T08:00'))
  })

  it('tell the moves since the last one of that person, and two weeks where there was none', async () => {
    const moving = programOf(RULES.replace('show: [goals, large, findings, tasks]', 'show: [moves]'))
    const moved = (id: string, when: number) =>
      store.write(async (tx) => {
        const change = { fact: 'bin', from: '"cold"', to: '"cold"', by: 'lee', cause: null, known_as: null }
        await tx
          .insertInto('history')
          .values({ kind: 'account', id, ...change, at: when, learned_at: when })
          .execute()
      })
    const told = async (now: string) => {
      const sent = await sendDigests(store, moving, at(now))
      const body = (await letters()).find(({ id }) => sent.includes(id) && id.includes('/vic/'))?.body ?? ''
      return body.match(/Account \d(?=[^A]*from Cold to Cold)/g)
    }
    await apply(store, moving, at('2026-03-27T12:00'), { id: 'p1', command: 'apply', clock: at('2026-03-27T12:00') })
    await sendDigests(store, moving, at('2026-03-27T12:00'))
    await moved('a1', at('2026-03-01T08:00'))
    await moved('a2', at('2026-03-20T08:00'))
    expect(await told('2026-03-30T08:00')).toEqual(['Account 2'])
    // Six weeks without a digest: all that moved in them is told, and nothing twice.
    await moved('a3', at('2026-04-02T08:00'))
    await moved('a4', at('2026-05-10T08:00'))
    expect(await told('2026-05-13T15:00')).toEqual(['Account 4', 'Account 3'])
  })

  it('happen once, whoever runs them, and not while the kill switch is on', async () => {
    await run(at('2026-03-27T12:00'))
    const monday = at('2026-03-30T08:00')
    await store.stop('lee', monday)
    await expect(sendDigests(store, program, monday)).rejects.toThrow('stopped')
    expect(await letters()).toEqual([])
    await store.resume()
    const twice = await Promise.all([sendDigests(store, program, monday), sendDigests(store, program, monday)])
    expect(twice.flat()).toHaveLength(4)
    expect(await letters()).toHaveLength(4)
  })

  it('begin anew where they are declared anew, and end where they are not', async () => {
    await run(at('2026-03-27T12:00'))
    const weekly = programOf(RULES.replace('every: 2 weeks', 'every: week').replace(/ {2}mine:.*\n/, ''))
    const monday = at('2026-03-30T08:00')
    expect(await sendDigests(store, weekly, monday - 1)).toEqual([])
    expect(await sendDigests(store, weekly, monday)).toHaveLength(4)
    expect(await store.nextDigest()).toBe(at('2026-04-06T08:00'))
    expect(await sendDigests(store, programOf(RULES.replace(/digests:[\s\S]*/, '')), monday)).toEqual([])
    expect(await store.nextDigest()).toBe(null)
  })
})
