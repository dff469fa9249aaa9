import { expect, it } from 'vitest'
import { nearest } from '../../src/lib/nearest.js'

const actions = ['set_status', 'move_stage', 'move_bin', 'set_field', 'create_task', 'close_tasks', 'notify']

it.each([
  ['create_taks', 'create_task'],
  ['crate_task', 'create_task'],
  ['Notify', 'notify'],
  ['NOTIFY', 'notify'],
  ['move_stages', 'move_stage'],
  ['close-task', 'close_tasks'],
])('takes %s for %s', (word, meant) => {
  expect(nearest(word, actions)).toBe(meant)
})

it.each(['delete_everything', 'x', '', 'task', 'escalate'])('has nothing near "%s"', (word) => {
  expect(nearest(word, actions)).toBeUndefined()
})

it('prefers the nearer word, then the one that begins alike, then the first', () => {
  expect(nearest('stage', ['state', 'stages'])).toBe('stages')
  expect(nearest('cost', ['most', 'cast'])).toBe('cast')
  expect(nearest('most', ['cost', 'host'])).toBe('cost')
  expect(nearest('anything', [])).toBeUndefined()
})
