/**
 * The body of a `PATCH` with a `config`, which changes nothing when it is empty. Without one, LXD 5.0 and Incus 6.0
 * drop the connection where the object has configuration already.
 */
export function withConfig<T extends { readonly config?: Readonly<Record<string, string>> }>(body: T): T {
  return { ...body, config: body.config ?? {} };
}
