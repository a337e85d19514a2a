/** Kinds of picture files that are known by their first bytes (in hexadecimal) and not read here. */
const KINDS: readonly (readonly [name: string, mark: RegExp])[] = [
  ['JPEG XL', /^(ff0a|0000000c4a584c20)/],
  ['JPEG 2000', /^(0000000c6a502020|ff4fff51)/],
  ['HEIC', /^.{8}66747970686[5-9]/],
  ['JPEG XR', /^4949bc/],
  ['OpenEXR', /^762f3101/],
  ['DDS', /^44445320/],
  ['Photoshop', /^38425053/],
  ['PCX', /^0a0[0-5]010[1-8]/],
  ['ICO', /^00000100/],
  ['QOI', /^716f6966/],
  ['PFM', /^50(46|66)(0a|0d|20)/],
  ['Radiance HDR', /^233f52/],
  ['FITS', /^53494d504c4520203d/],
];
const MARK_BYTES = 16;
const DICOM_OFFSET = 128;

/** The name of the kind of a picture that is not read; undefined if its bytes show none. */
export function nameUnreadKind(bytes: Buffer): string | undefined {
  if (bytes.toString('latin1', DICOM_OFFSET, DICOM_OFFSET + 4) === 'DICM') return 'DICOM';
  const start = bytes.toString('hex', 0, MARK_BYTES);
  return KINDS.find(([, mark]) => mark.test(start))?.[0];
}
