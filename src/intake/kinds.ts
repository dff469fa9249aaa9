import type { RecordKind } from '../domain/incoming.js'
import { ROLES, STATUSES, type SubjectKind } from '../domain/subjects.js'
import type { Field, Vocabulary } from '../domain/vocabulary.js'
import type { ValueKind } from './values.js'

const TEXT: ValueKind = { is: 'text' }
const ID: ValueKind = { is: 'id' }
/** Names under which a record names itself, another record or a person. */
const IDS = ['id', 'account', 'opportunity', 'contact', 'owner', 'by', 'manager', 'team', 'duplicate_of']
const INSTANT: ValueKind = { is: 'instant' }

/** What each mapped name of a record is to become; what is not listed is text. `from` and `to` of a change depend on its fact. */
export function kindOf(record: RecordKind, name: string, vocabulary: Vocabulary): ValueKind {
  if (name.startsWith('fields.')) {
    const subject = record === 'accounts' ? 'account' : 'opportunity'
    const field = vocabulary.fields[subject].get(name.slice('fields.'.length))
    return field ? kindOfField(field) : TEXT
  }
  switch (`${record}.${name}`) {
    case 'people.role':
      return { is: 'choice', what: 'a role', of: ROLES }
    case 'people.active':
      return { is: 'flag' }
    case 'people.timezone':
      return { is: 'timezone' }
    case 'accounts.bin':
      return binKind(vocabulary)
    case 'opportunities.pipeline':
      return { is: 'choice', what: 'a pipeline', of: [...vocabulary.pipelines.keys()] }
    case 'opportunities.stage':
      return stageKind(vocabulary)
    case 'opportunities.status':
      return { is: 'choice', what: 'a status', of: STATUSES }
    case 'opportunities.amount':
      return { is: 'money' }
    case 'opportunities.origin':
      return { is: 'choice', what: 'an origin', of: ['sales', 'marketing'] }
    case 'opportunities.close_date':
      return { is: 'date' }
    case 'opportunities.pushes':
      return { is: 'count' }
    case 'activities.kind':
      return {
        is: 'choice',
        what: 'a declared kind of activity',
        of: [...vocabulary.touches, ...vocabulary.otherActivities],
      }
    case 'accounts.created':
    case 'accounts.bin_changed':
    case 'opportunities.created':
    case 'opportunities.stage_changed':
    case 'opportunities.status_changed':
    case 'opportunities.last_activity':
    case 'opportunities.next_activity':
    case 'activities.at':
    case 'changes.at':
      return INSTANT
    default:
      return IDS.includes(name) ? ID : TEXT
  }
}

/** What the values of a past change of a fact are; undefined where that fact's changes are not kept. */
export function kindOfChange(subject: SubjectKind, fact: string, vocabulary: Vocabulary): ValueKind | undefined {
  if (fact.startsWith('fields.')) {
    const field = vocabulary.fields[subject].get(fact.slice('fields.'.length))
    return field && kindOfField(field)
  }
  if (fact === 'owner') return ID
  if (subject === 'account') return fact === 'bin' ? binKind(vocabulary) : undefined
  if (fact === 'stage') return stageKind(vocabulary)
  return ['status', 'amount', 'close_date'].includes(fact) ? kindOf('opportunities', fact, vocabulary) : undefined
}

const binKind = ({ assemblyLine }: Vocabulary): ValueKind =>
  assemblyLine ? { is: 'choice', what: 'a bin', of: [...assemblyLine.bins.keys()] } : TEXT

const stageKind = ({ pipelines }: Vocabulary): ValueKind => ({
  is: 'choice',
  what: 'a stage',
  of: [...new Set([...pipelines.values()].flatMap(({ stages }) => stages.map(({ name }) => name)))],
})

const kindOfField = ({ type, of, name }: Field): ValueKind =>
  type === 'choice' ? { is: 'choice', what: `a value of fields.${name}`, of } : { is: type }
