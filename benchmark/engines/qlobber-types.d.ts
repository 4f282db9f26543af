/** What we use of qlobber, which comes without types. */
declare module 'qlobber' {
  export class Qlobber<Value> {
    add(pattern: string, value: Value): this
    remove(pattern: string, value: Value): this
    match(topic: string): Value[]
  }
}
