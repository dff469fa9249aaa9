import type { Operation } from '../operation.js'
import { activities } from './activities.js'
import { batches } from './batches.js'
import { contacts } from './contacts.js'
import { findings } from './findings.js'
import { letters } from './letters.js'
import { moves } from './moves.js'
import { people } from './people.js'
import { plans } from './plans.js'
import { reports } from './reports.js'
import { rules } from './rules.js'
import { silences } from './silences.js'
import { subjects } from './subjects.js'
import { tasks } from './tasks.js'

/** All operations, in the order of the document. */
export const operations: readonly Operation[] = [
  ...subjects,
  ...contacts,
  ...people,
  ...activities,
  ...batches,
  ...moves,
  ...findings,
  ...tasks,
  ...silences,
  ...letters,
  ...plans,
  ...rules,
  ...reports,
]
