import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

// The few fields of TensorBoard's event.proto, summary.proto, tensor.proto and custom_scalar/layout.proto that a watch writes.
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sourceMetadata: 10 } as const;
const SOURCE_METADATA = { writer: 1 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2, image: 4, tensor: 8, metadata: 9 } as const;
const IMAGE = { height: 1, width: 2, colorspace: 3, encoded: 4 } as const;
const METADATA = { pluginData: 1 } as const;
const PLUGIN_DATA = { name: 1 } as const;
const TENSOR = { dtype: 1, stringVal: 8 } as const;
const LAYOUT = { category: 2 } as const;
const CATEGORY = { title: 1, chart: 2 } as const;
const CHART = { title: 1, margin: 3 } as const;
const MARGIN = { series: 1 } as const;
const SERIES = { value: 1, lower: 2, upper: 3 } as const;

const FILE_VERSION = 'brain.Event:2';
const DT_STRING = 7;
const RGB = 3;

/** When an event is, on both axes. */
export interface EventPlace {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
}

/** A chart of a value between its bounds, by the tags of the three. */
export interface MarginChart {
  readonly title: string;
  readonly value: string;
  readonly lower: string;
  readonly upper: string;
}

/** The first event of every file. */
export function encodeFileVersion(wallTime: number): Uint8Array {
  return new BinaryWriter()
    .tag(EVENT.wallTime, WireType.Bit64)
    .double(wallTime)
    .tag(EVENT.fileVersion, WireType.LengthDelimited)
    .string(FILE_VERSION)
    .tag(EVENT.sourceMetadata, WireType.LengthDelimited)
    .fork()
    .tag(SOURCE_METADATA.writer, WireType.LengthDelimited)
    .string('ganeval')
    .join()
    .finish();
}

/** An event with all the values of one step. */
export function encodeEvent({ wallTime, step }: EventPlace, values: readonly Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter()
    .tag(EVENT.wallTime, WireType.Bit64)
    .double(wallTime)
    .tag(EVENT.step, WireType.Varint)
    .int64(step)
    .tag(EVENT.summary, WireType.LengthDelimited)
    .fork();
  for (const value of values) writer.tag(SUMMARY.value, WireType.LengthDelimited).bytes(value);
  return writer.join().finish();
}

/** A number, as float32, which is what TensorBoard draws. */
export function encodeScalar(tag: string, value: number): Uint8Array {
  return tagged(tag).tag(VALUE.simpleValue, WireType.Bit32).float(Math.fround(value)).finish();
}

/** A text in Markdown. */
export function encodeText(tag: string, text: string): Uint8Array {
  return encodeStringTensor(tag, 'text', Buffer.from(text));
}

/** @param encoded a PNG or JPEG file of RGB pixels */
export function encodeImage(
  tag: string,
  {
    width,
    height,
    encoded,
  }: { readonly width: number; readonly height: number; readonly encoded: Uint8Array },
): Uint8Array {
  return tagged(tag)
    .tag(VALUE.image, WireType.LengthDelimited)
    .fork()
    .tag(IMAGE.height, WireType.Varint)
    .int32(height)
    .tag(IMAGE.width, WireType.Varint)
    .int32(width)
    .tag(IMAGE.colorspace, WireType.Varint)
    .int32(RGB)
    .tag(IMAGE.encoded, WireType.LengthDelimited)
    .bytes(encoded)
    .join()
    .finish();
}

/** The charts of the page "Custom scalars", which draws a value between its bounds. */
export function encodeLayout(title: string, charts: readonly MarginChart[]): Uint8Array {
  const writer = new BinaryWriter()
    .tag(LAYOUT.category, WireType.LengthDelimited)
    .fork()
    .tag(CATEGORY.title, WireType.LengthDelimited)
    .string(title);
  for (const { title: name, value, lower, upper } of charts) {
    writer
      .tag(CATEGORY.chart, WireType.LengthDelimited)
      .fork()
      .tag(CHART.title, WireType.LengthDelimited)
      .string(name)
      .tag(CHART.margin, WireType.LengthDelimited)
      .fork()
      .tag(MARGIN.series, WireType.LengthDelimited)
      .fork()
      .tag(SERIES.value, WireType.LengthDelimited)
      .string(value)
      .tag(SERIES.lower, WireType.LengthDelimited)
      .string(lower)
      .tag(SERIES.upper, WireType.LengthDelimited)
      .string(upper)
      .join()
      .join()
      .join();
  }
  return encodeStringTensor('custom_scalars__config__', 'custom_scalars', writer.join().finish());
}

/**
 * Reads when an event is.
 *
 * @param bytes its beginning, where the two fields are
 * @returns undefined for what is no event of ours
 */
export function readPlace(bytes: Uint8Array): EventPlace | undefined {
  try {
    const reader = new BinaryReader(bytes);
    const [first] = reader.tag();
    const wallTime = reader.double();
    if (first !== EVENT.wallTime) return undefined;
    const [second] = reader.tag();
    return { wallTime, step: second === EVENT.step ? Number(reader.int64()) : 0 };
  } catch {
    return undefined;
  }
}

function tagged(tag: string): BinaryWriter {
  return new BinaryWriter().tag(VALUE.tag, WireType.LengthDelimited).string(tag);
}

function encodeStringTensor(tag: string, plugin: string, content: Uint8Array): Uint8Array {
  return tagged(tag)
    .tag(VALUE.tensor, WireType.LengthDelimited)
    .fork()
    .tag(TENSOR.dtype, WireType.Varint)
    .int32(DT_STRING)
    .tag(TENSOR.stringVal, WireType.LengthDelimited)
    .bytes(content)
    .join()
    .tag(VALUE.metadata, WireType.LengthDelimited)
    .fork()
    .tag(METADATA.pluginData, WireType.LengthDelimited)
    .fork()
    .tag(PLUGIN_DATA.name, WireType.LengthDelimited)
    .string(plugin)
    .join()
    .join()
    .finish();
}
