package io.github.wxtoken.faults;

/** A point at which a process can be stopped during a refresh, in the order of the refresh. */
enum Point {
  BEFORE_LEASE,
  AFTER_LEASE,
  /** The holder's first read after it acquired the lease. */
  BEFORE_READ,
  AFTER_READ,
  /** The request was sent to WeChat. */
  BEFORE_ANSWER,
  /** WeChat has answered, and no other process knows the answer. */
  AFTER_ANSWER,
  BEFORE_REPLACE,
  AFTER_REPLACE,
  BEFORE_RELEASE,
  AFTER_RELEASE
}
