import { mkdirSync, writeFileSync } from 'node:fs'
import { publishedSchema } from '../src/config/schema.js'
import { publishedTestsSchema } from '../src/config/tests-shape.js'

const folder = new URL('../schemas/', import.meta.url)
mkdirSync(folder, { recursive: true })
const write = (name: string, schema: object) =>
  writeFileSync(new URL(name, folder), `${JSON.stringify(schema, null, 2)}\n`)
write('linewalker.schema.json', publishedSchema())
write('linewalker-tests.schema.json', publishedTestsSchema())
