// Reads a small JSON body; more than the limit is refused while it arrives.
const MOST_BYTES = 10_000;

export class BodyError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function readJson(stream) {
  const chunks = [];
  let bytes = 0;

  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      throw new BodyError(413, `body over ${MOST_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  if (bytes === 0) {
    return undefined;
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new BodyError(400, 'body is not JSON');
  }
}
