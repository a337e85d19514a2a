import type { Options } from 'yargs';
import { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import { type ScoreOptions, scoreOptionsSchema } from '../../evaluate/options.js';
import { perhapsOfMany } from './suggest.js';

export type OptionKey = keyof typeof scoreOptionsSchema.shape;

/** What the command line, the environment and help texts need to know of an option; all of it comes from the schema. */
export interface OptionSpec<Key extends string = OptionKey> {
  readonly key: Key;
  /** kebab-case, without the dashes */
  readonly flag: string;
  /** GANEVAL_… */
  readonly variable: string;
  readonly description: string;
  readonly kind: 'text' | 'number' | 'boolean';
  readonly list: boolean;
  /** Whether it may be given several times. */
  readonly repeatable: boolean;
  /** Whether it takes other values than the choices too. */
  readonly open: boolean;
  readonly choices?: readonly string[];
  /** As help shows it: a value, or words where it depends on the input. */
  readonly defaultText?: string;
  readonly schema: z.ZodType;
}

const SPECS = specsOf(scoreOptionsSchema.shape);

export function optionSpecs(keys?: readonly OptionKey[]): readonly OptionSpec[] {
  return keys ? SPECS.filter(({ key }) => keys.includes(key)) : SPECS;
}

/** The specs of all options of a schema's shape. */
export function specsOf<Key extends string>(
  shape: Readonly<Record<Key, z.ZodType>>,
): readonly OptionSpec<Key>[] {
  return Object.entries<z.ZodType>(shape).map(([key, schema]) => makeSpec(key as Key, schema));
}

function makeSpec<Key extends string>(key: Key, schema: z.ZodType): OptionSpec<Key> {
  const { inner, defaultText: fixed } = unwrap(schema);
  const [description, depends] = splitDefault(schema.description ?? '');
  const list = inner instanceof z.ZodArray;
  const item = list ? inner.element : inner;
  const repeatable =
    inner instanceof z.ZodUnion && inner.options.some((option) => option instanceof z.ZodArray);
  const flag = namedFlag(schema) ?? flagOf(key);
  const kind = item instanceof z.ZodBoolean ? 'boolean' : item instanceof z.ZodNumber ? 'number' : 'text';
  const choices = listChoices(item);
  const variable = `GANEVAL_${flag.replaceAll('-', '_').toUpperCase()}`;
  return {
    key,
    flag,
    variable,
    description,
    kind,
    list,
    repeatable,
    open: choices !== undefined && listAlternatives(item) !== undefined,
    choices,
    defaultText: fixed ?? depends,
    schema,
  };
}

/** What an option takes; `meta` has it where it is not known before all metrics are registered. */
function listChoices(item: z.core.$ZodType): readonly string[] | undefined {
  if (item instanceof z.ZodEnum) return item.options.map(String);
  const listed =
    listAlternatives(item)?.[0]?.enum ?? (item instanceof z.ZodType ? item.meta()?.enum : undefined);
  return Array.isArray(listed) ? listed.map(String) : undefined;
}

/** Schemas of which a value fits one, where `meta` has them: the first lists words. */
function listAlternatives(item: z.core.$ZodType): readonly { readonly enum?: unknown }[] | undefined {
  const all = item instanceof z.ZodType ? item.meta()?.anyOf : undefined;
  return Array.isArray(all) ? all : undefined;
}

/** The flag of an option, without the dashes: "batch-size" of "batchSize". */
export function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The flag of an option that the command line calls otherwise than a program does. */
function namedFlag(schema: z.ZodType): string | undefined {
  const flag = schema.meta()?.flag;
  return typeof flag === 'string' ? flag : undefined;
}

/** A description may end with "[default: words]" where the default is no constant. */
function splitDefault(description: string): [description: string, defaultText: string | undefined] {
  const [, before, words] = /^(.*) \[default: (.*)\]$/s.exec(description) ?? [];
  return [before ?? description, words];
}

function unwrap(schema: z.ZodType): { inner: z.ZodType; defaultText?: string } {
  if (schema instanceof z.ZodDefault) {
    return { inner: schema.def.innerType as z.ZodType, defaultText: String(schema.def.defaultValue) };
  }
  return { inner: schema instanceof z.ZodOptional ? (schema.def.innerType as z.ZodType) : schema };
}

/** An option as yargs takes it, and what `prepareOptions` reads beside that. */
export interface PreparedOption extends Options {
  /** Whether it may be given several times. */
  readonly repeatable?: boolean;
  /** Words that a shell completes, where other values are possible too or several stand between commas. */
  readonly candidates?: readonly string[];
}

/** The option as yargs takes it. Defaults are only shown: the library fills them in, after file and environment. */
export function toYargs(spec: OptionSpec<string>, group: string): PreparedOption {
  const shared = {
    group,
    defaultDescription: spec.defaultText,
    ...(spec.repeatable && { repeatable: true }),
  };
  if (spec.kind === 'boolean') {
    const off = spec.defaultText !== 'false' ? ` (--no-${spec.flag}: don't)` : '';
    return { ...shared, type: 'boolean', description: `${spec.description}${off}` };
  }
  const many = spec.list ? ', separated by commas' : '';
  return {
    ...shared,
    description: `${spec.description}${many}${spec.open ? `. One of ${spec.choices?.join(', ')}, or METRIC@NETWORK` : ''}`,
    // yargs would refuse all others.
    choices: spec.open ? undefined : spec.choices,
    ...((spec.open || spec.list) && spec.choices && { candidates: spec.choices }),
    requiresArg: true,
    coerce: (text: unknown) => (text === undefined ? undefined : readText(spec, text, `--${spec.flag}`)),
  };
}

/**
 * Reads an option's value from a text of the command line or the environment.
 *
 * @param where the name by which the person gave it: --batch-size, GANEVAL_BATCH_SIZE
 */
export function readText(spec: OptionSpec<string>, text: unknown, where: string): unknown {
  if (spec.repeatable && Array.isArray(text)) return checkOption(spec, text, where);
  if (typeof text !== 'string') throw new UsageError(`${where} needs a value.`);
  const value = spec.list ? text.split(',').map((part) => readItem(spec, part.trim())) : readItem(spec, text);
  return checkOption(spec, value, where);
}

function readItem({ kind }: OptionSpec<string>, text: string): unknown {
  if (kind === 'boolean')
    return { true: true, false: false, '1': true, '0': false }[text.toLowerCase()] ?? text;
  if (kind === 'number') return /^[-+]?[0-9.]+(e[-+]?[0-9]+)?$/i.test(text) ? Number(text) : text;
  return text;
}

/**
 * The value as the schema writes it: a metric's name in lower case.
 *
 * @throws {UsageError} saying what the option takes, if this value does not fit it
 */
export function checkOption(spec: OptionSpec<string>, value: unknown, where: string): unknown {
  const parsed = spec.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const wrong = issue.path.reduce<unknown>(
    (part, step) => (part as Record<PropertyKey, unknown>)[step],
    value,
  );
  const near = typeof wrong === 'string' ? perhapsOfMany(wrong, spec.choices ?? []) : '';
  throw new UsageError(
    `${where} cannot be ${JSON.stringify(wrong)}${near}: it takes ${describeAllowed(spec, issue)}.`,
  );
}

function describeAllowed(
  { kind, list, open, choices, schema }: OptionSpec<string>,
  issue: z.core.$ZodIssue,
): string {
  if (list && issue.path.length === 0) return 'a list that is not empty';
  if (choices) return `${choices.join(', ')}${open ? ', or METRIC@NETWORK' : ''}`;
  const takes = schema instanceof z.ZodOptional ? takesOf(schema.unwrap()) : takesOf(schema);
  if (takes !== undefined) return takes;
  if (issue.code === 'too_small')
    return `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
  if (issue.code === 'too_big')
    return `a number ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`;
  if (kind === 'boolean') return 'true or false';
  return kind === 'number'
    ? issue.code === 'invalid_type' && issue.expected === 'int'
      ? 'a whole number'
      : 'a number'
    : 'a text';
}

/** What an option takes, where its schema says it in words. */
function takesOf(schema: unknown): string | undefined {
  const takes = schema instanceof z.ZodType ? schema.meta()?.takes : undefined;
  return typeof takes === 'string' ? takes : undefined;
}

/** Merges the values of several sources; the first source that has an option wins. */
export function mergeSources(sources: readonly Readonly<Record<string, unknown>>[]): ScoreOptions {
  const merged: Record<string, unknown> = {};
  for (const source of sources) {
    for (const [key, value] of Object.entries(source)) if (value !== undefined) merged[key] ??= value;
  }
  return merged as ScoreOptions;
}
