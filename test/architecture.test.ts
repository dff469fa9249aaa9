import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

/** The folder list is a sentence: imports point left. */
const ROOMS = [
  'lib',
  'domain',
  'sql',
  'facts',
  'conditions',
  'actions',
  'program',
  'engine',
  'notices',
  'replay',
  'analysis',
  'config',
  'store',
  'intake',
  'reports',
  'letters',
  'scheduler',
  'server',
  'backtest-portion.ts',
  'backtest-worker.ts',
  'backtest.ts',
  'app.ts',
  'index.ts',
  'cli',
]

/** Each dependency has one door; zod and kysely are vocabulary. */
const DOORS: Record<string, readonly string[]> = {
  'date-fns': ['lib'],
  '@date-fns/tz': ['lib'],
  liquidjs: ['lib'],
  'fastest-levenshtein': ['lib'],
  'json-rules-engine': ['conditions'],
  yaml: ['config'],
  ajv: ['config'],
  'better-sqlite3': ['store'],
  pg: ['store'],
  'csv-parse': ['intake'],
  'iconv-lite': ['intake'],
  commander: ['cli'],
  'cli-table3': ['cli'],
  picocolors: ['cli'],
  'cli-progress': ['cli'],
  croner: ['lib'],
  undici: ['lib'],
  pino: ['server'],
  'prom-client': ['server'],
  chokidar: ['scheduler'],
  nodemailer: ['letters'],
  standardwebhooks: ['letters'],
  saxes: ['intake'],
  juice: ['letters'],
  echarts: ['letters'],
  '@resvg/resvg-js': ['letters'],
  tinyqueue: ['replay', 'reports'],
  hono: ['server'],
  '@hono/node-server': ['server'],
  'openid-client': ['server'],
}

const root = resolve(import.meta.dirname, '../src')
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
const roomOf = (path: string) => relative(root, path).split('/')[0] as string
const importsOf = (path: string): string[] =>
  ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles.map(({ fileName }) => fileName)

/** What a file needs when it runs: what is imported for its types alone, or only once it is asked for, is not among it. */
function neededBy(path: string): string[] {
  const { statements } = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  return statements.flatMap((one) => {
    if (!(ts.isImportDeclaration(one) || ts.isExportDeclaration(one)) || !one.moduleSpecifier) return []
    if (ts.isImportDeclaration(one) ? one.importClause?.isTypeOnly : one.isTypeOnly) return []
    const from = (one.moduleSpecifier as ts.StringLiteral).text
    return from.startsWith('.') ? [resolve(path, '..', from).replace(/\.js$/, '.ts')] : []
  })
}

/** The first round that is met on the way, from a file back to itself; null where there is none. */
function circleIn(needs: ReadonlyMap<string, readonly string[]>): string[] | null {
  const free = new Set<string>()
  const walk = (path: string, way: readonly string[]): string[] | null => {
    if (free.has(path)) return null
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path]
    for (const next of needs.get(path) ?? []) {
      const circle = walk(next, [...way, path])
      if (circle) return circle
    }
    free.add(path)
    return null
  }
  for (const path of needs.keys()) {
    const circle = walk(path, [])
    if (circle) return circle
  }
  return null
}

describe('the folders', () => {
  test('there is something to look at', () => {
    expect(files.length).toBeGreaterThan(50)
  })

  test('imports point left', () => {
    const wrong = files.flatMap((path) =>
      importsOf(path)
        .filter((name) => name.startsWith('.'))
        .map((name) => roomOf(resolve(path, '..', name).replace(/\.js$/, '.ts')))
        .filter((room) => ROOMS.indexOf(room) > ROOMS.indexOf(roomOf(path)) || !ROOMS.includes(room))
        .map((room) => `${relative(root, path)} imports from ${room}`),
    )
    expect(wrong).toEqual([])
  })

  test('no file needs itself, by way of others, to be loaded', () => {
    const circle = circleIn(new Map(files.map((path) => [path, neededBy(path)])))
    expect(circle?.map((path) => relative(root, path)) ?? null).toBeNull()
    expect(
      circleIn(
        new Map([
          ['a', ['b']],
          ['b', ['c', 'd']],
          ['c', []],
          ['d', ['b']],
        ]),
      ),
    ).toEqual(['b', 'd', 'b'])
  })

  test('the command line uses nothing but the library', () => {
    const wrong = files
      .filter((path) => roomOf(path) === 'cli')
      .flatMap((path) =>
        importsOf(path)
          .filter((name) => name.startsWith('.'))
          .map((name) => roomOf(resolve(path, '..', name).replace(/\.js$/, '.ts')))
          .filter((room) => room !== 'cli' && room !== 'index.ts')
          .map((room) => `${relative(root, path)} imports from ${room}`),
      )
    expect(wrong).toEqual([])
  })

  test('each dependency has one door', () => {
    const wrong = files.flatMap((path) =>
      importsOf(path)
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !['zod', 'kysely'].includes(name))
        .map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter((name) => !DOORS[name]?.includes(roomOf(path)))
        .map((name) => `${relative(root, path)} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })

  test('nothing left of app.ts reads the clock or the environment', () => {
    const wrong = files
      .filter((path) => ROOMS.indexOf(roomOf(path)) < ROOMS.indexOf('app.ts'))
      .filter((path) => /\bDate\.now\(|new Date\(\)|process\.env|Math\.random\(/.test(readFileSync(path, 'utf8')))
      .map((path) => relative(root, path))
    expect(wrong).toEqual([])
  })

  test('every room says what it is', () => {
    const rooms = [...new Set(files.map(roomOf))].filter((room) => !room.endsWith('.ts'))
    for (const room of rooms) {
      const lines = readFileSync(join(root, room, 'README.md'), 'utf8')
        .trim()
        .split('\n')
      expect(lines.length, `src/${room}/README.md`).toBeLessThanOrEqual(15)
    }
  })
})
