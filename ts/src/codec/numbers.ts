/** How the bytes of a payload are to be read: the codec's number in a frame. They may be stored, so they stay as they are. */

/** `undefined`: there are no bytes. */
export const CODEC_NONE = 0
/** Bytes that were a Buffer. */
export const CODEC_BUFFER = 1
/** A text whose characters all have one byte. */
export const CODEC_TEXT = 2
/** Any other text, in UTF-16, little endian. */
export const CODEC_TEXT_UTF16 = 3
/** The codec `msgpack`. */
export const CODEC_MSGPACK = 4
/** The codec `json`, as the first kind of text. */
export const CODEC_JSON = 5
/** The codec `json`, as the second kind of text. */
export const CODEC_JSON_UTF16 = 6
/** The codec `structured-clone`. */
export const CODEC_STRUCTURED_CLONE = 7
/** Bytes that were no Buffer: this and the number of what they were, see `views.ts`. */
export const CODEC_VIEWS = 8
/** A codec of the user's own: a byte that says how long its name is, its name, then its bytes. */
export const CODEC_OWN = 32
