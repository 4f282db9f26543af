/** The data: 20,000 real flights of 2001 and the airports of the United States, from the npm package `vega-datasets`. */
import { readFileSync } from 'node:fs'
import type { Airport, Flight } from './contract.js'
import { parseCsv } from './csv.js'

/** The package's entry is a program for browsers; its data are the files beside it. */
const folder = new URL('../data/', import.meta.resolve('vega-datasets'))

/** All flights, in the order of their departure. */
export function readFlights(): readonly Flight[] {
  return JSON.parse(readFileSync(new URL('flights-20k.json', folder), 'utf8')) as Flight[]
}

/** The airports by their code. */
export function readAirports(): ReadonlyMap<string, Airport> {
  const rows = parseCsv(readFileSync(new URL('airports.csv', folder), 'utf8'))
  return new Map(rows.map(({ iata = '', name = '', city = '', state = '' }) => [iata, { name, city, state }]))
}
