/**
 * What `npm start` does: makes the example company, checks its rules, imports it, plans, applies, shows what a manager wants to
 * see, and opens the server on it. Every line but the first is the command line itself, so that each step can be tried by hand.
 * `npm start -- --no-serve` ends before the server, `--port` names another port, `--data DIR` another folder than
 * `examples/brightwater/data`; a day (`npm start -- 2026-11-23`) is taken for today.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { generateCompany } from './brightwater/generate.js'

const root = join(import.meta.dirname, '..')
const home = join(import.meta.dirname, 'brightwater')
const { values: chosen, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: join(home, 'data') },
    port: { type: 'string', default: '8123' },
    'no-serve': { type: 'boolean', default: false },
  },
})
const { data, port } = chosen
const rules = join(data, 'rules')
const database = join(data, 'brightwater.db')
const monday = join(data, 'monday.db')
const outbox = join(data, 'outbox')
const today = positionals[0] ?? new Date().toISOString().slice(0, 10)

const shown = (path: string) => relative(process.cwd(), path) || '.'
const heading = (text: string) =>
  process.stdout.write(process.stdout.isTTY ? `\n\u001b[1m${text}\u001b[0m\n` : `\n${text}\n`)

const on = (db: string) => ['--rules', shown(rules), '--db', `sqlite:${shown(db)}`]
const where = on(database)
const main = join(root, 'dist/cli/main.js')
const call = (args: string[], stdio: 'inherit' | 'pipe') =>
  spawnSync(process.execPath, [main, ...args], { stdio, encoding: 'utf8' })

/** Runs a command as a user would; what it finds (1) is part of the show, an environment that fails (2) ends it. */
function show(args: string[], places: string[]): void {
  process.stdout.write(`$ linewalker ${args.join(' ')}\n`)
  const { status } = call([...args, ...places], 'inherit')
  if (status !== 0 && status !== 1) process.exit(status ?? 2)
}
const linewalker = (...args: string[]) => show(args, where)

/** The first Monday after today. */
function nextMonday(): string {
  const day = new Date(`${today}T12:00:00Z`)
  do day.setUTCDate(day.getUTCDate() + 1)
  while (day.getUTCDay() !== 1)
  return day.toISOString().slice(0, 10)
}

/** A finding to look at: the first quiet opportunity, as `explain` takes it. */
function somethingFound(): string {
  const { findings } = JSON.parse(call(['findings', '--state', 'open', '--json', ...where], 'pipe').stdout) as {
    findings: { rule: string; subject: { id: string } }[]
  }
  const found = findings.find(({ rule }) => rule === 'quiet') ?? findings[0]
  return found ? `${found.rule} ${found.subject.id}` : 'quiet OPP-0001'
}

heading(`Brightwater Systems, as of ${today}: a made-up company with real neglect`)
rmSync(data, { recursive: true, force: true })
mkdirSync(rules, { recursive: true })
for (const folder of [join(root, 'rules'), join(home, 'rules')]) {
  for (const file of readdirSync(folder)) cpSync(join(folder, file), join(rules, file))
}
for (const [file, text] of Object.entries(generateCompany({ seed: 7, today }))) {
  const path = join(data, 'csv', file)
  if (!existsSync(join(data, 'csv'))) mkdirSync(join(data, 'csv'))
  writeFileSync(path, text)
}

heading('1. The rules are checked')
show(['check'], ['--rules', shown(rules)])
heading('2. What the CRM exported comes in')
for (const kind of ['people', 'accounts', 'contacts', 'opportunities', 'activities', 'changes']) {
  linewalker('import', kind, shown(join(data, 'csv', `${kind}.csv`)), '--source', 'crm')
}
heading('3. What would happen, and why')
linewalker('plan')
heading('4. It happens')
linewalker('apply')
heading('5. The health of the pipeline')
linewalker('health')
heading('6. What the reps find on their desks, and the letters that wait')
linewalker('tasks', '--limit', '8')
linewalker('letters', '--limit', '8')
heading('7. The letters of next Monday morning, tried on a copy; without a mail server they are files')
linewalker('loop', '--once', '--outbox', shown(outbox))
cpSync(database, monday)
show(['loop', '--once', '--at', `${nextMonday()}T08:30`, '--outbox', shown(outbox)], on(monday))
process.stdout.write(`The letters are in ${shown(outbox)}: any mail program opens them.\n`)
heading('Now try')
const here = where.join(' ')
process.stdout.write(`  npx linewalker health --view this-quarter-and-next ${here}
  npx linewalker explain ${somethingFound()} ${here}
  npx linewalker graph ${here}
  edit a file in ${shown(rules)}, and run plan again\n`)
if (!chosen['no-serve']) {
  heading('8. The server opens; try this in another terminal, Ctrl-C ends it')
  process.stdout.write(`  curl http://127.0.0.1:${port}/api/v1/findings?limit=3
  curl http://127.0.0.1:${port}/api/v1/opportunities/OPP-0324
  curl -N http://127.0.0.1:${port}/api/v1/stream\n`)
  const args = ['serve', '--port', port, '--outbox', shown(outbox), ...where]
  process.stdout.write(`$ linewalker serve --port ${port}\n`)
  const server = spawn(process.execPath, [main, ...args], { stdio: 'inherit' })
  // Ctrl-C reaches the server by itself; this process waits until it has ended.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => server.kill('SIGTERM'))
  server.on('exit', (code) => process.exit(code ?? 0))
}
