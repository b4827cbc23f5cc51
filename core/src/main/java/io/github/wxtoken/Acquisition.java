package io.github.wxtoken;

import io.github.wxtoken.store.Lease;

/** The result of step 3, the wait for the lease. */
sealed interface Acquisition {

  /** This process refreshes. A worker's place is taken for it. */
  record Acquired(Lease lease) implements Acquisition {}

  /** Another process has refreshed. */
  record Refreshed(OAuthToken token) implements Acquisition {}

  /** Another process refreshes, or no worker is free, and this caller has a token without them. */
  record Unavailable() implements Acquisition {}
}
