// MD5 (RFC 1321) and SHA-1 (RFC 3174), for password files and names of cookies only: nothing here is to be kept secret by them.

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
/** The sines of 1 to 64, as RFC 1321 has them. */
const sines: readonly number[] = [
  0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
  0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
  0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
  0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
  0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
  0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
  0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
  0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

export function utf8Bytes(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x1_0000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

function padded(bytes: readonly number[], bigEndian: boolean): readonly number[] {
  const out = [...bytes, 0x80];
  while (out.length % 64 !== 56) out.push(0);
  const bits = bytes.length * 8;
  const length = Array.from({ length: 8 }, (_, i) => Math.floor(bits / 256 ** i) % 256);
  return [...out, ...(bigEndian ? length.reverse() : length)];
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

export function md5(bytes: readonly number[]): readonly number[] {
  const input = padded(bytes, false);
  let [a0, b0, c0, d0] = [0x6745_2301, 0xefcd_ab89 | 0, 0x98ba_dcfe | 0, 0x1032_5476];
  for (let block = 0; block < input.length; block += 64) {
    const word = (i: number): number => (input[block + i * 4] ?? 0) | ((input[block + i * 4 + 1] ?? 0) << 8) | ((input[block + i * 4 + 2] ?? 0) << 16) | ((input[block + i * 4 + 3] ?? 0) << 24);
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mixed = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const at = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum = (a + mixed + (sines[i] ?? 0) + word(at)) | 0;
      [a, d, c, b] = [d, c, b, (b + rotate(sum, shifts[round * 4 + (i % 4)] ?? 0)) | 0];
    }
    [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
  }
  return [a0, b0, c0, d0].flatMap((value) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]);
}

export function sha1(bytes: readonly number[]): readonly number[] {
  const input = padded(bytes, true);
  let state = [0x6745_2301, 0xefcd_ab89 | 0, 0x98ba_dcfe | 0, 0x1032_5476, 0xc3d2_e1f0 | 0];
  for (let block = 0; block < input.length; block += 64) {
    const words: number[] = [];
    for (let i = 0; i < 16; i++) words.push(((input[block + i * 4] ?? 0) << 24) | ((input[block + i * 4 + 1] ?? 0) << 16) | ((input[block + i * 4 + 2] ?? 0) << 8) | (input[block + i * 4 + 3] ?? 0));
    for (let i = 16; i < 80; i++) words.push(rotate((words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0), 1));
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      const [mixed, k] = i < 20 ? [(b & c) | (~b & d), 0x5a82_7999] : i < 40 ? [b ^ c ^ d, 0x6ed9_eba1] : i < 60 ? [(b & c) | (b & d) | (c & d), 0x8f1b_bcdc] : [b ^ c ^ d, 0xca62_c1d6];
      [e, d, c, b, a] = [d, c, rotate(b, 30), a, (rotate(a, 5) + mixed + e + k + (words[i] ?? 0)) | 0];
    }
    state = [a, b, c, d, e].map((value, i) => (value + (state[i] ?? 0)) | 0);
  }
  return state.flatMap((value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
}

export function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
