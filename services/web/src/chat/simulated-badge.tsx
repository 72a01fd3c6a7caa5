import { Badge } from '../design/badge.tsx'
import type { Model } from './chat-api.ts'

/** Says that a model is none, where its name does not say so already. */
export const SimulatedBadge = ({ model }: { model: Model | undefined }) =>
  model?.simulated && !/simulated/i.test(model.name) ? <Badge>Simulated</Badge> : null
