/** The cache of glibc's dynamic loader, as ldconfig writes it: names and paths. */
export function cacheBytes(
  entries: readonly (readonly [name: string, path: string])[],
  { isOld = false, flags = 0x0303 } = {},
): Buffer {
  const header = Buffer.alloc(48);
  header.write('glibc-ld.so.cache1.1', 'latin1');
  header.writeUInt32LE(entries.length, 20);
  const start = 48 + entries.length * 24;
  const strings: Buffer[] = [];
  let at = start;
  const place = (text: string) => {
    const bytes = Buffer.from(`${text}\0`);
    strings.push(bytes);
    at += bytes.length;
    return at - bytes.length;
  };
  const records = entries.map(([name, path]) => {
    const record = Buffer.alloc(24);
    record.writeUInt32LE(flags, 0);
    record.writeUInt32LE(place(name), 4);
    record.writeUInt32LE(place(path), 8);
    return record;
  });
  header.writeUInt32LE(at - start, 24);
  const cache = Buffer.concat([header, ...records, ...strings]);
  if (!isOld) return cache;
  const old = Buffer.alloc(32);
  old.write('ld.so-1.7.0', 'latin1');
  old.writeUInt32LE(1, 12);
  return Buffer.concat([old, cache]);
}
