import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runCli } from '../../src/cli/run.js'
import { linewalker, transcript, useCompany } from './support.js'

const RIGHT = `
given:
  deal: { opportunity: { stage: proposal, owner: dana, amount: 100, next_step: Call, close_date: 2026-06-01 } }
timeline:
  - { at: 2026-03-02, do: { deal: { activity: call } }, expect: nothing }
  - at: 2026-03-09
    expect: { deal: { quiet: { opens: [{ create_task: { assign: dana } }, { notify: { to: [dana, lee] } }] } } }
  - { at: 2026-03-10, do: { deal: { activity: meeting } }, expect: { deal: { quiet: { resolves: [{ close_tasks: {} }] } } } }
`
/** A detail, an effect, a rule, a subject and a bin that are otherwise than expected, and one thing that cannot be done. */
const WRONG = `
tests:
  expects what does not happen, and misses what does:
    why: A test that fails shows all of it.
    given:
      mill: { account: { bin: cold, owner: omar } }
      deal: { opportunity: { account: mill, stage: proposal, owner: dana, amount: 60000, close_date: 2026-03-05 } }
    timeline:
      - { at: 2026-03-03, expect: { mill: { cold-to-working: { moves: working } } } }
      - at: 2026-03-10
        expect:
          deal:
            quiet: { opens: [{ create_task: { assign: omar } }, { notify: { to: dana } }, { send_email: {} }] }
            overdue: pending
            won-when-paid: { opens: [{ set_status: won }] }
      - { at: 2026-03-11, do: { mill: { bin: bad-fit }, deal: { acknowledge: stalled-large } } }
      - { at: 2026-03-12, do: { mill: { bin: working } }, expect: nothing }
  is right:
    rules: won-when-paid
    given: { deal: { opportunity: { stage: proposal, owner: dana, amount: 100 } } }
    timeline:
      - at: 2026-03-02
        do: { deal: { activity: payment } }
        expect: { deal: { won-when-paid: { opens: [{ set_status: won }, { move_stage: closed }] } } }
`

/** Watches, until it is interrupted; `until` so many runs are over. */
function watch(files: readonly string[]) {
  let out = ''
  let interrupt = async (): Promise<void> => {
    throw new Error('It cannot be interrupted yet.')
  }
  const say = (text: string) => {
    out += text
  }
  const runs = () => out.split('Waiting for a change').length - 1
  const until = async (n: number) => {
    while (runs() < n) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const ended = runCli(['test', '--watch', ...files], {
    output: {
      out: (text) => say(text),
      err: (text) => say(text),
      errIsTerminal: false,
      width: 100,
      colours: false,
    },
    env: {},
    clock: () => 0,
    user: 'robin',
    secret: () => '',
    onInterrupt: (cleanup) => {
      interrupt = cleanup
    },
  })
  return { out: () => out, until, interrupt: () => interrupt(), ended }
}

describe('linewalker test', () => {
  useCompany(() => {
    writeFileSync('rules/quiet.test.yaml', RIGHT)
  })

  test('says of tests that pass how much of the rules they reach', async () => {
    const ran = await linewalker(['test'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    const more = await linewalker(['test', '--coverage'])
    await expect([transcript('test', ran), transcript('test --coverage', more)].join('\n')).toMatchFileSnapshot(
      'golden/test.txt',
    )
  })

  test('shows what is otherwise, line by line', async () => {
    writeFileSync('rules/wrong.test.yaml', WRONG)
    const ran = await linewalker(['test'])
    expect(ran).toMatchObject({ code: 1, err: '' })
    const { out } = await linewalker(['test'], { colours: true })
    expect(out).toContain('\u001b[31m-')
    expect(out).toContain('\u001b[32m+')
    await expect(transcript('test', ran)).toMatchFileSnapshot('golden/test-fails.txt')
  })

  test('runs only the files that are named', async () => {
    mkdirSync('more')
    writeFileSync('more/wrong.test.yaml', WRONG)
    expect((await linewalker(['test', 'rules/quiet.test.yaml'])).out).toContain('1 test passed;')
    expect((await linewalker(['test', 'more'])).out).toContain('1 test passed, 1 failed;')
    expect(await linewalker(['test', 'rules/hygiene.yaml'])).toMatchObject({ code: 2, out: '' })
    expect(await linewalker(['test', 'nowhere'])).toMatchObject({ code: 2, out: '' })
  })

  test('asks for as much coverage as one likes', async () => {
    expect((await linewalker(['test', '--min-coverage', '10'])).code).toBe(0)
    const short = await linewalker(['test', '--min-coverage', '99.5%'])
    expect(short.code).toBe(1)
    expect(short.out).toContain('That is less than the 99.5 % asked for.')
    expect((await linewalker(['test', '--min-coverage', 'much'])).code).toBe(2)
    // One number everywhere: what is told is what may be asked for.
    const { coverage } = JSON.parse((await linewalker(['test', '--json'])).out)
    const asked = await linewalker(['test', '--coverage', '--min-coverage', `${coverage.percent}`])
    expect(asked.code).toBe(0)
    expect(asked.out).toContain(`they reach ${coverage.percent} % of`)
    for (const { rule, percent } of coverage.rules) expect(asked.out).toMatch(new RegExp(`^${rule} +${percent} %`, 'm'))
  })

  test('tells programs the same, as JSON and as JUnit does', async () => {
    writeFileSync('rules/wrong.test.yaml', WRONG)
    const { code, out } = await linewalker(['test', '--json', '--junit', 'results.xml'])
    const told = JSON.parse(out)
    expect(code).toBe(1)
    expect(told).toMatchObject({ passed: 2, failed: 1 })
    expect(told.tests.map((one: { name: string; passed: boolean }) => [one.name, one.passed])).toEqual([
      ['quiet', true],
      ['expects what does not happen, and misses what does', false],
      ['is right', true],
    ])
    expect(told.coverage.percent).toBeGreaterThan(10)
    await expect(readFileSync('results.xml', 'utf8')).toMatchFileSnapshot('golden/test-junit.xml')
  })

  test('tells continuous integration of what cannot be read: a test or the rules in error, none passed', async () => {
    await linewalker(['test', '--junit', 'results.xml'])
    expect(readFileSync('results.xml', 'utf8')).toContain('tests="1" failures="0" errors="0"')
    writeFileSync('rules/slip.test.yaml', RIGHT.replace('quiet:', '"<qiuet>\\u0007":'))
    const slip = await linewalker(['test', '--junit', 'results.xml'])
    expect(slip).toMatchObject({ code: 1, out: '' })
    await expect(readFileSync('results.xml', 'utf8')).toMatchFileSnapshot('golden/test-junit-slip.xml')
    writeFileSync('rules/hygiene.yaml', 'ruls: {}\nviws: {}\n')
    const broken = await linewalker(['test', '--json', '--junit', 'results.xml'])
    expect(broken.code).toBe(1)
    expect(JSON.parse(broken.out).problems).toHaveLength(2)
    const told = readFileSync('results.xml', 'utf8')
    expect(told).toContain('<testsuite name="rules/hygiene.yaml" tests="2" failures="0" errors="2">')
    expect(told).toContain('Did you mean &quot;rules&quot;?')
    expect(told).not.toContain('slip')
    const namesOf = async (rules: string) => {
      writeFileSync('rules/hygiene.yaml', rules)
      await linewalker(['test', '--junit', 'results.xml'])
      return [...readFileSync('results.xml', 'utf8').matchAll(/<testcase [^>]* name="([^"]*)"/g)].map(
        ([, name]) => name,
      )
    }
    // A problem keeps its name when lines move; two alike in one file have two names.
    const twice =
      'rules:\n  a: { for: opportunity, when: { stats: open } }\n  b: { for: opportunity, when: { stats: open } }\n'
    const names = await namesOf(twice)
    expect(names[0]).toContain('stats')
    expect(names).toEqual([names[0], `${names[0]} (2)`])
    expect(await namesOf(`# moved\n\n${twice}`)).toEqual(names)
  })

  test('runs what `init` writes: the stories of the packs reach all of it, with their schema beside them', async () => {
    expect((await linewalker(['init', 'starter'])).code).toBe(0)
    const ran = await linewalker(['test', '--rules', 'starter', '--min-coverage', '100'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toMatch(/\d\d tests passed; they reach 100 % of/)
    expect(readFileSync('starter/hygiene.test.yaml', 'utf8')).toMatch(/\$schema=linewalker-tests\.schema\.json\n/)
    expect(JSON.parse(readFileSync('starter/linewalker-tests.schema.json', 'utf8')).title).toBe('Linewalker rule tests')
  })

  test('says where there is no test, where one has a problem, and where the rules have one', async () => {
    mkdirSync('empty')
    const none = await linewalker(['test', 'empty'])
    expect(none).toMatchObject({ code: 2, out: '' })
    expect(none.err).toContain('There is no test (*.test.yaml) in empty.')
    writeFileSync('rules/slip.test.yaml', RIGHT.replace('quiet:', 'qiuet:'))
    const slip = await linewalker(['test'])
    expect(slip).toMatchObject({ code: 1, out: '' })
    expect(slip.err).toMatch(
      /^rules\/slip\.test\.yaml:7:23 {2}There is no rule or move "qiuet"\. Did you mean "quiet"\?/,
    )
    expect(JSON.parse((await linewalker(['test', '--json'])).out).problems).toHaveLength(1)
    writeFileSync('rules/hygiene.yaml', 'ruls: {}\n')
    expect(await linewalker(['test'])).toMatchObject({ code: 1, out: '' })
  })

  test('watches: runs again when a rule or a test changes, until Ctrl-C', async () => {
    const watching = watch([])
    await watching.until(1)
    expect(watching.out()).toContain('1 test passed')
    writeFileSync('rules/quiet.test.yaml', RIGHT.replace('assign: dana', 'assign: lee'))
    await watching.until(2)
    expect(watching.out()).toContain('0 tests passed, 1 failed')
    writeFileSync('rules/quiet.test.yaml', RIGHT.replace('quiet:', 'qiuet:'))
    await watching.until(3)
    expect(watching.out()).toContain('Did you mean "quiet"?')
    await watching.interrupt()
    expect(await watching.ended).toBe(0)
  })

  test('watches what it was told to run too, wherever that lies; not beside --json', async () => {
    mkdirSync('more')
    mkdirSync('apart')
    writeFileSync('more/one.test.yaml', RIGHT)
    writeFileSync('apart/two.test.yaml', RIGHT.replace('given:', 'why: Another one.\ngiven:'))
    const watching = watch(['more/one.test.yaml', 'apart', 'rules/quiet.test.yaml'])
    await watching.until(1)
    expect(watching.out()).toContain('Waiting for a change in rules, more/one.test.yaml, apart; Ctrl-C ends it.')
    expect(watching.out()).toContain('3 tests passed')
    writeFileSync('more/one.test.yaml', RIGHT.replace('assign: dana', 'assign: lee'))
    await watching.until(2)
    expect(watching.out()).toContain('2 tests passed, 1 failed')
    rmSync('apart/two.test.yaml')
    await watching.until(3)
    expect(watching.out()).toContain('1 test passed, 1 failed')
    await watching.interrupt()
    expect(await watching.ended).toBe(0)
    expect(await linewalker(['test', '--watch', '--json'])).toMatchObject({ code: 2 })
  })
})
