import { Mark } from '../design/mark.tsx'

/** A picture of what waits behind the log-in. Decoration: hidden from screen readers by its container. */
export const SampleTalk = () => (
  <div className="w-full max-w-md select-none px-10 text-[0.9375rem]">
    <p className="ml-auto w-fit max-w-[85%] rounded-2xl rounded-br-md bg-accent px-4 py-2.5 text-on-accent shadow-soft">
      How do I tell a friend that I cannot come to her wedding?
    </p>
    <div className="mt-5 flex gap-3">
      <Mark className="mt-0.5 size-6 shrink-0 text-accent" />
      <div className="grid gap-3 rounded-2xl rounded-tl-md bg-raised px-4 py-3 shadow-soft">
        <p>Soon, by voice if you can, and without a long list of reasons.</p>
        <p>
          Say that you are sorry, name the <strong className="font-semibold">one</strong> reason that is true, and offer a day when you will
          celebrate with her.
        </p>
        <p className="text-ink-soft">Shall I draft the first two sentences?</p>
      </div>
    </div>
    <p className="mt-5 ml-auto w-fit rounded-2xl rounded-br-md bg-accent px-4 py-2.5 text-on-accent shadow-soft">Yes, please.</p>
    <div className="mt-5 flex items-center gap-3">
      <Mark className="size-6 shrink-0 text-accent" />
      <span className="flex gap-1.5 rounded-2xl rounded-tl-md bg-raised px-4 py-4 shadow-soft">
        {[0, 1, 2].map((dot) => (
          <span key={dot} className="size-1.5 animate-breathe rounded-full bg-ink-faint" style={{ animationDelay: `${dot * 180}ms` }} />
        ))}
      </span>
    </div>
  </div>
)
