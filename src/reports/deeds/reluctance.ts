import type { Program, Rule } from '../../program/program.js'
import type { Deed } from './deeds.js'

/** Does somebody ask for a deed of this kind: `touch`, `status`, `amount`, `fields.budget`, …? */
export type AsksFor = (kind: string) => boolean

/** What nobody does honestly: to take away what is known, or to make up an opportunity. */
export const FALSE = 4

/** How reluctant people are to do it; 0 where it is what they are asked for. */
export function reluctanceTo({ slot, group, cost, steps }: Deed, asksFor: AsksFor): number {
  const [kind = ''] = slot.split(' ')
  if (kind === 'new' || group === 'none') return FALSE
  if (asksFor(kind)) return 0
  // To be in touch, to plan, to fill in what is missing, to say a date.
  if (cost <= 2) return 1
  // To say how it ended, or whose it is; all the rest says another thing of what it is.
  const ends = kind === 'status' && steps.length === 1 && steps[0]?.values.status !== 'open'
  return kind === 'owner' || ends ? 2 : 3
}

/** What a text asks for, beside the fields that it names. */
const WORDS: Readonly<Record<string, RegExp>> = {
  touch: /\b(call|contact|touch|revive|welcome|meet|pick up|write to)\b/i,
  plan: /\b(plan|dated|meeting|next step)\b/i,
  status: /\b(won|lost|abandoned?|close it|end (it|its|the)|win it)\b/i,
  reason: /\b(why|reason)\b/i,
  owner: /\bowner\b/i,
  amount: /\b(amount|value)\b/i,
  stage: /\b(stages?|stuck)\b/i,
  bin: /\bbin\b/i,
}

/** Effects that a person could bring about as well. */
const EFFECTS: Readonly<Record<string, string>> = {
  set_status: 'status',
  move_stage: 'stage',
  assign: 'owner',
  move_bin: 'bin',
}

/** What a rule asks people for: in its tasks and by its effects; where it has none, by its title and its advice. */
export function askedForBy({ then, title, for: side }: Rule, advice: readonly string[], { facts }: Program): AsksFor {
  const tasks = then.flatMap(({ name, options }) => (name === 'create_task' ? [plain(options)] : []))
  const effects = then.flatMap(({ name, options }) =>
    name === 'set_field' ? Object.keys(Object(options)) : (EFFECTS[name] ?? []),
  )
  const text = (tasks.length + effects.length > 0 ? tasks : [title, ...advice]).join(' ')
  return (kind) => {
    if (effects.includes(kind)) return true
    const words = WORDS[kind]
    if (words) return words.test(text)
    const name = facts[side].has(kind) ? kind.replace(/^fields\./, '').replace(/[_-]/g, ' ') : null
    return name !== null && text.toLowerCase().includes(name)
  }
}

/** A task without the names of what it is about. */
const plain = (options: unknown): string => {
  const { title = '' } = Object(options) as { title?: unknown }
  return String(typeof options === 'string' ? options : title).replace(/\{[{%].*?[}%]\}/g, '')
}
