import { ALWAYS } from '../../conditions/tree.js'
import { factsIn } from '../core.js'
import type { WarningKind } from '../warning.js'

/** A playbook that no rule in force and no indicator names. */
export const playbookNeverGiven: WarningKind = {
  id: 'playbook-never-given',
  summary: 'A playbook that no rule in force and no health indicator names as its coach.',
  example: `
playbooks:
  win-it-back: { title: Win it back, practice: Ask why. }
`,
  *find(asked) {
    const { program, now } = asked
    const inForce = program.rules.filter(({ disabled }) => disabled === null)
    const given = new Set([...inForce, ...(program.health?.indicators ?? [])].map(({ coach }) => coach))
    for (const playbook of program.playbooks.values()) {
      if (given.has(playbook.name)) continue
      const [first] = playbook.steps
      const disabled = program.rules.find(({ coach }) => coach === playbook.name)
      const kind = disabled?.for ?? 'opportunity'
      const answers = [first?.when ?? ALWAYS, ALWAYS].map((when) => asked.satisfy(kind, when))
      const shown = answers.find(({ is }) => is === 'possible')
      if (shown?.is !== 'possible') continue
      yield {
        path: ['playbooks', playbook.name],
        at: 'key',
        message: disabled
          ? `The playbook ${playbook.name} is never given: the rule ${disabled.id}, which names it, is disabled.`
          : `The playbook ${playbook.name} is never given: no rule and no health indicator names it.`,
        hint: `Write "coach: ${playbook.name}" in the rule whose findings it helps with.`,
        witness: {
          subject: shown.subject,
          at: now,
          until: now,
          facts: ['owner', ...factsIn(first?.when ?? ALWAYS)],
          ends: `The playbook ${playbook.name} is not given.`,
        },
        isSo: ({ world, subject }) => {
          const levels = Object.keys(subject.family.opportunities[0]?.levels ?? {})
          const speaking = [
            ...program.rules.filter(({ id }) => world.findings().some(({ rule }) => rule === id)),
            ...(program.health?.indicators ?? []).filter(({ name }) => levels.includes(name)),
          ]
          return !speaking.some(({ coach }) => coach === playbook.name)
        },
      }
    }
  },
}
