import type { Operation } from '../operation.js'
import { rules } from './rules.js'
import { subjects } from './subjects.js'

/** All operations, in the order of the document. */
export const operations: readonly Operation[] = [...subjects, ...rules]
