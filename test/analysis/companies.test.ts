import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/analysis/analyse.js'
import { KINDS } from '../../src/analysis/kinds/index.js'
import { compile } from '../../src/program/compile.js'
import type { Rules } from '../../src/program/sections/index.js'
import { chance } from '../support/chance.js'
import { cleanCompany } from './companies.js'
import { FAULTS } from './faults.js'

const NOW = Date.UTC(2026, 2, 18, 15)
/** In full (`CHAOS=full`, minutes) as many as the promise says, else a taste of them. */
const [CLEAN, PLANTED] = process.env.CHAOS === 'full' ? [10_000, 2_000] : [400, 160]

const analysed = async (rules: Rules) => {
  const { program, complaints } = compile(rules)
  if (!program) throw new Error(`${complaints.map(({ message }) => message).join('\n')}\n${JSON.stringify(rules)}`)
  return analyse(program, rules, NOW)
}

describe('random companies', () => {
  test('without a fault have no warning', { timeout: 1_800_000 }, async () => {
    for (let seed = 1; seed <= CLEAN; seed += 1) {
      const { rules } = cleanCompany(chance(seed))
      const said = (await analysed(rules)).map(({ kind, message }) => `${kind}: ${message}`)
      expect(said, `seed ${seed}`).toEqual([])
    }
  })

  test('with one fault have the warning of it', { timeout: 1_800_000 }, async () => {
    const missed: string[] = []
    for (let seed = 1; seed <= PLANTED; seed += 1) {
      const at = chance(seed)
      const company = cleanCompany(at)
      const fault = FAULTS[seed % FAULTS.length] as (typeof FAULTS)[number]
      const rules = fault.plant(company, at)
      const warnings = await analysed(rules)
      const found = warnings.some(({ kind, message }) => kind === fault.kind && message.includes(fault.names))
      if (!found)
        missed.push(
          `seed ${seed}: ${fault.kind} ${JSON.stringify(rules.rules?.planted ?? rules.assembly_line?.moves)} ${JSON.stringify(warnings.map((w) => w.message))}`,
        )
    }
    expect(missed).toEqual([])
  })

  test('every kind of fault is planted', () => {
    expect(new Set(FAULTS.map(({ kind }) => kind))).toEqual(new Set(KINDS.map(({ id }) => id)))
  })
})
