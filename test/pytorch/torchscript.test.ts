import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { openPth, readPth } from '../../src/pytorch/index.js';
import { ascii, bytes, dict, global, NONE, pickle, tensor, text } from './pickle-bytes.js';
import { entriesOf, zip } from './pth-bytes.js';

const ARCHIVE = 'fixtures/golden/networks-2026/clip-tiny/clip-rn-tiny.torchscript.pt';
const STATE_DICT = 'fixtures/golden/networks-2026/clip-tiny/clip-rn-tiny.pth';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torchscript-'));
});
afterAll(() => rm(folder, { recursive: true }));

const EMPTY_TUPLE = bytes(0x29);
const NEWOBJ = bytes(0x81);
const BUILD = bytes(0x62);

/** A module of a class of the archive with these attributes. */
const module = (attributes: Record<string, Buffer>, name = 'Net') =>
  Buffer.concat([global('__torch__.net', name), EMPTY_TUPLE, NEWOBJ, dict(attributes), BUILD]);

/** An archive of this object and this code. */
async function put(value: Buffer, code = 'import os\nos.system("touch ran")\n'): Promise<string> {
  const path = join(folder, 'net.pt');
  const more = [
    { name: 'net/constants.pkl', data: ascii('not even a pickle') },
    { name: 'net/code/__torch__/net.py', data: ascii(code), method: 8 },
  ];
  await writeFile(path, zip([...entriesOf(pickle(value)), ...more]));
  return path;
}

describe('a TorchScript archive', () => {
  it('holds what the state_dict of its module does, with float16 as it is', async () => {
    const [archive, expected] = [await readPth(ARCHIVE), await readPth(STATE_DICT)];
    expect([...archive.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [name, { shape, data }] of expected) {
      expect(archive.get(name)?.shape).toEqual(shape);
      expect([...(archive.get(name)?.data ?? [])]).toEqual([...data]);
    }
    const opened = await openPth(ARCHIVE);
    const types = new Set([...opened.tensors.values()].map(({ dtype }) => dtype));
    await opened.close();
    expect([...types].sort()).toEqual(['float16', 'float32', 'int64']);
  });

  it('gives the tensors of its modules by the attributes that lead to them; code and other attributes are passed over', async () => {
    const inner = module({ weight: tensor(), training: bytes(0x89), hook: NONE, name: text('x') }, 'Inner');
    const tensors = await readPth(await put(module({ layer: inner, training: bytes(0x88) })));
    expect([...tensors.keys()]).toEqual(['layer.weight']);
  });

  it.each<[what: string, value: Buffer, message: RegExp]>([
    ['no module', dict({ weight: tensor() }), /holds a dict in place of a module/],
    ['a module without tensors', module({ training: NONE }), /holds no tensor/],
    [
      'another class',
      Buffer.concat([global('os', 'system'), EMPTY_TUPLE, NEWOBJ, dict({}), BUILD]),
      /asks for the global "os\.system"/,
    ],
    [
      'a class made of parameters',
      Buffer.concat([global('__torch__.net', 'Net'), text('x'), bytes(0x85), NEWOBJ, dict({}), BUILD]),
      /has a module that is made of parameters/,
    ],
    [
      'a state that is no attributes',
      Buffer.concat([global('__torch__.net', 'Net'), EMPTY_TUPLE, NEWOBJ, text('x'), BUILD]),
      /has a module whose state is a text/,
    ],
    [
      'a module within itself',
      // Memo 9 is the module, whose attribute it is.
      Buffer.concat([
        global('__torch__.net', 'Net'),
        EMPTY_TUPLE,
        NEWOBJ,
        bytes(0x71, 9),
        dict({ self: bytes(0x68, 9) }),
        BUILD,
      ]),
      /has the module "self\." in two places/,
    ],
    [
      'attributes that are set twice',
      Buffer.concat([module({ weight: tensor() }), dict({ weight: tensor() }), BUILD]),
      /sets the attributes of a module twice/,
    ],
  ])('with %s is refused in one sentence', async (_, value, message) => {
    const path = await put(value);
    await expect(openPth(path)).rejects.toThrow(NetworkError);
    await expect(openPth(path)).rejects.toThrow(message);
  });

  it('leaves objects to archives: a state_dict with one is refused', async () => {
    const path = join(folder, 'net.pth');
    await writeFile(path, zip(entriesOf(pickle(module({ weight: tensor() })))));
    await expect(openPth(path)).rejects.toThrow(/asks for the global "__torch__\.net\.Net"/);
  });
});
