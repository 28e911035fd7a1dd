const ln2 = 0.6931471805599453;

/** Natural logarithm from + - * / alone: Math.log differs in the last bit between engines. NaN for what is not above 0. */
export function naturalLog(value: number): number {
  if (!(value > 0) || value === Infinity) return value === Infinity ? Infinity : Number.NaN;
  let mantissa = value;
  let exponent = 0;
  while (mantissa >= 1.5) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < 0.75) {
    mantissa *= 2;
    exponent--;
  }
  // ln(m) = 2 artanh((m - 1) / (m + 1)), whose terms shrink by at least 25 here.
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let term = ratio;
  let sum = 0;
  for (let odd = 1; odd < 41; odd += 2) {
    sum += term / odd;
    term *= square;
  }
  return 2 * sum + exponent * ln2;
}
