import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { loadRules } from '../../src/config/load.js'
import { compileMapping } from '../../src/intake/mapping.js'

const files = ['rules', 'rules-starter'].flatMap((folder) =>
  readdirSync(new URL(`../../${folder}`, import.meta.url))
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
    .map((path) => ({ path, text: readFileSync(new URL(`../../${folder}/${path}`, import.meta.url), 'utf8') })),
)
const { program } = loadRules(files)
const { sections, vocabulary } = program!
const compiled = compileMapping('opportunities', sections.sources!.crm!, 'crm', vocabulary)

const days = (stage: string, closeDate: string, stageChanged: string) => {
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems))
  const row = { 'Opportunity ID': 'o1', Stage: stage, 'Close Date': closeDate, 'Stage Change Date': stageChanged }
  const read = compiled.mapping.read(row, 2)
  if ('rejected' in read) throw new Error(read.rejected)
  const since = read.values.status_changed
  return typeof since === 'number' ? vocabulary.calendar.dateOf(since) : since
}

it.each([
  ['what closed is closed since the day of its stage', 'Closed Won', '2024-03-31', '2024-03-01', '2024-03-01'],
  ['or else since its close date', 'Closed Lost', '3/9/2024', '', '2024-03-09'],
  ['or else nobody knows since when', 'Closed Lost', 'N/A', '', null],
  ['the close date of an open one says nothing of its status', 'Proposal', '2027-01-31', '2024-03-01', null],
])('the starter: %s', (_, stage, closeDate, stageChanged, since) => {
  expect(days(stage, closeDate, stageChanged)).toBe(since)
})
