import { describe, expect, test } from 'vitest'
import { lackingColumns } from '../../src/intake/columns.js'
import { compileMapping } from '../../src/intake/mapping.js'
import { programOf } from '../server/support.js'

const { vocabulary, sections } = programOf(`
pipelines: { new: { stages: { offer: {}, done: {} } } }
activities: { touches: [call] }
sources:
  crm:
    opportunities: { id: Id, stage: Stage, status: Stage, amount: Amount, close_date: Close, pushes: Pushes }
    changes: { at: At, fact: Fact, from: From, to: To, opportunity: Of }
`)
const source = sections.sources?.crm
const readerOf = (record: 'opportunities' | 'changes') => {
  const compiled = compileMapping(record, source ?? {}, 'crm', vocabulary)
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems))
  return (row: Record<string, string>) => compiled.mapping.read(row, 2)
}

describe('a row tells all that is wrong with it at once', () => {
  test('a sentence for each cell, none twice', () => {
    const read = readerOf('opportunities')
    const row = { Id: '', Stage: 'ofer', Amount: 'lots', Close: '31/02/2026', Pushes: '1' }
    expect(read(row)).toEqual({
      rejected: [
        'There is no id in column Id.',
        '"ofer" in column Stage is not a stage; did you mean offer?',
        '"ofer" in column Stage is not a status; did you mean open?',
        '"lots" in column Amount is not a plain number such as 1234.50.',
        '"31/02/2026" in column Close is not a date of the form yyyy-MM-dd.',
      ].join(' '),
    })
    expect(read({ Id: '1', Stage: '', Amount: '', Close: '', Pushes: '' })).toMatchObject({ id: '1' })
  })

  test('of a change whose fact is wrong nothing is said of its values', () => {
    const read = readerOf('changes')
    expect(read({ At: 'soon', Fact: 'stag', From: 'x', To: 'y', Of: 'O-1' })).toEqual({
      rejected:
        '"soon" in column At is not a date of the form yyyy-MM-dd. "stag" is no fact of an opportunity whose past is kept.',
    })
    expect(read({ At: '2026-03-01', Fact: '', From: 'x', To: 'y', Of: 'O-1' })).toEqual({
      rejected: 'There is no fact in column Fact.',
    })
    expect(read({ At: '2026-03-01', Fact: 'stage', From: 'ofer', To: 'dne', Of: 'O-1' })).toEqual({
      rejected:
        '"ofer" in column From is not a stage; did you mean offer? "dne" in column To is not a stage; did you mean done?',
    })
  })
})

test('of columns only near names are guessed', () => {
  const hint = (needed: string[], header: string[]) =>
    lackingColumns(
      needed.map((one) => [one]),
      header,
    )?.hint
  expect(hint(['Kind', 'Date'], ['Id', 'Name', 'Owner'])).toBe('It has "Id", "Name", "Owner".')
  expect(hint(['Stage', 'close date', 'Opportunity'], ['Stge', 'Close_Date', 'Oportunty'])).toBe(
    'It has "Stge", "Close_Date", "Oportunty". Did you mean "Stge" for "Stage", "Close_Date" for "close date", "Oportunty" for "Opportunity"?',
  )
})
