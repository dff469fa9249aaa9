import { watch } from 'chokidar'

/** Watches a folder of rules. */
export interface RulesWatch {
  close(): Promise<void>
}

/**
 * Calls back when a rules file in a folder was changed, added or removed: once for all that is written within a moment, and
 * not before it is written whole. Resolves when it watches.
 */
export async function watchRules(
  folder: string,
  changed: () => void,
  { settled = 300 }: { settled?: number } = {},
): Promise<RulesWatch> {
  const watcher = watch(folder, {
    ignored: (path, stats) => stats?.isFile() === true && !/\.ya?ml$/i.test(path),
    ignoreInitial: true,
    atomic: true,
    awaitWriteFinish: { stabilityThreshold: settled, pollInterval: Math.min(100, settled) },
  })
  let timer: NodeJS.Timeout | undefined
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(changed, settled)
  })
  // A folder that cannot be watched any more leaves the rules as they are.
  watcher.on('error', () => undefined)
  await new Promise<void>((resolve) => watcher.once('ready', resolve))
  return {
    close: async () => {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}
