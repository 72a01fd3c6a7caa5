import { Lock } from 'lucide-react'
import { useNavigate } from 'react-router'
import { Badge } from '../../design/badge.tsx'
import { Select } from '../../design/select.tsx'
import { showNotice } from '../../design/toast.tsx'
import type { Model } from '../chat-api.ts'
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
  const open = models.filter((model) => mayUse(model, plan))
  const locked = models.filter((model) => !mayUse(model, plan))
  const option = (model: Model) => ({
    value: model.id,
    name: model.name,
    description: model.available ? describe(model) : 'Not available just now',
    aside: mayUse(model, plan) ? model.simulated && <Badge>Simulated</Badge> : <LockedBadge />,
  })
  const choose = (modelId: string) => {
    const model = models.find(({ id }) => id === modelId)
    if (!model) return
    if (!mayUse(model, plan)) return void navigate('/usage')
    if (!model.available) return showNotice(`${model.name} is not available just now.`)
    onChange(modelId)
  }
  return (
    <Select
      label="Model"
      value={value.id}
      side={side}
      groups={[
        { label: 'Models', options: open.map(option) },
        ...(locked.length > 0 ? [{ label: 'With the Pro plan', options: locked.map(option) }] : []),
      ]}
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

const providerNames: Record<string, string> = { openai: 'OpenAI', anthropic: 'Anthropic', google: 'Google', cohere: 'Cohere' }
