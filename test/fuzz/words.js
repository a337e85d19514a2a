/** Magic numbers, names and numbers that the formats spell out, apart by a space. */
const ZIP = 'PK\x03\x04 PK\x01\x02 PK\x05\x06 PK\x06\x06 PK\x06\x07 ../ \0 a.png dataset.json';
const NPY = "\x93NUMPY 'descr': 'fortran_order': 'shape': True False '<f4' '|u1' '>i8' '|O' ( ) ,";
const JSON_WORDS = '{ } [ ] " : , null true 1e999 "__proto__" \\u0000 -1 {"a": [[[[';
const TEXTS = {
  zip: ZIP,
  tar: 'ustar 0000644 PaxHeader path=../x\n size=-1\n L x',
  npy: NPY,
  npz: `${ZIP} ${NPY}`,
  features: NPY,
  statistics: `${NPY} mu.npy sigma.npy`,
  safetensors: `${JSON_WORDS} "F32" "dtype" "data_offsets" __metadata__`,
  pickle: 'c R . ( t } u q\0 h\0 \x80\x04 \x95 cnumpy\ndtype\n cos\nsystem\n \x8a\xff B\xff\xff\xff\x7f',
  pth: `${ZIP} ctorch._utils\n_rebuild_tensor_v2\n ctorch\nFloatStorage\n \x80\x02 K\xff J\xff\xff\xff\x7f \x85 \x86`,
  onnx: 'location offset length ../ \x08 \x12 \x1a \xff\xff\xff\xff\x0f \x70\x01',
  tables: `path label , "" \n \r\n a.png b.png ../ \t ; \xef\xbb\xbf =1 {"path":"a.png","label":1}\n ${JSON_WORDS}`,
  documents: `${JSON_WORDS} "schema" "rules" "ganeval/result@1" "metrics" "kind" "significant" "tolerance"`,
  parquet: 'PAR1 \x15\0 \x19\x1c \x15\xff\xff\xff\xff\x0f bytes image label list',
  arrow: 'ARROW1\0\0 \xff\xff\xff\xff \0\0\0\0 image bytes',
  tiff: 'II*\0 MM\0* \0\x01\x03\0 \x01\x01\x04\0 \x11\x01 \x17\x01 \x03\x01\x05\0 \x3d\x01\x02\0',
  bmp: 'BM \x28\0\0\0 \x01\0\x08\0 \0\0 \0\x01 \0\x02',
  netpbm: 'P1\n P2\n P3\n P4\n P5\n P6\n P7\n # \n 65535 0 WIDTH HEIGHT DEPTH MAXVAL TUPLTYPE ENDHDR',
  png: 'IHDR PLTE tRNS IDAT IEND eXIf \x89PNG',
  jpeg: '\xff\xd8 \xff\xc0 \xff\xc4 \xff\xda \xff\xd9 \xff\xee\0\x0eAdobe \xff\xe1 Exif\0\0',
};

/** What may be put into an input of a target. */
export function wordsOf(target) {
  return (TEXTS[target] ?? '').split(' ').map((word) => Buffer.from(word, 'latin1'));
}
