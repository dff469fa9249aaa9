import { describe, expect, test } from 'vitest'
import { type Person, personKnownById } from '../../src/domain/subjects.js'
import { sendingOf } from '../../src/letters/sending.js'
import { mail } from './worker-world.js'

const person = (id: string, email: string | null): [string, Person] => [
  id,
  { ...personKnownById(id), name: 'Dana Ruiz', email },
]
const sent = (to: string, ...people: [string, Person][]) =>
  sendingOf({ ...mail('hello'), to: JSON.stringify([to]) }, new Map(people))

describe('where a letter goes', () => {
  test('to the address that a person has, by name', () => {
    expect(sent('dana', person('dana', 'dana@example.com'))).toMatchObject({
      to: [{ name: 'Dana Ruiz', address: 'dana@example.com' }],
      leftOut: [],
    })
  })

  test.each(['dana@example.com', "o'neil+x@b-c.example", 'dana@bücher.example'])(
    'to %s, who is nobody’s id',
    (address) => {
      expect(sent(address)).toMatchObject({ to: [{ name: null, address }], leftOut: [] })
    },
  )

  test('to the id of a person without another address, where it is one', () => {
    expect(sent('dana@example.com', person('dana@example.com', null)).to).toEqual([
      { name: 'Dana Ruiz', address: 'dana@example.com' },
    ])
  })

  test.each([
    'Dana Ruiz (dana@example.com)',
    'Dana Ruiz <dana@example.com>',
    'dana ruiz@example.com',
    'dana@example.com, lee@example.com',
    'dana@example.com;lee@example.com',
    '"Dana"@example.com',
    'dana@lee@example.com',
    '@example.com',
    'dana@',
    'dana',
  ])('to nobody as %s: that is no address as a whole', (id) => {
    const nowhere = { to: [], leftOut: [`No email address of ${id} is known.`] }
    expect(sent(id)).toMatchObject(nowhere)
    expect(sent(id, person(id, null))).toMatchObject(nowhere)
    expect(sent('lee', person('lee', id))).toMatchObject({ to: [], leftOut: ['No email address of lee is known.'] })
  })
})
