/**
 * A certificate's serial number as istioctl prints it: the number in lower-case hexadecimal, at least 32 digits. OpenSSL,
 * and so Node and Envoy's `/certs`, print whole bytes instead, which gives a longer number a zero in front.
 */
export function serialNumber(hexadecimal: string): string {
  return hexadecimal.toLowerCase().replace(/^0+/, '').padStart(32, '0')
}
