import { z } from 'zod';

const labels = z.object({ id2label: z.record(z.string().regex(/^\d{1,6}$/), z.string().min(1)) });

/** Names that transformers makes up where a model has none. */
const PLACEHOLDER = /^LABEL_\d+$/;

/** The class names of a `config.json`, if it has any. */
export function readClassNames(config: unknown): string[] | undefined {
  const parsed = labels.safeParse(config);
  if (!parsed.success) return undefined;
  const names = parsed.data.id2label;
  const count = Object.keys(names).length;
  const classes = Array.from({ length: count }, (_, i) => names[String(i)]);
  return classes.every((name) => name !== undefined && !PLACEHOLDER.test(name)) ? classes : undefined;
}
