import { execFileSync } from 'node:child_process'
import { createWriteStream, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { ensureBuilt, MAIN, run, start } from './process.js'
import { enterCompany } from './support.js'

/** The built command line in processes of its own: signals, pipes, several at once. */
describe('processes', () => {
  let company: ReturnType<typeof enterCompany>
  beforeAll(() => {
    ensureBuilt()
    company = enterCompany()
  }, 180_000)
  afterAll(() => company.leave())

  const HEADER = 'Opportunity,Name,Account,Stage,Status,Amount,Currency,Owner,Created,Close,Next,Entered\n'
  const opportunity = (n: number) =>
    `P-${n},Pump ${n},,discovery,open,10,USD,dana,2026-01-01,2027-01-01,Call,2026-01-01\n`
  const many = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => opportunity(from + i)).join('')
  const at = ['--at', '2026-03-16']

  /** Waits until the store says so; a database that is not there yet says nothing. */
  async function until(db: string, is: (store: Store) => Promise<boolean>): Promise<void> {
    for (const from = Date.now(); Date.now() - from < 30_000; await pause(5)) {
      const store = await openStore(`sqlite:${join(company.dir, db)}`, { readOnly: true }).catch(() => null)
      const done = store && (await is(store).catch(() => false))
      await store?.close()
      if (done) return
    }
    throw new Error('It did not come to that.')
  }

  test('exit codes and streams', async () => {
    expect(await run(company.dir, '--version')).toMatchObject({ code: 0, err: '' })
    expect(await run(company.dir, 'check')).toMatchObject({ code: 0, err: '' })
    expect(await run(company.dir)).toMatchObject({ code: 2, out: '' })
    expect(await run(company.dir, 'plan', '--rules', 'nowhere')).toMatchObject({ code: 2, out: '' })
    const imported = await run(
      company.dir,
      'import',
      'opportunities',
      'csv/opportunities.csv',
      '--source',
      'crm',
      '--json',
    )
    expect(imported).toMatchObject({ code: 1, err: '' })
    expect(JSON.parse(imported.out)).toMatchObject({ read: 7, rejected: 1 })
  })

  test('a reader that has seen enough is no failure', () => {
    const script = `"${process.execPath}" "${MAIN}" schema --published | head -n 1; echo "\${PIPESTATUS[0]}"`
    expect(execFileSync('bash', ['-c', script], { cwd: company.dir, encoding: 'utf8' })).toBe('{\n0\n')
  })

  test('a disk that is full is said to be so', () => {
    const script = `"${process.execPath}" "${MAIN}" schema --published > /dev/full; echo "$?"`
    expect(execFileSync('bash', ['-c', `(${script}) 2>&1`], { cwd: company.dir, encoding: 'utf8' })).toBe(
      'What was to be printed cannot be written (ENOSPC); it is not whole.\n2\n',
    )
  })

  test('two applies at once do each intent once', async () => {
    writeFileSync('both.csv', HEADER + many(0, 300))
    const db = ['--db', 'sqlite:both.db', ...at]
    await run(company.dir, 'import', 'opportunities', 'both.csv', '--source', 'crm', ...db)
    const loose = ['--rules', 'loose']
    writeLooseRules()
    const runs = await Promise.all([1, 2].map(() => run(company.dir, 'apply', '--json', ...loose, ...db)))
    expect(runs.map(({ code, err }) => ({ code, err }))).toEqual([
      { code: 0, err: '' },
      { code: 0, err: '' },
    ])
    const done = runs.flatMap(({ out }) => JSON.parse(out).done.map((one: { key: unknown[] }) => one.key.join('/')))
    expect(new Set(done).size).toBe(done.length)
    expect(done).toHaveLength(300)
    expect(JSON.parse((await run(company.dir, 'tasks', '--json', ...loose, ...db)).out).tasks).toHaveLength(300)
  })

  test('Ctrl-C in the middle of an import leaves whole batches, and the same import completes it', async () => {
    execFileSync('sh', ['-c', 'mkfifo slow.csv'], { cwd: company.dir })
    const db = ['--db', 'sqlite:slow.db', ...at]
    const { child, ended } = start(company.dir, 'import', 'opportunities', 'slow.csv', '--source', 'crm', ...db)
    const pipe = createWriteStream(join(company.dir, 'slow.csv'))
    pipe.write(HEADER + many(0, 2400))
    await until('slow.db', async (store) => (await store.counts()).opportunities > 0)
    child.kill('SIGINT')
    // A thread that waits for more of a pipe keeps a process from ending until the pipe does.
    pipe.destroy()
    const { code, err } = await ended
    expect(code).toBe(130)
    expect(err).toContain('Interrupted. What was committed stands, nothing is half-written;')
    writeFileSync('whole.csv', HEADER + many(0, 2400))
    const again = JSON.parse(
      (await run(company.dir, 'import', 'opportunities', 'whole.csv', '--source', 'crm', '--json', ...db)).out,
    )
    expect(again.new + again.unchanged).toBe(2400)
    expect(again.unchanged).toBeGreaterThan(0)
    expect(again.changed).toBe(0)
  })

  test('Ctrl-C ends what watches, and says so', async () => {
    writeFileSync('rules/lost.test.yaml', 'tests: []\n')
    const { child, ended } = start(company.dir, 'test', '--watch')
    const waits = new Promise<void>((resolve) =>
      child.stdout?.on('data', (said) => String(said).includes('Waiting for a change') && resolve()),
    )
    await Promise.race([waits, ended])
    child.kill('SIGINT')
    const { code, err } = await ended
    unlinkSync('rules/lost.test.yaml')
    expect(code).toBe(130)
    expect(err).toMatch(/\nInterrupted\. The rules are not watched any more\.\n$/)
  })

  test('an apply that is killed in the middle is completed by the next, each intent once', async () => {
    writeLooseRules()
    const db = ['--rules', 'loose', '--db', 'sqlite:slow.db', ...at]
    const { child, ended } = start(company.dir, 'apply', ...db)
    await until('slow.db', async (store) => (await store.counts()).openTasks > 0)
    child.kill('SIGKILL')
    await ended
    expect(await run(company.dir, 'apply', '--limit', '0', ...db)).toMatchObject({ code: 0, err: '' })
    const { tasks } = JSON.parse((await run(company.dir, 'tasks', '--json', ...db)).out)
    expect(tasks).toHaveLength(2400)
    expect(new Set(tasks.map((task: { subject: { id: string } }) => task.subject.id)).size).toBe(2400)
  })

  /** The company's rules without its limits. */
  function writeLooseRules(): void {
    execFileSync(
      'sh',
      [
        '-c',
        'rm -rf loose && cp -r rules loose && sed -i "s/^limits:.*/limits: { per_run: { effects: 100000, share: 100% } }/" loose/hygiene.yaml && sed -i "/notify: { to: .owner, manager. }/d" loose/hygiene.yaml',
      ],
      { cwd: company.dir },
    )
  }
})
