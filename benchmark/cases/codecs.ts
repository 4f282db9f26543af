/**
 * Payloads as bytes and back, which is what a message between threads costs besides the hop.
 *
 * Fair, because: each codec has a process of its own, so the code of none is spoilt by another's objects; all get the
 * same sixteen values of a shape in turn, and read from one memory, as frames are read. `msgpackr` runs without its
 * native extension, which needs an install script. `sequential` is no alternative, but the bound: its messages cannot be
 * read alone, and so neither kept nor shown to a thread that comes later.
 */
import {
  busbarMsgpack,
  type CodecEngine,
  json,
  msgpackrPlain,
  msgpackrRecords,
  msgpackrStream,
  structuredClone,
} from '../engines/codecs.js'
import type { Case, Variant } from '../harness/case.js'
import { coding, type Direction } from '../workload/coding.js'
import { largeOrders, orders, smallObjects, texts, types, type Value } from '../workload/values.js'

/** Encoding and decoding. */
export const codecs: Case = {
  name: 'codecs',
  title: 'Encode and decode a payload',
  about:
    'One operation encodes a payload, decodes one, or does both. The objects of a size have the same shape and other ' +
    'contents. Of msgpackr three ways are shown: what its defaults do, with the types that a bus keeps; MessagePack ' +
    'without its extensions; and a stream whose messages depend on those before them. It has no native extension here.',
  isolation: 'process',
  variants: [
    ...each('small object', smallObjects()),
    ...each('order, 1 KiB', orders()),
    ...each('order, 64 KiB', largeOrders()),
    variant('texts of several scripts, 1 KiB', texts(), 'both', everybody()),
    variant('Map, Set, Date, BigInt and bytes, 1 KiB', types(), 'both', [
      busbarMsgpack,
      msgpackrRecords,
      structuredClone,
    ]),
  ],
}

function each(name: string, values: readonly Value[]): Variant[] {
  return (['both', 'encode', 'decode'] as const).map((direction) => {
    return variant(direction === 'both' ? name : `${name}: ${direction}`, values, direction, everybody())
  })
}

function everybody(): CodecEngine[] {
  return [busbarMsgpack, msgpackrRecords, msgpackrPlain, msgpackrStream, structuredClone, json]
}

function variant(
  name: string,
  values: readonly Value[],
  direction: Direction,
  engines: readonly CodecEngine[],
): Variant {
  return {
    name,
    unit: 'ns',
    per: direction === 'both' ? 'payload, there and back' : direction,
    baseline: msgpackrRecords.name,
    contenders: engines.map((engine) => coding(engine, values, direction)),
    goals: [{ engine: busbarMsgpack.name, atLeast: 0.9, against: msgpackrRecords.name }],
  }
}
