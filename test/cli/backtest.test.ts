import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Surroundings } from '../../src/cli/command.js'
import { runCli } from '../../src/cli/run.js'
import { DEFAULT_CALENDAR, makeCalendar, parseInstant } from '../../src/lib/calendar.js'
import { enterCompany, importCompany, linewalker, transcript } from './support.js'

/** What a backtest of the small company says, and what it says to a call that cannot be. */
describe('linewalker backtest', () => {
  let company: ReturnType<typeof enterCompany>
  beforeAll(async () => {
    company = enterCompany()
    await importCompany()
  })
  afterAll(() => company.leave())

  const golden = async (name: string, ...calls: string[][]) => {
    const said: string[] = []
    for (const args of calls)
      said.push(transcript(args.join(' '), await linewalker(args)).replaceAll(company.dir, 'DIR'))
    await expect(said.join('\n')).toMatchFileSnapshot(`golden/${name}.txt`)
  }
  const since = ['--since', '2025-10-01']
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Robin', '-c', 'user.email=robin@example.com', ...args], {
      ...{ cwd: company.dir, stdio: 'pipe', encoding: 'utf8' },
      env: { PATH: process.env.PATH, HOME: company.dir, GIT_CONFIG_NOSYSTEM: '1' },
    })

  test('as tables, as Markdown, and of some rules alone, also of one that is disabled', async () => {
    await golden(
      'backtest',
      ['backtest', ...since],
      ['backtest', 'quiet', 'ancient', 'won-when-paid', ...since, '--until', '2026-03-10'],
      ['backtest', ...since, '--markdown'],
    )
  })

  test('in 80 columns: what is empty goes first', async () => {
    const { out } = await linewalker(['backtest', ...since], { width: 80 })
    await expect(out).toMatchFileSnapshot('golden/backtest-narrow.txt')
    expect(
      Math.max(
        ...out
          .split('\n')
          .slice(2, 8)
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80)
  })

  test('as JSON', async () => {
    await golden('backtest-json', ['backtest', 'quiet', ...since, '--json'])
  })

  test('as a page: all in one file, no script, nothing fetched', async () => {
    const ran = await linewalker(['backtest', ...since, '--html', 'backtest.html'])
    expect(ran).toMatchObject({ code: 0, err: 'The page is backtest.html.\n' })
    expect(ran.out).not.toContain('backtest.html')
    const page = readFileSync(join(company.dir, 'backtest.html'), 'utf8')
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(|https?:\/\/(?!www\.w3\.org\/)/i)
    expect(page).toContain("default-src 'none'")
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(2)
    const commented = await linewalker(['backtest', ...since, '--html', 'backtest.html', '--markdown'])
    expect(commented.out).toBe((await linewalker(['backtest', ...since, '--markdown'])).out)
    for (const text of ['What history cannot know', 'quiet', 'Findings opened in each month'])
      expect(page).toContain(text)
  })

  test('against a revision of git, and against another folder', async () => {
    git('init', '-q', '-b', 'main')
    git('add', 'rules')
    git('commit', '-q', '-m', 'Rules')
    const file = join(company.dir, 'rules', 'hygiene.yaml')
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(
        'discovery: 21 days, proposal: 7 days',
        'discovery: 30 days, proposal: 5 days',
      ),
    )
    execFileSync('cp', ['-r', 'rules', 'other'], { cwd: company.dir })
    await golden(
      'backtest-base',
      ['backtest', ...since, '--base', 'main'],
      ['backtest', ...since, '--base', 'main', '--markdown'],
      ['backtest', 'overdue', ...since, '--base', 'main'],
      ['backtest', ...since, '--against', 'other'],
      ['backtest', 'quiet', ...since, '--base', 'main', '--json'],
    )
    writeFileSync(
      join(company.dir, 'other', 'new.yaml'),
      'rules: { brand-new: { for: opportunity, when: { status: open } } }\n',
    )
    await golden('backtest-against', ['backtest', 'brand-new', ...since, '--against', 'other'])
    rmSync(join(company.dir, 'other', 'new.yaml'))
  })

  test('what cannot be is said', async () => {
    appendFileSync(join(company.dir, 'other', 'hygiene.yaml'), 'nonsense: {}\n')
    await golden(
      'backtest-mistakes',
      ['backtest', 'quite'],
      ['backtest', '--since', '2026-03-01', '--until', '2026-02-01'],
      ['backtest', '--until', '2027-01-01'],
      ['backtest', '--since', 'lately'],
      ['backtest', '--base', 'nowhere'],
      ['backtest', '--base', '--output=x'],
      ['backtest', '--base', 'main', '--against', 'other'],
      ['backtest', '--markdown', '--json'],
      ['backtest', '--html', 'nowhere/x.html'],
      ['backtest', '--html', 'csv'],
      ['backtest', '--html', 'csv/opportunities.csv/x.html'],
      ['backtest', '--against', 'nowhere'],
      ['backtest', '--against', 'other'],
      ['backtest', '--db', 'sqlite:absent.db'],
    )
    await linewalker(['import', 'people', 'nothing.csv', '--source', 'crm', '--db', 'sqlite:empty.db'])
    await linewalker(['apply', '--db', 'sqlite:empty.db'])
    await golden('backtest-empty', ['backtest', '--db', 'sqlite:empty.db'])
  })

  /** Runs it, and does something with each text that it prints, and with how it is broken off. */
  const watched = (args: string[], saw: (text: string) => void, hear: Surroundings['onInterrupt'] = () => {}) => {
    const ran = { err: '' }
    const done = runCli(args, {
      output: {
        out: saw,
        err: (text) => {
          ran.err += text
        },
        errIsTerminal: false,
        width: 120,
        colours: false,
      },
      env: {},
      clock: () => parseInstant('2026-03-16T09:00-04:00', makeCalendar(DEFAULT_CALENDAR)) as number,
      user: 'robin',
      secret: () => '',
      onInterrupt: hear,
    })
    return done.then((code) => ({ ...ran, code }))
  }

  test('the page is written before anything is printed: a reader that closes its end then does not take it away', async () => {
    for (const how of ['--markdown', '--json']) {
      let wasThere: boolean | null = null
      rmSync('early.html', { force: true })
      const ran = await watched(['backtest', ...since, how, '--html', 'early.html'], () => {
        wasThere ??= existsSync('early.html') && readFileSync('early.html', 'utf8').includes('</html>')
      })
      expect({ ...ran, wasThere }).toEqual({ code: 0, err: 'The page is early.html.\n', wasThere: true })
    }
  })

  test('broken off before anything was replayed, it says so in place of tables of nothing, and ends with 130', async () => {
    for (const [args, err] of [
      [[], 'Broken off before anything was replayed: there is nothing to show.\n'],
      [
        ['--markdown', '--html', 'none.html'],
        'Broken off before anything was replayed: there is nothing to show, and no page is written.\n',
      ],
    ] as const) {
      let out = ''
      let said: string | undefined
      const ran = await watched(
        ['backtest', ...since, ...args],
        (text) => {
          out += text
        },
        (cleanup, manner) => {
          said = manner?.says
          void cleanup()
        },
      )
      expect({ ...ran, out }).toEqual({ code: 130, err, out: '' })
      expect(said).toBe('What was replayed so far follows; nothing was changed.')
    }
    expect(existsSync('none.html')).toBe(false)
    let json = ''
    const ran = await watched(
      ['backtest', ...since, '--json'],
      (text) => {
        json += text
      },
      (cleanup) => void cleanup(),
    )
    expect(ran).toEqual({ code: 130, err: '' })
    expect(JSON.parse(json)).toMatchObject({ complete: false, families: 0 })
  })
})
