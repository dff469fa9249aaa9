import { describe, expect, it } from 'vitest'
import { ProgramHeldError } from '../../src/store/errors.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'
import { NOW } from '../support/plans.js'

const serve = (clock: number) => ({ id: '71-a', command: 'linewalker serve', clock })
const apply = (clock: number) => ({ id: '72-b', command: 'linewalker apply', clock })
const old = { digest: 'aaaaaaaaaaaaaaaa', rules: { quiet: 'q1' }, bases: { quiet: 'b1' } }
const edited = { digest: 'bbbbbbbbbbbbbbbb', rules: { quiet: 'q2' }, bases: { quiet: 'b2' } }

describe.each(databases)('the program in force on $name', ({ place }) => {
  let store: Store
  useStore(place, (opened) => {
    store = opened
  })

  it('of a program that an earlier Linewalker brought is noted what its verdicts rest on, as soon as it is brought again', async () => {
    const { bases, ...unnoted } = old
    await store.bringIntoForce(unnoted, apply(NOW), NOW)
    expect((await store.programs()).map((one) => one.bases)).toEqual([{}])
    expect(await store.bringIntoForce(old, apply(NOW + 1), NOW + 1)).toBe(1)
    expect((await store.programs()).map((one) => one.bases)).toEqual([bases])
  })

  it('keeps its number while its meaning stays, and gets a new one with each change', async () => {
    expect(await store.inForce()).toBeNull()
    expect(await store.bringIntoForce(old, apply(NOW), NOW)).toBe(1)
    expect(await store.bringIntoForce(old, serve(NOW + 1), NOW + 1)).toBe(1)
    await store.release(serve(NOW))
    expect(await store.bringIntoForce(edited, apply(NOW + 2), NOW + 2)).toBe(2)
    expect(await store.bringIntoForce(old, apply(NOW + 3), NOW + 3)).toBe(3)
    expect(await store.inForce()).toEqual({
      number: 3,
      digest: old.digest,
      since: NOW + 3,
      rules: old.rules,
      bases: old.bases,
    })
    expect((await store.programNumbered(2))?.rules).toEqual({ quiet: 'q2' })
  })

  it('is held by a living process: others are refused and told which', async () => {
    await store.bringIntoForce(old, serve(NOW), NOW)
    const refused = await store.bringIntoForce(edited, apply(NOW + 59_999), NOW + 59_999).catch((e) => e)
    expect(refused).toBeInstanceOf(ProgramHeldError)
    expect(refused.message).toBe(
      'The rules at hand (bbbbbbbbbbbb) are not those in force (program 1, aaaaaaaaaaaa), ' +
        'which "linewalker serve" (process 71-a) works under. Stop it, or give it these rules.',
    )
    expect(await store.heartbeat(serve(NOW + 50_000), 1)).toBe(true)
    await expect(store.bringIntoForce(edited, apply(NOW + 109_999), NOW + 109_999)).rejects.toThrow(ProgramHeldError)
    expect(await store.bringIntoForce(edited, apply(NOW + 110_000), NOW + 110_000)).toBe(2)
    expect(await store.heartbeat(serve(NOW + 110_001), 1)).toBe(false)
  })

  it('is free at once when its process gives it up, or brings another one itself', async () => {
    await store.bringIntoForce(old, apply(NOW), NOW)
    await store.release(apply(NOW))
    expect(await store.bringIntoForce(edited, serve(NOW + 1), NOW + 1)).toBe(2)
    expect(await store.bringIntoForce(old, serve(NOW + 2), NOW + 2)).toBe(3)
  })
})
