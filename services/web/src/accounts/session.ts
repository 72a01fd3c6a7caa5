import type { accountsApi } from '@parley/contracts/public'
import { useQuery } from '@tanstack/react-query'
import { isApiError } from '../api/api-error.ts'
import { http, onSignedOut, queryClient } from '../api/client.ts'

export type User = accountsApi.User

const KEY = ['me']
/** Begins the keys of what is read without a session. */
export const PUBLIC = 'public'

/** The user, or null for nobody. */
const fetchUser = async (): Promise<User | null> => {
  try {
    return (await http.request<{ user: User }>('GET', '/me')).user
  } catch (error) {
    if (isApiError(error) && error.status === 401) return null
    throw error
  }
}

const sessionQuery = { queryKey: KEY, queryFn: fetchUser, staleTime: 5 * 60_000 }

export const useSession = () => useQuery(sessionQuery)

/** Asks before the first screen is there to ask. */
export const prefetchSession = () => void queryClient.prefetchQuery(sessionQuery)

/** As far as this page knows. */
export const isSignedIn = (): boolean => Boolean(queryClient.getQueryData(KEY))

export const setUser = (user: User) => queryClient.setQueryData(KEY, user)

/** Is somebody still logged in? Renews the session only where it has run out. */
export async function probeSession(): Promise<'valid' | 'signed_out' | 'unreachable'> {
  try {
    return (await fetchUser()) ? 'valid' : 'signed_out'
  } catch {
    return 'unreachable'
  }
}

/** Forgets everything that belongs to a person. What anybody may read stays. */
export function forgetUser(): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] && queryKey[0] !== PUBLIC })
  queryClient.setQueryData(KEY, null)
}

export async function signOut(): Promise<void> {
  try {
    await http.request('POST', '/auth/logout')
  } catch (error) {
    // The session had ended by itself, on another device say: that is what was asked for.
    if (!isApiError(error) || error.status !== 401) throw error
  }
  forgetUser()
}

onSignedOut(forgetUser)
