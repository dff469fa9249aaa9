import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { importFile } from '../src/intake/import-file.js'
import type { Program } from '../src/program/program.js'
import { openStore } from '../src/store/open.js'
import { NOW, pipeline } from './data.js'
import type { Ground } from './ground.js'
import { atLeast, type Measured, micros, shown } from './rows.js'
import { counted, time } from './timing.js'

const TURNS = 3
const COLUMNS = [
  'id',
  'name',
  'account',
  'stage',
  'amount',
  'owner',
  'lead_source',
  'created',
  'close_date',
  'next_step',
  'stage_changed',
  'last_activity',
]

/** (e): the first import of a file of so many opportunities. */
export async function measureImport(ground: Ground, folder: string, size: number, program: Program): Promise<Measured> {
  const csv = `${folder}/opportunities.csv`
  await writeCsv(csv, size)
  const imports: number[] = []
  const all: number[] = []
  const rows: number[] = []
  for (let turn = 0; turn <= TURNS; turn += 1) {
    const store = await openStore(ground.url(`import-${turn}`), { create: true, now: NOW })
    imports.push(
      await time(async () => {
        const outcome = await importFile(store, createReadStream(csv), {
          record: 'opportunities',
          sourceName: 'crm',
          program,
          now: NOW,
        })
        if ('problems' in outcome) throw new Error(outcome.problems.map((p) => p.message).join('\n'))
        if (outcome.report.new !== size)
          throw new Error(`${outcome.report.new} were new: ${outcome.report.rejections[0]?.reason}`)
      }),
    )
    await store.close()
    all.push(await ground.copyRows(`import-${turn}`, `all-${turn}`, ['accounts', 'opportunities', 'said', 'history']))
    rows.push(await ground.copyRows(`import-${turn}`, `rows-${turn}`, ['opportunities']))
  }
  const [took, bare, only] = [imports, all, rows].map(counted) as [number, number, number]
  return {
    times: {
      'a row imported': micros(took, size),
      'its rows inserted': micros(bare, size),
      'the opportunity alone inserted': micros(only, size),
    },
    rows: [
      atLeast(
        'e',
        `The rate of an import of ${size} CSV rows, against bare inserts with ${ground.driver} of the same rows as they stand afterwards (opportunities, their accounts, what the source said, history)`,
        bare / took,
        1 / 3,
      ),
      shown('e-alone', 'The same against inserts of the rows of opportunities alone', only / took),
    ],
  }
}

async function writeCsv(path: string, size: number): Promise<void> {
  const file = createWriteStream(path)
  file.write(`${COLUMNS.join(',')}\n`)
  const iso = (at: number | null) => (at === null ? '' : new Date(at).toISOString())
  for (const { opportunities } of pipeline(size)) {
    for (const o of opportunities) {
      const amount = o.amount === null ? '' : String(o.amount / 1000)
      const cells = [
        o.id,
        o.name,
        o.account,
        o.stage,
        amount,
        o.owner,
        o.source,
        iso(o.created),
        o.close_date,
        o.next_step,
        iso(o.stage_since),
        iso(o.said_last_activity),
      ]
      if (!file.write(`${cells.map((cell) => cell ?? '').join(',')}\n`)) await once(file, 'drain')
    }
  }
  file.end()
  await finished(file)
}
