import { Skeleton } from '../../design/skeleton.tsx'

export const ThreadSkeleton = () => (
  <div role="status" aria-label="Loading the conversation" className="grid gap-8">
    {[0, 1].map((row) => (
      <div key={row} className="grid gap-6">
        <Skeleton className="ml-auto h-11 w-3/5 rounded-2xl" />
        <div className="grid gap-3 sm:pl-10">
          <Skeleton className="h-4 w-11/12" />
          <Skeleton className="h-4 w-full" />
          <Skeleton className="h-4 w-4/5" />
          <Skeleton className="h-4 w-2/5" />
        </div>
      </div>
    ))}
  </div>
)
