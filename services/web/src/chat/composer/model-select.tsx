import { Lock } from 'lucide-react'
import { useNavigate } from 'react-router'
import { Badge } from '../../design/badge.tsx'
import { Select } from '../../design/select.tsx'
import { showNotice } from '../../design/toast.tsx'
import type { Model } from '../chat-api.ts'
import { SimulatedBadge } from '../simulated-badge.tsx'
import { mayUse } from '../use-models.ts'

interface ModelSelectProps {
  models: readonly Model[]
  value: Model
  plan: 'free' | 'pro' | 'admin'
  onChange: (modelId: string) => void
  side: 'top' | 'bottom'
}

export function ModelSelect({ models, value, plan, onChange, side }: ModelSelectProps) {
  const navigate = useNavigate()
  const isOpen = (model: Model) => mayUse(model, plan)
  const groups = [
    { label: 'Models', models: models.filter((model) => model.available && isOpen(model)) },
    { label: 'With the Pro plan', models: models.filter((model) => model.available && !isOpen(model)) },
    { label: 'Not available just now', models: models.filter((model) => !model.available) },
  ]
  const option = (model: Model) => ({
    value: model.id,
    name: model.name,
    description: describe(model),
    aside: isOpen(model) ? <SimulatedBadge model={model} /> : <LockedBadge />,
    isDim: !model.available,
  })
  const choose = (modelId: string) => {
    const model = models.find(({ id }) => id === modelId)
    if (!model) return
    if (!model.available) return showNotice(`${model.name} is not available just now.`)
    if (!isOpen(model)) return void navigate('/usage')
    onChange(modelId)
  }
  return (
    <Select
      label="Model"
      value={value.id}
      side={side}
      groups={groups.filter((group) => group.models.length > 0).map((group) => ({ label: group.label, options: group.models.map(option) }))}
      onChange={choose}
    />
  )
}

const LockedBadge = () => (
  <Badge look="accent">
    <Lock className="size-2.5" aria-hidden="true" />
    Pro
  </Badge>
)

function describe({ provider, contextWindow, simulated }: Model): string {
  if (simulated) return 'Answers from Parley’s own documentation'
  const maker = providerNames[provider] ?? provider
  return `${maker} · remembers about ${Math.round(contextWindow / 1000)}k tokens`
}

const providerNames: Record<string, string> = { openai: 'OpenAI', anthropic: 'Anthropic', gemini: 'Google', cohere: 'Cohere' }
