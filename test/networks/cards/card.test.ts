import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import { inputUnderProfile, parseCard } from '../../../src/networks/cards/card.js';

const embedded = JSON.parse(
  readFileSync(new URL('../../../models/inception-cifar10.json', import.meta.url), 'utf8'),
);

function parse(change: (card: typeof embedded) => void) {
  const card = structuredClone(embedded);
  change(card);
  return () => parseCard(JSON.stringify(card), 'nets/x.json');
}

describe('parseCard', () => {
  it('reads the card of the embedded network as it is', () => {
    expect(parseCard(JSON.stringify(embedded), 'x.json')).toEqual(embedded);
  });

  it('asks for no more than how to feed and read the network', () => {
    const { name, input, outputs } = embedded;
    expect(parseCard(JSON.stringify({ name, input, outputs }), 'x.json')).toEqual({ name, input, outputs });
    const { logits } = outputs;
    expect(parseCard(JSON.stringify({ name, input, outputs: { logits } }), 'x').outputs).toEqual({ logits });
  });

  it('takes a scale and an offset for each channel', () => {
    const normalize = { scale: [1, 2, 3], offset: [0, 0, -1] };
    const card = parse((card) => Object.assign(card.input, { normalize }))();
    expect(card.input.normalize).toEqual(normalize);
  });

  it.each<[field: string, profile: object]>([
    ['input.profiles.cmmd.resizeTo', { cmmd: { resize: 'bilinear', resizeTo: 8 } }],
    ['input.profiles.dgm-eval.resize', { 'dgm-eval': { resize: 'sharp' } }],
    ['input.profiles.dgm-eval', { 'dgm-eval': { layout: 'NHWC' } }],
    ['input.profiles', { mine: {} }],
  ])('names %s where a profile is wrong', (field, profiles) => {
    expect(parse((card) => Object.assign(card.input, { profiles }))).toThrow(`card: ${field}: `);
  });

  it('gives the input under a profile: what it leaves out stays, but another resize has its own cut', () => {
    const profiles = { cmmd: { resize: 'bilinear', size: 16 }, fdr: { normalize: { scale: 2, offset: 0 } } };
    const { input } = parse((card) => Object.assign(card.input, { profiles, resizeTo: 40 }))();
    const { profiles: _, ...own } = input;
    const { resizeTo: __, ...uncut } = own;
    expect(inputUnderProfile(input, 'cmmd')).toEqual({ ...uncut, resize: 'bilinear', size: 16 });
    expect(inputUnderProfile(input, 'fdr')).toEqual({ ...own, normalize: { scale: 2, offset: 0 } });
    expect(inputUnderProfile(input, 'openai')).toEqual(own);
  });

  it.each<[field: string, change: (card: typeof embedded) => void]>([
    ['name', (card) => delete card.name],
    ['sha256', (card) => Object.assign(card, { sha256: 'abc' })],
    ['input.layout', (card) => Object.assign(card.input, { layout: 'CHWN' })],
    ['input.size', (card) => Object.assign(card.input, { size: 31.5 })],
    ['input.resize', (card) => Object.assign(card.input, { resize: 'lanczos' })],
    ['input.normalize', (card) => Object.assign(card.input, { normalize: '[-1,1]' })],
    ['input.normalize.scale', (card) => Object.assign(card.input.normalize, { scale: [1, 2] })],
    ['outputs', (card) => Object.assign(card, { outputs: {} })],
    ['outputs.features.width', (card) => Object.assign(card.outputs.features, { width: 0 })],
    ['classes', (card) => card.classes.pop()],
    ['the whole', (card) => Object.assign(card, { clases: [] })],
  ])('names the file and the field where %s is wrong', (field, change) => {
    expect(parse(change)).toThrow(NetworkError);
    expect(parse(change)).toThrow(`nets/x.json is not a network's card: ${field}: `);
  });

  it('names a file that is not JSON', () => {
    expect(() => parseCard('{', 'nets/x.json')).toThrow(/^nets\/x\.json is not JSON \(.*\): correct it\.$/);
  });
});
