import { expect, test } from 'vitest'
import { loadRules } from '../../src/config/load.js'

const MODEL = 'pipelines: { sales: { stages: { new: {}, closed: {} } } }\nactivities: { touches: [call] }\n'

/** What is wrong with a source, without its place. */
const problemsOf = (source: string) => {
  const { problems } = loadRules([{ path: 'rules.yaml', text: `${MODEL}sources: { crm: ${source} }` }])
  return problems.map(({ message, hint }) => (hint ? `${message} ${hint}` : message))
}

test.each([
  [
    '{ hook: { type: highlevl, location: l-1 }, accounts: { id: id } }',
    'There is no type "highlevl" of "hook". Did you mean "highlevel"?',
  ],
  [
    '{ hook: { type: hubspot }, accounts: { id: id } }',
    '"hook" needs "secret". For example secret: "${CRM_HOOK_SECRET}".',
  ],
  [
    '{ hook: { type: highlevel, public_key: "${X}" }, accounts: { id: id } }',
    '"hook" needs "location" or "company". HighLevel signs the events of every account alike, so say which is yours. For example location: ve9EPM428h8vShlRW1KT.',
  ],
  [
    '{ hook: { type: highlevel, location: l-1 } }',
    'The source maps nothing that its hook could bring. Add opportunities, accounts, contacts or activities beside it.',
  ],
  [
    '{ hook: { type: generic, secret: "${X}", records: { paid: activities } }, accounts: { id: id } }',
    'The source does not map activities.',
  ],
  [
    '{ hook: { type: highlevel, company: co-1, keep: forever }, accounts: { id: id } }',
    '"keep" takes a span such as "14 days" or "3 business days", not "forever".',
  ],
  [
    '{ hook: { type: salesforce, secret: "${X}", organization: Acme }, accounts: { id: Id } }',
    '"Acme" is not the id of an organization. It has 15 or 18 letters and digits and begins with 00D.',
  ],
  [
    '{ hook: { type: highlevel, location: [l-1, l-2] }, accounts: { id: "${X}" } }',
    '"${X}" is not replaced here: secrets from the environment stand in "channels" only, and in the "hook" of a source.',
  ],
])('%s', (source, says) => {
  expect(problemsOf(source)).toEqual([says])
})

test('a hook with secrets from the environment loads', () => {
  expect(
    problemsOf('{ hook: { type: generic, secret: ["${A}", "${B}"], keep: 90 days }, accounts: { id: id } }'),
  ).toEqual([])
})
