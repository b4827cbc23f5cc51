package io.github.wxtoken.faults;

/** Where a process can be stopped on its way to a refreshed token, in the order of the way. */
enum Point {
  BEFORE_LEASE,
  AFTER_LEASE,
  /** Of the reads, the one that the holder of the lease begins with. */
  BEFORE_READ,
  AFTER_READ,
  /** WeChat has been asked. */
  BEFORE_ANSWER,
  /** WeChat has answered, and nobody else knows. */
  AFTER_ANSWER,
  BEFORE_REPLACE,
  AFTER_REPLACE,
  BEFORE_RELEASE,
  AFTER_RELEASE
}
