/** Keeps the last `limitBytes` of what is appended, for error reports. */
export class TextRing {
  readonly #limitBytes: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  append(chunk: Uint8Array): void {
    const tail = chunk.subarray(Math.max(0, chunk.length - this.#limitBytes));
    this.#chunks.push(tail);
    this.#bytes += tail.length;
    if (this.#bytes > 2 * this.#limitBytes) this.#trim();
  }

  toString(): string {
    this.#trim();
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  #trim(): void {
    const all = Buffer.concat(this.#chunks);
    const kept = Buffer.from(all.subarray(Math.max(0, all.length - this.#limitBytes)));
    this.#chunks = [kept];
    this.#bytes = kept.length;
  }
}
