import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type CompanyFile, generateCompany } from '../../examples/brightwater/generate.js'
import { readCsv } from './csv.js'

const TODAY = '2026-11-21'
const read = (files: Record<CompanyFile, string>) => ({
  people: readCsv(files['people.csv']),
  accounts: readCsv(files['accounts.csv']),
  contacts: readCsv(files['contacts.csv']),
  opportunities: readCsv(files['opportunities.csv']),
  activities: readCsv(files['activities.csv']),
  changes: readCsv(files['changes.csv']),
})
const hash = (files: object) => createHash('sha256').update(JSON.stringify(files)).digest('hex')
const ids = (rows: Record<string, string>[], column: string) => new Set(rows.map((row) => row[column]))

describe('the generator', () => {
  it('gives the same bytes for the same seed and day, and others for another', () => {
    const once = hash(generateCompany({ seed: 1, today: TODAY }))
    expect(hash(generateCompany({ seed: 1, today: TODAY }))).toBe(once)
    expect(hash(generateCompany({ seed: 2, today: TODAY }))).not.toBe(once)
    expect(hash(generateCompany({ seed: 1, today: '2026-11-22' }))).not.toBe(once)
  })

  it('refuses a day that is none', () => {
    expect(() => generateCompany({ seed: 1, today: 'tomorrow' })).toThrow('not a date')
  })
})

describe.each([
  [1, TODAY],
  [2, '2026-03-01'],
  [77, '2028-02-29'],
])('the company of seed %i on %s', (seed, today) => {
  const files = generateCompany({ seed, today })
  const { people, accounts, contacts, opportunities, activities, changes } = read(files)
  const open = opportunities.filter((o) => o.status === 'open')

  it('has the size of a company', () => {
    expect(people).toHaveLength(19)
    expect(accounts).toHaveLength(250)
    expect(opportunities.length).toBeGreaterThan(350)
    expect(opportunities.length).toBeLessThan(430)
    expect(open.length).toBeGreaterThan(105)
    expect(open.length).toBeLessThan(160)
    expect(activities.length).toBeGreaterThan(3000)
    expect(activities.length).toBeLessThan(5500)
    expect(changes.length).toBeGreaterThan(1500)
  })

  it('names nothing that is not there, and nothing twice', () => {
    const known = {
      people: ids(people, 'user_id'),
      accounts: ids(accounts, 'account_id'),
      contacts: ids(contacts, 'contact_id'),
      opportunities: ids(opportunities, 'opportunity_id'),
    }
    expect(known.accounts.size).toBe(accounts.length)
    expect(known.contacts.size).toBe(contacts.length)
    expect(known.opportunities.size).toBe(opportunities.length)
    expect(ids(opportunities, 'name').size).toBe(opportunities.length)
    expect(ids(accounts, 'name').size).toBe(accounts.length)
    expect(ids(activities, 'activity_id').size).toBe(activities.length)
    expect(ids(changes, 'change_id').size).toBe(changes.length)

    const optional = (set: Set<string | undefined>, id: string | undefined) => id === '' || set.has(id)
    const strays = [
      ...accounts.filter((a) => !known.people.has(a.owner) || !optional(known.accounts, a.duplicate_of)),
      ...contacts.filter((c) => !known.accounts.has(c.account_id)),
      ...opportunities.filter((o) => !known.accounts.has(o.account_id) || !optional(known.people, o.owner)),
      ...activities.filter(
        (a) =>
          !optional(known.people, a.by) ||
          !optional(known.opportunities, a.opportunity_id) ||
          !optional(known.accounts, a.account_id) ||
          !optional(known.contacts, a.contact_id) ||
          `${a.opportunity_id}${a.account_id}${a.contact_id}` === '',
      ),
      ...changes.filter(
        (c) =>
          !known.people.has(c.by) ||
          !optional(known.opportunities, c.opportunity_id) ||
          !optional(known.accounts, c.account_id) ||
          (c.opportunity_id === '') === (c.account_id === ''),
      ),
    ]
    expect(strays).toEqual([])
  })

  it('has contacts of the account only in the activities of its opportunities', () => {
    const home = new Map(contacts.map((c) => [c.contact_id, c.account_id]))
    const account = new Map(opportunities.map((o) => [o.opportunity_id, o.account_id]))
    const both = activities.filter((a) => a.opportunity_id !== '' && a.contact_id !== '')
    expect(both.length).toBeGreaterThan(1000)
    expect(both.filter((a) => home.get(a.contact_id ?? '') !== account.get(a.opportunity_id ?? ''))).toEqual([])
  })

  it('tells histories that end with what the rows say', () => {
    const last = new Map<string, string>()
    const breaks: unknown[] = []
    for (const c of changes) {
      const key = `${c.opportunity_id}${c.account_id}/${c.fact}`
      const before = last.get(key)
      if (before !== undefined && before !== c.from) breaks.push(c)
      if (c.from === c.to) breaks.push(c)
      last.set(key, c.to ?? '')
    }
    expect(breaks).toEqual([])
    const differ = (id: string, row: Record<string, string>, facts: string[]) =>
      facts.filter((fact) => (last.get(`${id}/${fact}`) ?? row[fact]) !== row[fact]).map((fact) => `${id} ${fact}`)
    expect(
      opportunities.flatMap((o) =>
        differ(`${o.opportunity_id}`, o, ['stage', 'status', 'close_date', 'amount', 'owner']),
      ),
    ).toEqual([])
    expect(accounts.flatMap((a) => differ(`${a.account_id}`, a, ['bin']))).toEqual([])
  })

  it('knows nothing of the day itself, and something of the days after it', () => {
    expect(changes.filter((c) => `${c.at}` >= today)).toEqual([])
    expect(opportunities.filter((o) => `${o.created}` >= today)).toEqual([])
    const planned = activities.filter((a) => `${a.at}` >= today)
    expect(planned.length).toBeGreaterThan(40)
    const openIds = ids(open, 'opportunity_id')
    expect(planned.filter((a) => !openIds.has(a.opportunity_id))).toEqual([])
    const [first] = activities
    expect(Date.parse(today) - Date.parse(`${first?.at}`)).toBeGreaterThan(600 * 86_400_000)
  })

  it('touches nothing before it was created', () => {
    const created = new Map(opportunities.map((o) => [o.opportunity_id, `${o.created}`]))
    expect(
      activities.filter((a) => a.opportunity_id !== '' && `${a.at}` < (created.get(a.opportunity_id) ?? '')),
    ).toEqual([])
  })

  it('has every sin in a realistic share, and most of it healthy', () => {
    const pushes = new Map<string, number>()
    for (const c of changes)
      if (c.fact === 'close_date' && `${c.to}` > `${c.from}`)
        pushes.set(`${c.opportunity_id}`, (pushes.get(`${c.opportunity_id}`) ?? 0) + 1)
    const lastTouch = new Map<string, string>()
    for (const a of activities)
      if (['email', 'call', 'meeting'].includes(`${a.kind}`)) lastTouch.set(`${a.opportunity_id}`, `${a.at}`)
    const daysAgo = (text: string) => (Date.parse(today) - Date.parse(text)) / 86_400_000
    const share = (sin: (o: Record<string, string>) => boolean) => open.filter(sin).length / open.length
    const quiet = (o: Record<string, string>) => daysAgo(lastTouch.get(`${o.opportunity_id}`) ?? `${o.created}`) > 14
    const overdue = (o: Record<string, string>) => o.close_date !== '' && `${o.close_date}` < today
    const pushed = (o: Record<string, string>) => (pushes.get(`${o.opportunity_id}`) ?? 0) >= 3
    const idle = (o: Record<string, string>) =>
      o.next_step === '' && (lastTouch.get(`${o.opportunity_id}`) ?? '') < today
    const old = (o: Record<string, string>) => daysAgo(`${o.created}`) > 180
    const unvalued = (o: Record<string, string>) => o.amount === '' && o.stage !== 'discovery'
    const half = (o: Record<string, string>) => o.stage === 'closed'
    for (const sin of [quiet, overdue, pushed, idle, old, unvalued, half]) {
      expect(share(sin), sin.toString()).toBeGreaterThan(0.01)
      expect(share(sin), sin.toString()).toBeLessThan(0.2)
    }
    expect(share((o) => ![quiet, overdue, pushed, idle, old, half].some((sin) => sin(o)))).toBeGreaterThan(0.55)
    const ended = opportunities.filter((o) => o.status === 'lost' || o.status === 'abandoned')
    expect(ended.filter((o) => o.reason === '').length / ended.length).toBeGreaterThan(0.05)
    expect(ended.filter((o) => o.reason === '').length / ended.length).toBeLessThan(0.3)
  })

  it('has its accounts where they belong, but for some', () => {
    const withOpen = ids(open, 'account_id')
    const standing = accounts.filter((a) => withOpen.has(a.account_id))
    const inPlace = standing.filter((a) => ['active-opportunity', 'current-client'].includes(`${a.bin}`))
    expect(inPlace.length / standing.length).toBeGreaterThan(0.9)
    expect(inPlace.length).toBeLessThan(standing.length)
    expect(new Set(accounts.map((a) => a.bin)).size).toBe(8)
    expect(accounts.filter((a) => a.bin === 'duplicate' && a.duplicate_of === '')).toHaveLength(1)
  })
})
