/** Files that say what is known of each picture beside its class. */
export interface ConditionFiles {
  /**
   * Attributes that a picture has or has not: a CSV with the file's name in the first column and 0 or 1, or −1 or 1, in the column of
   * each attribute; or CelebA's `list_attr_celeba.txt` as it is.
   */
  readonly attributes?: string;
  /**
   * One box in each picture: a CSV of file,x,y,width,height in pixels of the picture as it is stored, from its top left corner. Of samples
   * that are asked for, in pixels of the samples.
   */
  readonly boxes?: string;
  /**
   * A row of numbers for each picture, such as the embedding of a text that describes it: float16, float32 or float64 [pictures, width] in
   * an .npy file, or in the array `embeddings` of an .npz file. Rows are in the order of the pictures' names.
   */
  readonly embeddings?: string;
}
