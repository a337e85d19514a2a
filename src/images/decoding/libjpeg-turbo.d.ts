/** The parts that are used of the package's WebAssembly build, which comes without types. */
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  interface FrameInfo {
    readonly width: number;
    readonly height: number;
    /** 1 for gray, 3 for RGB. */
    readonly componentCount: number;
  }

  class JPEGDecoder {
    /** A view into the decoder's memory for `bytes` bytes of a file. */
    getEncodedBuffer(bytes: number): Uint8Array;
    /**
     * Decodes the bytes in the encoded buffer.
     *
     * @throws a number, not an Error, whenever libjpeg reports an error or a warning
     */
    decode(): void;
    getFrameInfo(): FrameInfo;
    /** A view into the decoder's memory, valid until the next call. */
    getDecodedBuffer(): Uint8Array;
  }

  export default function createCodec(): Promise<{ readonly JPEGDecoder: typeof JPEGDecoder }>;
}
