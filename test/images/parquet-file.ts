/** A field of a Thrift structure: whole numbers, bytes, lists and structures, as Parquet's metadata have them. */
export type ThriftValue = number | bigint | string | Uint8Array | boolean | ThriftValue[] | Fields;
/** Fields by their numbers. */
export type Fields = { readonly [id: number]: ThriftValue | undefined };

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

const zigzag = (value: bigint) => varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));

function typeOf(value: ThriftValue): number {
  if (typeof value === 'boolean') return value ? 1 : 2;
  if (typeof value === 'number') return 5;
  if (typeof value === 'bigint') return 6;
  if (typeof value === 'string' || value instanceof Uint8Array) return 8;
  return Array.isArray(value) ? 9 : 12;
}

function encodeValue(value: ThriftValue): Buffer {
  if (typeof value === 'boolean') return Buffer.alloc(0);
  if (typeof value === 'number' || typeof value === 'bigint') return zigzag(BigInt(value));
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const bytes = Buffer.from(value as Uint8Array);
    return Buffer.concat([varint(BigInt(bytes.length)), bytes]);
  }
  if (!Array.isArray(value)) return encodeThrift(value);
  const type = value.length > 0 ? typeOf(value[0]) : 12;
  const head = value.length < 15 ? Buffer.of((value.length << 4) | type) : Buffer.of(0xf0 | type);
  const length = value.length < 15 ? Buffer.alloc(0) : varint(BigInt(value.length));
  return Buffer.concat([head, length, ...value.map(encodeValue)]);
}

/** A structure in Thrift's compact protocol. */
export function encodeThrift(fields: Fields): Buffer {
  const parts: Buffer[] = [];
  let last = 0;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const id = Number(key);
    parts.push(Buffer.of(((id - last) << 4) | typeOf(value)), encodeValue(value));
    last = id;
  }
  return Buffer.concat([...parts, Buffer.of(0)]);
}

/** A page of a column of bytes, and what its header says of it; what is left out is true. */
export interface TestPage {
  readonly data: Uint8Array;
  readonly values: number;
  readonly unpackedBytes?: number;
  readonly packedBytes?: number;
  readonly encoding?: number;
  /** 0 data, 2 dictionary. */
  readonly type?: number;
}

/** What a file says of itself; what is left out is true. */
export interface TestParquet {
  readonly pages: readonly TestPage[];
  readonly rows?: number;
  readonly codec?: number;
  /** Whether rows may be missing, so that pages begin with levels. */
  readonly isOptional?: boolean;
  readonly unpackedBytes?: number;
  readonly packedBytes?: number;
  readonly offset?: number;
  /** In place of the schema of one column `image` of bytes. */
  readonly schema?: readonly Fields[];
  readonly footer?: (fields: Fields) => Fields;
}

/** A Parquet file of one column `image` of bytes in one row group. */
export function parquetFile({ pages, ...facts }: TestParquet): Buffer {
  const parts: Buffer[] = [Buffer.from('PAR1')];
  for (const { data, values, type = 0, encoding = 0, ...page } of pages) {
    const { unpackedBytes = data.length, packedBytes = data.length } = page;
    const head = { 1: values, 2: encoding, 3: 3, 4: 3 };
    const fields = type === 0 ? { 5: head } : { 7: { 1: values, 2: encoding } };
    parts.push(encodeThrift({ 1: type, 2: unpackedBytes, 3: packedBytes, ...fields }), Buffer.from(data));
  }
  const bytes = parts.reduce((sum, part) => sum + part.length, 0) - 4;
  const {
    rows = pages.reduce((sum, { values, type = 0 }) => sum + (type === 0 ? values : 0), 0),
    codec = 0,
  } = facts;
  const { unpackedBytes = bytes, packedBytes = bytes, offset = 4, isOptional = false } = facts;
  const column = {
    1: 6,
    2: [0],
    3: ['image'],
    4: codec,
    5: BigInt(rows),
    6: BigInt(unpackedBytes),
    7: BigInt(packedBytes),
    9: BigInt(offset),
  };
  const schema = facts.schema ?? [
    { 4: 'schema', 5: 1 },
    { 1: 6, 3: isOptional ? 1 : 0, 4: 'image' },
  ];
  const fields: Fields = {
    1: 2,
    2: [...schema],
    3: BigInt(rows),
    4: [{ 1: [{ 2: 4n, 3: column }], 2: BigInt(bytes), 3: BigInt(rows) }],
  };
  const footer = encodeThrift(facts.footer?.(fields) ?? fields);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(footer.length);
  tail.write('PAR1', 4, 'latin1');
  return Buffer.concat([...parts, footer, tail]);
}

/** Values as a page has them: each with its length before it. */
export function plainValues(...values: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(value.length);
      return [length, Buffer.from(value)];
    }),
  );
}
