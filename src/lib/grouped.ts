/** A list by key, in the order in which keys and members come. */
export const grouped = <T, Key = string>(list: Iterable<T>, keyOf: (one: T) => Key): Map<Key, T[]> =>
  groupedAs(list, keyOf, (one) => one)

/** The same, each member as something is made of it. */
export function groupedAs<T, Key, Made>(
  list: Iterable<T>,
  keyOf: (one: T) => Key,
  make: (one: T) => Made,
): Map<Key, Made[]> {
  const groups = new Map<Key, Made[]>()
  for (const one of list) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(make(one))
    else groups.set(key, [make(one)])
  }
  return groups
}
