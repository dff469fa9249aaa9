/** Numbers for one record: two for its id, one for what is said of it, and the line. */
const WIDTH = 4

/**
 * What the rows of one file said of which record, in 16 to 64 bytes a record whatever they say, so that a file may have
 * millions of rows. Gives the line of the first row that spoke of the record where that said something else; null where none did.
 */
export function spokenOf(): (id: string, said: string, line: number) => number | null {
  let table = new Uint32Array(WIDTH * 1024)
  let records = 0
  return (id, said, line) => {
    if (4 * WIDTH * records >= 3 * table.length) table = twiceAsLarge(table)
    const [a, b, says] = [hash(id, 1), hash(id, 2), hash(said, 3)]
    const at = placeOf(table, a, b)
    if (table[at + 3] !== 0) return table[at + 2] === says ? null : (table[at + 3] as number)
    table.set([a, b, says, line], at)
    records += 1
    return null
  }
}

/** Where the record of these two numbers stands, or would stand. A line is never 0: that is an empty place. */
function placeOf(table: Uint32Array, a: number, b: number): number {
  const mask = table.length - 1
  let at = (a * WIDTH) & mask
  while (table[at + 3] !== 0 && (table[at] !== a || table[at + 1] !== b)) at = (at + WIDTH) & mask
  return at
}

function twiceAsLarge(table: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * table.length)
  for (let at = 0; at < table.length; at += WIDTH) {
    if (table[at + 3] === 0) continue
    larger.set(table.subarray(at, at + WIDTH), placeOf(larger, table[at] as number, table[at + 1] as number))
  }
  return larger
}

/** MurmurHash3's mixing, over the code units of a text. */
function hash(text: string, seed: number): number {
  let h = Math.imul(seed, 0x9e3779b1)
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 0xcc9e2d51)
    h = (h << 13) | (h >>> 19)
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
