import { mkdirSync, writeFileSync } from 'node:fs'
import { referencePage } from '../src/config/reference.js'

const folder = new URL('../docs/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('reference.md', folder), referencePage())
