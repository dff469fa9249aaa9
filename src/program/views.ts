import { ALWAYS } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Path } from '../lib/problem.js'
import { type Checking, factNamed, type Scope, scopeOf } from './checking.js'
import { readCondition } from './conditions.js'
import type { Playbook, View } from './program.js'
import { titleOf } from './rules.js'
import { readText } from './texts.js'

const COLUMNS: Record<SubjectKind, readonly string[]> = {
  opportunity: ['name', 'account.name', 'owner', 'stage', 'amount', 'close_date'],
  account: ['name', 'owner', 'bin', 'time_in_bin', 'open_opportunities'],
}
const SORT: Record<SubjectKind, string> = { opportunity: '-amount', account: 'name' }

/** Reads the section. A view without columns shows the usual ones, largest opportunities (or names) first. */
export const readViews = (checking: Checking): Map<string, View> =>
  new Map(
    Object.entries(checking.rules.views ?? {}).map(([name, view]) => {
      const kind = view.for ?? 'opportunity'
      const path: Path = ['views', name]
      const scope = scopeOf(checking, kind, 'rules', 'a view')
      const when = view.when === undefined ? ALWAYS : readCondition(view.when, scope, [...path, 'when'])
      const columns = (view.columns ?? COLUMNS[kind]).flatMap(
        (column, i) => factNamed(column, scope, [...path, 'columns', i], 'value') ?? [],
      )
      const sort = readSort(view.sort ?? SORT[kind], scope, [...path, 'sort'])
      return [name, { name, title: view.title ?? titleOf(name), for: kind, when: when ?? ALWAYS, columns, sort }]
    }),
  )

function readSort(sort: string | readonly string[], scope: Scope, path: Path): View['sort'] {
  const list = typeof sort === 'string' ? [sort] : sort
  return list.flatMap((written, i) => {
    const descending = written.startsWith('-')
    const at = typeof sort === 'string' ? path : [...path, i]
    const fact = factNamed(descending ? written.slice(1) : written, scope, at, 'value')
    return fact ? [{ fact, descending }] : []
  })
}

/** Reads the section. A playbook speaks of what its users speak of: opportunities, unless only rules for accounts use it. */
export const readPlaybooks = (checking: Checking): Map<string, Playbook> =>
  new Map(
    Object.entries(checking.rules.playbooks ?? {}).map(([name, playbook]) => {
      const scope = scopeOf(checking, kindOf(name, checking), 'rules', 'a playbook')
      const steps = (playbook.steps ?? []).flatMap((step, i) => {
        const path: Path = ['playbooks', name, 'steps', i]
        const when = step.when === undefined ? ALWAYS : readCondition(step.when, scope, [...path, 'when'])
        const say = readText(step.say, scope, [...path, 'say'])
        return when && say ? [{ when, say }] : []
      })
      return [name, { name, title: playbook.title ?? titleOf(name), steps, practice: playbook.practice ?? null }]
    }),
  )

function kindOf(playbook: string, { rules, complain }: Checking): SubjectKind {
  const users = Object.values(rules.rules ?? {}).filter((rule) => rule.coach === playbook)
  const ofOpportunities =
    users.some((rule) => rule.for === 'opportunity') ||
    Object.values(rules.health?.indicators ?? {}).some((indicator) => indicator.coach === playbook)
  const ofAccounts = users.some((rule) => rule.for === 'account')
  if (ofOpportunities && ofAccounts) {
    const message = `The playbook ${playbook} is given for opportunities and for accounts.`
    complain({ path: ['playbooks', playbook], at: 'key', message, hint: 'Write one for each.' })
  }
  return ofAccounts && !ofOpportunities ? 'account' : 'opportunity'
}
