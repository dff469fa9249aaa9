import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { enterCompany, importCompany, linewalker } from '../cli/support.js'

const workflow = parse(readFileSync(new URL('../../deploy/github-pull-request.yaml', import.meta.url), 'utf8'))
const steps: { run?: string }[] = workflow.jobs.rules.steps

const CALM = `
given: { deal: { opportunity: { pipeline: new-business, stage: discovery, owner: dana, next_step: Call } } }
timeline: [{ at: 2026-03-02, expect: nothing }]
`

test('the workflow for pull requests calls what there is, and the backtest writes Markdown', async () => {
  const calls = steps.flatMap(({ run }) => (run?.startsWith('linewalker ') ? [run.split(' > ')[0] as string] : []))
  expect(calls.map((call) => call.split(' ')[1])).toEqual(['check', 'test', 'backtest'])
  const company = enterCompany()
  try {
    await importCompany()
    writeFileSync(join(company.dir, 'rules', 'calm.test.yaml'), CALM)
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Robin', '-c', 'user.email=robin@example.com', ...args], {
        ...{ cwd: company.dir, stdio: 'pipe' },
        env: { PATH: process.env.PATH, HOME: company.dir, GIT_CONFIG_NOSYSTEM: '1' },
      })
    git('init', '-q', '-b', 'main')
    git('add', 'rules')
    git('commit', '-q', '-m', 'Rules')
    git('update-ref', 'refs/remotes/origin/main', 'HEAD')
    for (const call of calls) {
      const args = call.replace('${{ github.base_ref }}', 'main').split(' ').slice(1)
      const ran = await linewalker(args)
      expect(ran).toMatchObject({ code: 0 })
      if (args[0] === 'backtest') expect(ran.out).toMatch(/^### What changes against origin\/main\n/)
    }
  } finally {
    company.leave()
  }
})
