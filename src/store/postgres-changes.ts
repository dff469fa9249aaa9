import pg from 'pg'

/** Hears when other processes have written. */
export interface Changes {
  /** A number that grew if one has since it was asked last; it grows too when the connection was lost meanwhile. */
  heard(): Promise<number>
  close(): Promise<void>
}

/** Listens on a connection of its own, opened with the first question. What this process itself wrote does not count. */
export function listenTo(url: string, me: string): Changes {
  let count = 0
  let listening: Promise<pg.Client> | null = null
  const forget = () => {
    listening = null
    count += 1
  }
  const listen = async () => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 20_000 })
    client.on('error', forget)
    client.on('notification', ({ payload }) => {
      if (payload !== me) count += 1
    })
    await client.connect()
    await client.query('listen linewalker_changes')
    return client
  }
  return {
    heard: async () => {
      listening ??= listen()
      try {
        await (await listening).query('select 1')
      } catch (error) {
        forget()
        throw error
      }
      return count
    },
    close: async () => {
      const client = await listening?.catch(() => null)
      listening = null
      await client?.end()
    },
  }
}
