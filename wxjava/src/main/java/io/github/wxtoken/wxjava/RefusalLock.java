package io.github.wxtoken.wxjava;

import io.github.wxtoken.AppAccessToken;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock that WxJava takes after a refusal. It remembers the token that its holder has read last.
 *
 * <p>WxJava waits for it with a timeout in one other case: before it fetches a token of its own,
 * which is refused.
 */
final class RefusalLock extends ReentrantLock {
  private final String appid;

  /** Guarded by this lock. */
  private transient @Nullable AppAccessToken compared;

  RefusalLock(String appid) {
    this.appid = appid;
  }

  /** Remembers the token if the caller holds the lock. */
  void remember(AppAccessToken token) {
    if (isHeldByCurrentThread()) {
      compared = token;
    }
  }

  /** Forgets the token if the caller holds the lock: what comes next may fail. */
  void forget() {
    if (isHeldByCurrentThread()) {
      compared = null;
    }
  }

  /** Returns the token that the caller has read since it took the lock. */
  @Nullable AppAccessToken compared() {
    return isHeldByCurrentThread() ? compared : null;
  }

  @Override
  public void unlock() {
    forget();
    super.unlock();
  }

  /** Refuses the forced refresh of WxJava. */
  @Override
  public boolean tryLock(long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException(
        "getAccessToken(true) would fetch a token of WxJava's own for the app "
            + appid
            + ". wxtoken refreshes it ahead of its expiry and after a refusal: remove the call, or"
            + " call expireAccessToken() of the configuration");
  }
}
