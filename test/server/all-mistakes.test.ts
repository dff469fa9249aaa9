import { expect, test } from 'vitest'
import { openBench } from './support.js'

/** What is wrong with a request, by its place. */
const wrongOf = async (
  answer: Promise<{ status: number; body: { wrong?: { in: string; at: string; says: string }[] } }>,
) => {
  const { status, body } = await answer
  expect(status).toBe(422)
  return Object.fromEntries((body.wrong ?? []).map((one) => [`${one.in} ${one.at}`, one.says]))
}

test('every mistake in a body is told, each with its place, in sentences of our own', async () => {
  const { json } = await openBench()
  await json('PUT', '/opportunities/OPP-1', { stage: 'discovery' })
  expect(
    await wrongOf(json('PATCH', '/opportunities/OPP-1', { amuont: 5, stgae: 'x', 'a/b': 1, amount: 'lots', name: 5 })),
  ).toEqual({
    'body /amuont': 'There is no "amuont" in it. Did you mean "amount"?',
    'body /stgae': 'There is no "stgae" in it. Did you mean "stage"?',
    'body /a~1b': 'There is no "a/b" in it.',
    'body /amount': 'It is a number, not "lots".',
    'body /name': 'It is a text, not 5.',
  })
  expect((await json('PATCH', '/opportunities/OPP-1', { amuont: 5, name: 5 })).body.detail).toMatch(/ And 1 more\.$/)
  expect(await wrongOf(json('PATCH', '/opportunities/OPP-1', [1]))).toEqual({ 'body ': 'It is an object, not a list.' })
})

test('names that there are not, and values that are none, are told together', async () => {
  const { json } = await openBench()
  const body = { stage: 'propsal', owner: 'dnaa', close_date: 'soon', fields: { competitor: 'acem', budgt: 5 } }
  const answer = json('PUT', '/opportunities/OPP-1', body)
  expect((await answer).body).toMatchObject({ type: 'urn:linewalker:problem:unknown-stage', nearest: 'proposal' })
  expect((await answer).body.detail).toBe('There is no stage "propsal". Did you mean "proposal"? And 4 more.')
  expect(await wrongOf(answer)).toEqual({
    'body /stage': 'There is no stage "propsal". Did you mean "proposal"?',
    'body /owner': 'There is no person "dnaa". Did you mean "dana"?',
    'body /close_date': '"soon" in close_date is not a date of the form yyyy-MM-dd.',
    'body /fields/competitor': expect.stringContaining('did you mean acme?'),
    'body /fields/budgt': expect.stringContaining('did you mean fields.budget?'),
  })
  const batch = await json('POST', '/batches', [{ record: 'opportunity', id: 'OPP-2', amuont: 5, name: 5 }])
  const { problem } = batch.body.lines[0]
  expect(problem.wrong.map(({ at }: { at: string }) => at).sort()).toEqual(['/amuont', '/name'])
})

test('and in a query', async () => {
  const { json } = await openBench()
  expect(await wrongOf(json('GET', '/tasks?limit=0&state=opn&assignee=&asignee=x'))).toEqual({
    'query /limit': 'It is at least 1, not 0.',
    'query /state': 'It is open, done, closed or all, not "opn". Did you mean "open"?',
    'query /assignee': expect.stringMatching(/^[A-Z].*\.$/),
    'query /asignee': expect.stringContaining('There is no such parameter'),
  })
  expect(await wrongOf(json('GET', '/tasks?limit=many'))).toEqual({ 'query /limit': 'It is a number, not "many".' })
  expect(await wrongOf(json('GET', '/tasks?limit=201'))).toEqual({ 'query /limit': 'It is at most 200, not 201.' })
})

test('no words of the validator are among them', async () => {
  const { json } = await openBench()
  const bodies: [string, string, unknown][] = [
    ['POST', '/silences', { comment: '', severity: 'bad', rule: 'x'.repeat(300) }],
    ['POST', '/silences', {}],
    ['POST', '/silences', undefined],
    ['PUT', '/opportunities/OPP-1', { fields: { budget: {} }, account: '' }],
    ['POST', '/activities', { kind: 3 }],
    ['POST', '/plans', { rules: 5 }],
  ]
  const told: string[] = []
  for (const [method, path, body] of bodies) {
    const { status, body: problem } = await json(method, path, body)
    expect(status, path).toBeGreaterThanOrEqual(400)
    for (const { says } of problem.wrong ?? []) told.push(says)
  }
  expect(told.length).toBeGreaterThan(6)
  for (const says of told) expect(says).toMatch(/^["A-Z].*[.?]$/s)
  expect(told.join('\n')).not.toMatch(/expected|Invalid|Too (small|big)|received|>=|<=/)
})
