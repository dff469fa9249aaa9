import { type Person, personKnownById } from '../../domain/subjects.js'
import type { FactValue } from '../../facts/fact.js'
import type { Program } from '../../program/program.js'
import { type Cube, may, type Search, triedOf } from './cube.js'

/** May people come from elsewhere than the rules? */
export const peopleMayCome = ({ vocabulary, sections }: Pick<Program, 'vocabulary' | 'sections'>): boolean =>
  vocabulary.people.size === 0 || Object.values(sections.sources ?? {}).some((source) => source.people)

const ATTRIBUTES = ['name', 'email', 'manager', 'team', 'active'] as const

/** Is the fact one of those that were tried, and nothing else? Of one that is only not something there are always others. */
const areAllTried = (cube: Cube, name: string): boolean =>
  cube.get(name)?.leaves.some(({ operator }) => operator.name === 'is') ?? false

/** Who may own the subject, or its account; `null` where it has no owner, `nobody` where certainly no one fits. */
export function ownerOf(cube: Cube, { program }: Search, side: '' | 'account.'): Person | null | 'nobody' {
  const asks = (what: string) => triedOf(cube, `${side}${what}`) !== undefined
  const mayBe = (what: string, value: FactValue | null) => may(cube, `${side}${what}`, (v) => v === value)
  const { people } = program.vocabulary
  const fits = (person: Person) =>
    mayBe('owner', person.id) && ATTRIBUTES.every((key) => mayBe(`owner.${key}`, person[key]))
  const declared = [...people.values()].find(fits)
  if (declared) return declared
  const tried = triedOf(cube, `${side}owner`)
  const ids = (tried ?? ['dana', 'robin', 'somebody']).filter((id) => id !== null).map(String)
  const unknown = (id: string): Person => ({ ...personKnownById(id), name: id })
  const byIdAlone = ids.filter((id) => !people.has(id)).find((id) => isKnownById(unknown(id)))
  if (byIdAlone) return personKnownById(byIdAlone)
  const none = mayBe('owner', null) && ATTRIBUTES.every((key) => mayBe(`owner.${key}`, null))
  if (none) return null
  if (tried && tried.length > 0 && ids.length === 0) return 'nobody'
  // Somebody else may always come, by an import or by the API; and what the rules leave open of their own people.
  const mayBecome = (id: string) =>
    ATTRIBUTES.every((key) => {
      const said = people.get(id)?.[key] ?? null
      return said === null || mayBe(`owner.${key}`, said)
    })
  const id = ids.find((one) => !people.has(one)) ?? ids.find(mayBecome)
  if (id === undefined) return areAllTried(cube, `${side}owner`) ? 'nobody' : null
  const chosen = (key: (typeof ATTRIBUTES)[number]) =>
    triedOf(cube, `${side}owner.${key}`)?.find((value) => value !== null || key !== 'active')
  const made = { ...personKnownById(id), name: null }
  for (const key of ATTRIBUTES) if (asks(`owner.${key}`)) Object.assign(made, { [key]: chosen(key) ?? null })
  return made

  /** Someone only named as an owner: the name is the id, nothing else is known. */
  function isKnownById(person: Person): boolean {
    return (
      mayBe('owner.name', person.id) &&
      ATTRIBUTES.filter((key) => key !== 'name').every((key) => mayBe(`owner.${key}`, null))
    )
  }
}
