/** Gives `object` a property of its own: by assignment, `__proto__` would be its prototype, and others might be refused. */
export function put(object: object, key: string, value: unknown): void {
  if (key in Object.prototype) {
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true })
  } else object[key as never] = value as never
}
