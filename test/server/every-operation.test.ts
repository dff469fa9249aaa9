import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { operations } from '../../src/server/api/index.js'
import { openApiDocument } from '../../src/server/document.js'
import { anything, anyWord, meant, type Schema, valid } from './from-schema.js'
import { type Bench, callerOf, openBench } from './support.js'

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  explode?: boolean
  schema: Schema
}

interface Described {
  operationId: string
  parameters: Parameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}

/** What there is, by the name of a parameter or of a resource, so that some requests hit it. */
const KNOWN: Record<string, string[]> = {
  rule: ['no-amount'],
  kind: ['opportunity'],
  id: ['OPP-2'],
  episode: ['1'],
  accounts: ['acme', 'acme'],
  contacts: ['c-1', 'c-1'],
  people: ['dana', 'eve'],
  tasks: ['no-amount/opportunity/OPP-2/1/open#1', 'no-amount/opportunity/OPP-2/1/open#1'],
  rules: ['no-amount', 'quiet-proposal'],
  views: ['open-ones', 'accounts'],
}

/** The operations that were seen to succeed. */
const succeeded = new Set<string>()
/** There are no letters here, and what is silenced has an id that nobody can guess. */
const OUT_OF_REACH = ['getLetter', 'retryLetter', 'withdrawLetter', 'endSilence']

const document = openApiDocument(operations, '0.0.0') as {
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, Schema> }
}
const { schemas } = document.components
const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addSchema(document, 'api')

const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { operationId }]) => operationId !== 'streamEvents')
    .map(([method, operation]) => ({ path, method, operation })),
)
const reads = described.filter(({ method }) => method === 'get')
const changes = described.filter(({ method }) => method !== 'get')

interface Request {
  path: string
  query: [string, string][]
  headers: Record<string, string>
  body: { type: string; text: string } | undefined
}

const text = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'))
const HEADERS: Record<string, fc.Arbitrary<string>> = {
  Prefer: fc.constantFrom('wait', 'wait=5', 'respond-async', ''),
  'If-Match': fc.constantFrom('*', '"0123456789abcdef"', 'W/"x"', 'nonsense', '"'),
  'If-None-Match': fc.constantFrom('*', '"x"', 'W/"x"', ','),
  'Idempotency-Key': fc.oneof(fc.uuid(), fc.constantFrom('a', 'b', ' ', 'x'.repeat(300))),
}

/** A request as the document describes it; where it is `wrong`, with parts of which it says nothing. */
function requestOf(path: string, { parameters, requestBody }: Described, wrong: boolean): fc.Arbitrary<Request> {
  const of = (place: Parameter['in']) => parameters.filter((one) => one.in === place)
  const value = ({ schema, name }: Parameter) =>
    wrong ? fc.oneof(valid(schema, schemas), meant(schema, schemas, name), anyWord) : meant(schema, schemas, name)
  const plain = of('query').filter(({ explode, name }) => !explode && (wrong || name !== 'cursor'))
  const known = (name: string) => KNOWN[path.includes('{rule}') ? name : (path.split('/')[3] ?? '')] ?? []
  const pathValue = ({ name }: Parameter) => {
    const there = known(name)
    return fc.constantFrom(...(there.length > 0 ? there : ['OPP-1']))
  }
  const params = fc.tuple(
    ...of('path').map((one) =>
      (wrong ? fc.oneof(value(one), pathValue(one)) : pathValue(one)).map((v) => [one.name, text(v)] as const),
    ),
  )
  const query = fc
    .tuple(...plain.map((one) => fc.option(value(one), { nil: undefined }).map((v) => [one.name, v] as const)))
    .map((all) =>
      all.flatMap(([name, v]) => (v === undefined ? [] : [v].flat().map((x): [string, string] => [name, text(x)]))),
    )
  const takesFacts = of('query').some(({ explode }) => explode)
  const filter = fc.tuple(
    fc.constantFrom(
      'stage',
      'amount[at_least]',
      'name[contains]',
      'health',
      'x',
      'age[over]',
      '[',
      'bin',
      'owner.active',
    ),
    anyWord,
  )
  const filters: fc.Arbitrary<[string, string][]> = wrong
    ? fc.array(filter, { maxLength: 2 })
    : fc.constant(takesFacts ? [['owner[missing]', 'false']] : [])
  const isChange = requestBody !== undefined
  const heeded = of('header').filter(({ name }) => wrong || !isChange || name !== 'If-None-Match')
  const header = (name: string) => (!wrong && name === 'If-Match' ? fc.constant('*') : (HEADERS[name] ?? anyWord))
  const headers = fc.record(Object.fromEntries(heeded.map(({ name }) => [name, header(name)])), {
    requiredKeys: [],
  })
  const json = requestBody?.content['application/json']
  const sent = json
    ? wrong
      ? fc.oneof(valid(json.schema, schemas), valid(json.schema, schemas, meant), anything)
      : valid(json.schema, schemas, meant)
    : fc.constant(undefined)
  const types = wrong ? ['application/json', 'text/plain', 'application/x-ndjson', ''] : ['application/json']
  const body = fc
    .tuple(sent, fc.constantFrom(...types), fc.constantFrom(...(wrong ? ['', '{', ',,'] : [''])))
    .map(([v, type, tail]) => (v === undefined ? undefined : { type, text: JSON.stringify(v) + tail }))
  return fc.tuple(params, query, filters, headers, body).map(([named, asked, more, said, content]) => ({
    path: named.reduce((all, [name, v]) => all.replace(`{${name}}`, encoded(v)), path),
    query: [...asked, ...more],
    headers: Object.fromEntries(Object.entries(said).filter(([, v]) => /^[\x20-\x7e]*$/.test(v as string))) as Record<
      string,
      string
    >,
    body: content,
  }))
}

const encoded = (value: string) => {
  try {
    return encodeURIComponent(value) || '%20'
  } catch {
    return '%ED%A0%80'
  }
}

/** A company with something of everything. */
async function openCompany(): Promise<Bench> {
  const bench = await openBench()
  const { json, walk } = bench
  const deal = { name: 'Pumps', account: 'acme', stage: 'proposal', owner: 'dana', amount: 5 }
  await json('PUT', '/opportunities/OPP-1', deal)
  await json('PUT', '/opportunities/OPP-2', { name: 'Pipes', stage: 'discovery', owner: 'eve' })
  await json('PUT', '/contacts/c-1', { account: 'acme' })
  await walk()
  return bench
}

/** Asks an operation in every way, as it describes itself and otherwise; it answers as it says. */
async function askInEveryWay({ ask, errors }: Bench, { path, method, operation }: (typeof described)[number]) {
  const check = async (request: Request) => {
    const query = new URLSearchParams(request.query.filter(([, v]) => !/\p{Surrogate}/u.test(v))).toString()
    const answer = await ask(method.toUpperCase(), `${request.path}${query && `?${query}`}`, request.body?.text, {
      ...request.headers,
      ...(request.body ? { 'content-type': request.body.type } : {}),
    })
    const told = await answer.text()
    expect(errors).toEqual([])
    expect(answer.status).toBeLessThan(500)
    expect(Object.keys(operation.responses), `${answer.status}: ${told}`).toContain(String(answer.status))
    const content = operation.responses[answer.status]?.content
    if (answer.status < 300) succeeded.add(operation.operationId)
    if (!content) {
      expect(told).toBe('')
      return
    }
    const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
    expect(Object.keys(content)).toContain(type)
    const pointer = ['paths', path, method, 'responses', String(answer.status), 'content', type, 'schema']
    const ref = `api#/${pointer.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
    const isValid = ajv.validate({ $ref: ref }, JSON.parse(told))
    expect(isValid ? [] : ajv.errors, told).toEqual([])
  }
  for (const [wrong, numRuns] of [
    [false, 10],
    [true, 8],
  ] as const)
    await fc.assert(fc.asyncProperty(requestOf(path, operation, wrong), check), { seed: 5, numRuns })
}

describe('every operation', () => {
  test.each(changes)('$method $path answers as it says', async (one) => {
    await askInEveryWay(await openCompany(), one)
  })

  test('every read answers as it says', async () => {
    const bench = await openCompany()
    for (const one of reads) await askInEveryWay(bench, one)
  })

  test('was seen to succeed, too', () => {
    const failed = described.map(({ operation }) => operation.operationId).filter((name) => !succeeded.has(name))
    expect(failed.sort()).toEqual([...OUT_OF_REACH].sort())
  })
})

/** Of somebody else: no answer to who sees only the own may hold any of it. */
const HIDDEN = {
  opportunity: 'HIDDEN-DEAL',
  account: 'hidden-account',
  contact: 'hidden-contact',
  names: ['Secret Pumps', 'Secret Company', 'Secret Kim', 'Say what Secret Pumps is worth'],
}

test('no read tells who sees only the own of the records of others', async () => {
  const { json, ask, as, walk } = await openCompany()
  await json('PUT', `/accounts/${HIDDEN.account}`, { name: 'Secret Company', owner: 'eve' })
  await json('PUT', `/contacts/${HIDDEN.contact}`, { account: HIDDEN.account, name: 'Secret Kim' })
  const deal = { name: 'Secret Pumps', account: HIDDEN.account, stage: 'discovery', owner: 'eve' }
  await json('PUT', `/opportunities/${HIDDEN.opportunity}`, deal)
  await walk()
  const task = `no-amount/opportunity/${HIDDEN.opportunity}/1/open#1`
  const words = [HIDDEN.opportunity, HIDDEN.account, HIDDEN.contact, ...HIDDEN.names]
  expect(await (await ask('GET', '/opportunities')).text()).toContain('Secret Pumps')
  as(callerOf({ id: 'dana', sees: { is: 'own', person: 'dana' } }))
  let told = 0
  for (const { path, operation } of reads)
    for (const theirs of [false, true]) {
      const resource = path.split('/')[3] ?? ''
      const ids: Record<string, string> = theirs
        ? { opportunities: HIDDEN.opportunity, accounts: HIDDEN.account, contacts: HIDDEN.contact, tasks: task }
        : {}
      const named: Record<string, string> = { rule: 'no-amount', kind: 'opportunity', episode: '1' }
      const id = path.includes('{rule}') ? (theirs ? HIDDEN.opportunity : 'OPP-1') : ids[resource]
      const at = path.replace(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(name === 'id' ? (id ?? KNOWN[resource]?.[0] ?? 'OPP-1') : (named[name] ?? 'open-ones')),
      )
      const answer = await ask('GET', at)
      const text = await answer.text()
      const about = `${operation.operationId} of ${at}`
      if (answer.status < 300) told += 1
      if (theirs && id !== undefined && path.includes('{id}')) expect(answer.status, about).toBe(404)
      // What was asked for is said again where it is refused.
      const said = answer.status < 300 || id === undefined ? text : text.replaceAll(id, '')
      for (const word of words) expect(said, about).not.toContain(word)
    }
  expect(told).toBeGreaterThan(reads.length)
})
