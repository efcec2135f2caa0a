// Protobuf, as far as what Streamlit sends to its server is read and added to.

/** The fields of a message that have a value: their numbers and bytes. */
export function* fields(bytes) {
  let at = 0;
  const number = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (!(byte & 128)) return value;
    }
  };
  while (at < bytes.length) {
    const key = number();
    const [field, kind] = [key >> 3, key & 7];
    const length = kind === 2 ? number() : kind === 1 ? 8 : 4;
    const from = at;
    if (kind === 0) number();
    else at += length;
    yield [field, bytes.subarray(from, at)];
  }
}

export const entry = (bytes, number) => [...fields(bytes)].find(([each]) => each === number)?.[1];

/** A whole number as it is written. */
const varint = (value) => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);

/** A field as it is written: a text, or fields of its own. */
export const written = (number, bytes) => [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];

/** A message with more fields; those of a message in it are merged with what it has already, of the same text the last one counts. */
export const added = (message, more) => Uint8Array.from([...message, ...more]);
