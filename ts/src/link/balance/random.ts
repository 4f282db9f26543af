/** Any, each as likely as another. */
import type { Balanced, Balancer } from './balancer.js'

export class Random implements Balancer {
  choose(candidates: readonly Balanced[]): number {
    return Math.floor(Math.random() * candidates.length)
  }
}
