import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file or folder of this package, from `src/`, from `dist/` and from where npm installed it. */
export const inPackage = (...path: readonly string[]): string =>
  join(dirname(fileURLToPath(import.meta.url)), '..', '..', ...path)

/** The version in `package.json`. */
export const version = (): string =>
  (JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as { version: string }).version
