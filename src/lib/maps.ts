/** Is it a map of JSON or YAML: neither a list nor a single value? */
export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
