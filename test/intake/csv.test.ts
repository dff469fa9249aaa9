import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { type CsvOptions, openCsv } from '../../src/intake/csv.js'
import { rejectedFile } from '../../src/intake/rejected.js'
import { chunksOf } from './world.js'

const read = async (file: string | Uint8Array, options: CsvOptions = {}, size = 3) => {
  const opened = await openCsv(chunksOf(file, size), options)
  if ('problem' in opened) return opened.problem.message
  const rows: unknown[] = []
  for await (const some of opened.file.rows)
    for (const { line, cells, why } of some) rows.push([line, ...(why === null ? cells : [why])])
  return { columns: opened.file.header.columns, rows, repeated: opened.file.repeated() }
}

describe('a CSV file', () => {
  test('is read with a byte order mark, CRLF, quoted line ends and blank lines, and every row knows its line', async () => {
    expect(await read('\uFEFFid,name\r\n1,"Acme\r\nLtd"\r\n\r\n2,"say ""hi"""\r\n3,5" pipe')).toEqual({
      columns: ['id', 'name'],
      rows: [
        [2, '1', 'Acme\r\nLtd'],
        [5, '2', 'say "hi"'],
        [6, '3', '5" pipe'],
      ],
      repeated: 0,
    })
  })

  test.each([
    ['a;b,c;d\n1;2;3', ['a', 'b,c', 'd']],
    ['a\tb\n1\t2', ['a', 'b']],
    ['"a,x,y,z";b\n1;2', ['a,x,y,z', 'b']],
    ['a,b;c,d\n1,2,3', ['a', 'b;c', 'd']],
    ['alone\n1', ['alone']],
  ])('finds the delimiter of %j', async (file, columns) => {
    expect(await read(file)).toMatchObject({ columns })
  })

  test('is read with the delimiter and the encoding that the source declares', async () => {
    const latin = iconv.encode('id|name\n1|Müller, Zürich\n', 'latin1')
    expect(await read(latin, { encoding: 'latin1', delimiter: '|' })).toMatchObject({
      rows: [[2, '1', 'Müller, Zürich']],
    })
    expect(await read(iconv.encode('id,name\n1,東京', 'utf-16', { addBOM: true }))).toMatchObject({
      columns: ['id', 'name'],
      rows: [[2, '1', '東京']],
    })
  })

  test('may repeat its header: that is counted, not read', async () => {
    expect(await read('id,name\n1,a\nid,name\n2,b\n')).toMatchObject({
      rows: [
        [2, '1', 'a'],
        [4, '2', 'b'],
      ],
      repeated: 1,
    })
  })

  test('tells of a row with too few or too many values, and of a quotation mark that is never closed', async () => {
    expect(await read('id,name\n1\n2,b,,\n3,c,x\n4,"open\n5,e\n')).toMatchObject({
      rows: [
        [2, 'It has 1 values, the header has 2 columns.'],
        [3, '2', 'b'],
        [4, 'It has 3 values, the header has 2 columns.'],
        [5, 'A quotation mark is opened here and never closed: nothing after it was read.'],
      ],
    })
  })

  test('that is none is a problem, not a crash', async () => {
    expect(await read('')).toBe('The file is empty: it has not even a line with the names of its columns.')
    expect(await read('\uFEFF\n\n')).toBe('The file is empty: it has not even a line with the names of its columns.')
    expect(await read(new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 8]))).toBe(
      'This is a ZIP archive or an Excel workbook, not CSV.',
    )
    expect(await read(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]))).toBe(
      'This is not a text in utf-8: it holds bytes that no CSV file has.',
    )
    expect(await read('a,b', { encoding: 'klingon' })).toBe('There is no encoding "klingon".')
  })

  test('that breaks off while it is read fails', async () => {
    async function* broken() {
      yield new TextEncoder().encode(`id,name\n${'1,a\n'.repeat(50_000)}`)
      throw new Error('The disk is gone.')
    }
    const all = async () => {
      const opened = await openCsv(broken(), {})
      if ('problem' in opened) throw new Error(opened.problem.message)
      for await (const _ of opened.file.rows);
    }
    await expect(all()).rejects.toThrow('The disk is gone.')
  })
})

test('rejected rows are written as they stood, with a reason, in the encoding of the file', async () => {
  const header = { columns: ['id', 'name'], encoding: 'latin1', delimiter: ';' }
  const bytes = rejectedFile(header, [
    { line: 3, cells: ['1', 'Mü;ller "x"'], reason: 'row 3: It is so.' },
    { line: 4, cells: ['2'], reason: 'row 4: It has 1 values, the header has 2 columns.' },
    { line: 5, cells: ['3', 'x', 'y', ''], reason: 'row 5: It has 4 values, the header has 2 columns.' },
  ])
  expect(iconv.decode(bytes, 'latin1')).toBe(
    [
      'id;name;rejected_because',
      '1;"Mü;ller ""x""";row 3: It is so.',
      '2;;row 4: It has 1 values, the header has 2 columns.',
      '3;x;row 5: It has 4 values, the header has 2 columns.;y;',
      '',
    ].join('\n'),
  )
})

test.each([
  [['id', 'reason'], 'id,reason,rejected_because'],
  [['rejected_because', 'id'], 'rejected_because,id,rejected_because_2'],
  [['rejected_because', 'rejected_because_2'], 'rejected_because,rejected_because_2,rejected_because_3'],
])('the reason never takes the name of a column of %j', (columns, header) => {
  expect(rejectedFile({ columns, encoding: 'utf-8', delimiter: ',' }, []).toString()).toBe(`${header}\n`)
})
