import { describe, expect, it, vi } from 'vitest';
import { inspectOnce } from '../../src/images/inspect-once.js';
import { imagesInMemory } from '../../src/images/memory.js';

const make = () =>
  imagesInMemory({
    name: 'two',
    pictures: [0, 1].map((id) => ({
      id: String(id),
      width: 1,
      height: 1,
      pixels: new Uint8Array(3).fill(id),
    })),
  });

describe('a source that is inspected once', () => {
  it('reads its pictures once and gives the same as before', async () => {
    const source = make();
    const inspect = vi.spyOn(source, 'inspect');
    const once = inspectOnce(source);
    const [first, second] = [await once.inspect(), await once.inspect()];
    expect(inspect).toHaveBeenCalledTimes(1);
    expect([...second]).toEqual([...(await make().inspect())]);
    expect(second).toBe(first);
    expect((await once.picture(1)).pixels).toEqual(new Uint8Array([1, 1, 1]));
  });

  it('keeps what is said of the set', () => {
    const { entries, name, kind, warnings, decoding } = make();
    const source = { ...make(), entries, name, kind, warnings, decoding, split: 'test', drawnFrom: 9 };
    expect(inspectOnce(source)).toMatchObject({ name: 'two', split: 'test', drawnFrom: 9 });
  });

  it('tries again after an aborted reading', async () => {
    const once = inspectOnce(make());
    await expect(once.inspect({ signal: AbortSignal.abort() })).rejects.toThrow();
    expect((await once.inspect()).length).toBe(2);
  });
});
