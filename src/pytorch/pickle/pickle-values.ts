/** What a pickle may hold here. Containers are classes of ours, so that no text in a file becomes a property of an object. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickleObject;

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

export class PickleList {
  readonly items: PickleValue[] = [];
}

/** A dict or an OrderedDict; both keep the order of the file. */
export class PickleDict {
  readonly entries = new Map<string | number, PickleValue>();
}

/** A class or function that an allow-list names. Nothing of that name exists here: `call` is our own stand-in. */
export class PickleGlobal {
  constructor(
    /** "collections.OrderedDict" */
    readonly name: string,
    readonly call?: (parameters: readonly PickleValue[]) => PickleValue,
  ) {}
}

/** What calls and persistent ids give: tensors, storages. */
export abstract class PickleObject {
  abstract readonly kind: string;
}

/** Bytes of the file, which stay there until they are read. */
export class PickleBytes extends PickleObject {
  readonly kind = 'bytes';

  constructor(
    /** In the file. */
    readonly start: number,
    readonly byteLength: number,
  ) {
    super();
  }
}

/** "a tuple": for messages, never the content. */
export function kindOf(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return 'a truth value';
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number';
  if (typeof value === 'string') return 'a text';
  if (value instanceof PickleTuple) return 'a tuple';
  if (value instanceof PickleList) return 'a list';
  if (value instanceof PickleDict) return 'a dict';
  if (value instanceof PickleGlobal) return `the global ${value.name}`;
  return value.kind;
}
