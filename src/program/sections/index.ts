import { z } from 'zod'
import { activities, assemblyLine, calendar, fields, money, people, pipelines, thresholds } from './model.js'
import { health, playbooks, qualification, rules, scoring, views } from './rules.js'
import { sources } from './sources.js'
import { channels, digests, goals, limits, notifications } from './telling.js'

/** The sections of a rules folder, in the order of the reference. Each at most once per file; all files are merged. */
export const sections = {
  calendar,
  people,
  fields,
  pipelines,
  assembly_line: assemblyLine,
  activities,
  thresholds,
  health,
  scoring,
  qualification,
  rules,
  playbooks,
  views,
  notifications,
  channels,
  digests,
  goals,
  money,
  limits,
  sources,
} as const

export type SectionName = keyof typeof sections
export const SECTION_NAMES = Object.keys(sections) as SectionName[]

export const rulesFile = z.strictObject(sections).partial()
/** A whole rules folder, merged: what the compiler takes. Its shape is checked; its references are not. */
export type Rules = z.infer<typeof rulesFile>
