import { RadioGroup } from 'radix-ui'

interface ChoiceListProps<T extends string> {
  label: string
  value: T
  choices: readonly { value: T; name: string; description: string }[]
  onChange: (value: T) => void
}

/** One of a few, each with a word about what it means. */
export const ChoiceList = <T extends string>({ label, value, choices, onChange }: ChoiceListProps<T>) => (
  <RadioGroup.Root aria-label={label} value={value} onValueChange={(next) => onChange(next as T)} className="grid gap-2.5">
    {choices.map((choice) => (
      <RadioGroup.Item
        key={choice.value}
        value={choice.value}
        className="group flex items-start gap-3 rounded-2xl border border-line px-4 py-3 text-left transition-colors hover:bg-hover data-[state=checked]:border-accent"
      >
        <span
          aria-hidden="true"
          className="mt-0.5 grid size-4.5 shrink-0 place-items-center rounded-full border border-line-strong bg-surface group-data-[state=checked]:border-accent"
        >
          <RadioGroup.Indicator className="size-2.5 rounded-full bg-accent" />
        </span>
        <span>
          <span className="block font-medium text-sm">{choice.name}</span>
          <span className="mt-0.5 block text-[0.8125rem] text-ink-soft">{choice.description}</span>
        </span>
      </RadioGroup.Item>
    ))}
  </RadioGroup.Root>
)
