import { describe, expect, test } from 'vitest'
import { saidOf } from './said.js'

const said = async (account: string, opportunity: string) => {
  const found = await saidOf(`
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: working }, parked: { group: nurture } }
  moves: [{ from: cold, to: [working, parked] }, { from: [working, parked], to: cold }]
rules:
  a: { for: account, ${account} }
  b: { for: opportunity, ${opportunity} }
`)
  return found.map((one) => ({ said: one.said.replace(/^\S+ /, ''), shown: one.shown.join('\n') }))
}

const ACCOUNT = 'when: { bin: cold, open_opportunities: { at_least: 1 } }, then: [{ move_bin: working }]'
const OPPORTUNITY = 'when: { status: open, account.bin: cold }, then: [{ move_bin: parked }]'

describe('a rule for accounts and one for their opportunities', () => {
  test('write into one bin: which one wins hangs on their order', async () => {
    const [one, ...more] = await said(ACCOUNT, OPPORTUNITY)
    expect(more).toEqual([])
    expect(one?.said).toBe(
      'two-writers: The rules a and b write different values into bin of one account: working and parked.',
    )
    expect(one?.shown).toContain('b is overruled: move it from cold to parked: left to a')
  })

  test.each([
    ['one goes first', ACCOUNT, `priority: 1, ${OPPORTUNITY}`],
    ['they write the same', ACCOUNT, OPPORTUNITY.replace('parked', 'working')],
    [
      'they are about other accounts',
      ACCOUNT,
      OPPORTUNITY.replace('bin: cold', 'open_opportunities: { over: 5 }, account.bin: working'),
    ],
    [
      'one asks for what the other excludes',
      ACCOUNT.replace('open', 'won'),
      OPPORTUNITY.replace('bin: cold', 'won_opportunities: 0'),
    ],
    ['one waits', ACCOUNT, `lasting: 2 days, ${OPPORTUNITY}`],
    ['one is only watched', ACCOUNT, `mode: observe, ${OPPORTUNITY}`],
    ['one never moves it', ACCOUNT, OPPORTUNITY.replace('move_bin: parked', 'set_field: { source: web }')],
  ])('nothing is told where %s', async (_why, account, opportunity) => {
    const found = (await said(account, opportunity)).map((one) => one.said)
    expect(found.filter((one) => one.startsWith('two-writers'))).toEqual([])
  })
})
