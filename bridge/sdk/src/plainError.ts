import { BaseError } from 'viem';

/** Up to the first character that ends it in a sentence, in JSON or in brackets. */
const urls = /[a-z][a-z0-9+.-]*:\/\/[^\s"'<>()]+/gi;

/** A URL can hold a password or an access key, and nobody who reads a log, a trace or the API may learn one. */
export function withoutUrls(text: string): string {
  return text.replaceAll(urls, '(URL)');
}

/** What may be told of any error: of viem's long ones, which quote the request, the short message; and no URL. */
export function plainError(error: unknown): string {
  if (error instanceof BaseError && error.shortMessage !== '') return withoutUrls(error.shortMessage);
  return withoutUrls(error instanceof Error ? error.message : String(error));
}
