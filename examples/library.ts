/**
 * Linewalker as a library, from rules in a text to a plan that was carried out. `docs/library.md` shows this very file, and a
 * test runs it.
 */
import { apply, explain, loadRules, openStore, planNow, record } from '../src/index.js'

const rules = `
pipelines: { sales: { stages: { discovery: {}, proposal: {}, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call, email] }
people: { dana: { name: Dana Ruiz, email: dana@example.com } }
rules:
  quiet-proposal:
    why: Proposals that nobody touches for two weeks rarely come back.
    for: opportunity
    when: { status: open, stage: proposal, time_since_activity: { over: 14 days } }
    then: [{ create_task: { title: "Call about {{ name }}", due: 2 business days } }]
`

export async function main(say: (line: string) => void, database = 'sqlite::memory:'): Promise<void> {
  // 1. Rules come as texts with their paths; every problem has a place.
  const { program, problems } = loadRules([{ path: 'rules.yaml', text: rules }])
  if (!program) throw new Error(problems.map(({ place, message }) => `${place.line}: ${message}`).join('\n'))

  // 2. What happened is recorded; amounts in units, dates in ISO 8601. Time is always an argument.
  const store = await openStore(database, { create: true })
  const march = (day: number) => Date.UTC(2026, 2, day)
  const taken = await record(
    store,
    program,
    [
      {
        record: 'opportunities',
        id: 'OPP-1',
        values: { name: 'Pumps for Acme', stage: 'proposal', owner: 'dana', amount: 20_000, created: '2026-03-01' },
      },
      { record: 'activities', values: { kind: 'call', at: '2026-03-03T10:00Z', by: 'dana', opportunity: 'OPP-1' } },
    ],
    { by: 'dana', now: march(3) },
  )
  say(`recorded: ${taken.map(({ outcome }) => outcome).join(', ')}`)

  // 3. A plan is data: what would happen, and why. It writes nothing.
  const plan = await planNow(store, program, march(20))
  for (const { rule, subject, because } of plan.families.flatMap((family) => family.intents)) {
    say(`would open ${rule} on ${subject.id}: ${because}`)
  }

  // 4. Applying plans afresh and carries it out, once.
  const worker = { id: 'example', command: 'library.ts', clock: Date.now() }
  const first = await apply(store, program, march(20), worker)
  const second = await apply(store, program, march(20), worker)
  say(`done: ${first.done.length}, and again: ${second.done.length}`)
  for (const { title, assignee } of await store.tasks()) say(`task for ${assignee}: ${title}`)

  // 5. Every answer carries its reason, also "when next".
  const rule = program.rules[0]
  const answer = rule && (await explain(store, program, rule, { kind: 'opportunity', id: 'OPP-1' }, march(20)))
  say(`to clear it: ${answer?.change?.deeds.join(' and ') ?? 'nothing helps'}`)
  await store.close()
}

if (import.meta.url === `file://${process.argv[1]}`) await main((line) => process.stdout.write(`${line}\n`))
