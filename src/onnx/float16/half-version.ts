/** Of the rules of the conversion to float16: raised whenever a graph made by them could give other numbers. */
export const HALF_VERSION = 1;
