import { mkdirSync, writeFileSync } from 'node:fs'
import { publishedSchema } from '../src/config/schema.js'

const folder = new URL('../schemas/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('linewalker.schema.json', folder), `${JSON.stringify(publishedSchema(), null, 2)}\n`)
