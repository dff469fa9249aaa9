import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRulesFile } from '../../src/config/load.js'
import type { RulesText } from '../../src/config/parse.js'

/** The rules files of a folder, with paths as a user of that folder would see them. */
export const folder = (path: string, name = 'rules'): RulesText[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(isRulesFile)
    .map((file) => ({ path: `${name}/${file}`, text: readFileSync(join(path, file), 'utf8') }))

/** A rules folder in a line: texts by file name. */
export const texts = (files: Record<string, string>): RulesText[] =>
  Object.entries(files).map(([path, text]) => ({ path, text }))
