import { describe, expect, test } from 'vitest'
import { importCompany, linewalker, shareCompany, transcript } from './support.js'

describe('linewalker scorecard and suggest', () => {
  shareCompany(importCompany)

  test('say what there is, and before there is anything that nothing has been found', async () => {
    const calls = [
      ['scorecard'],
      ['apply', '--at', '2026-03-12'],
      ['scorecard', '--at', '2026-03-11'],
      ['scorecard', '--at', '2026-03-16'],
      ['scorecard', '--since', '2026-03-14'],
      ['suggest', 'time_since_activity', '--percent', '12.5'],
      ['suggest', '--yaml', '--json'],
      ['suggest', '--percent', 'many'],
    ]
    const said: string[] = []
    for (const args of calls) {
      const ran = await linewalker(args)
      if (args[0] !== 'apply') said.push(transcript(args.join(' '), ran))
    }
    await expect(said.join('\n')).toMatchFileSnapshot('golden/scorecard.txt')
    const { scorecards } = JSON.parse((await linewalker(['scorecard', '--at', '2026-03-11', '--json'])).out)
    expect(scorecards.length).toBeGreaterThan(0)
    for (const { opened } of scorecards) expect(opened).toBe(0)
  })
})
