import { describe, expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { runChaos } from './run.js'

describe.concurrent.each(databases)('killed at random moments, on $name', ({ place }) => {
  test('no effect is lost, none happens twice, and what may have arrived is listed', async () => {
    const at = place()
    try {
      const { wrong, counts } = await runChaos({ url: at.url, seed: 20260302, changes: 40, kills: 4, life: 1_000 })
      expect(wrong).toEqual([])
      expect(counts.intents).toBeGreaterThan(20)
      expect(counts.webhooksDelivered).toBeGreaterThan(10)
      expect(counts.emailsReceived).toBeGreaterThan(5)
      expect(counts.announced).toBeGreaterThan(10)
    } finally {
      await at.remove()
    }
  })
})
