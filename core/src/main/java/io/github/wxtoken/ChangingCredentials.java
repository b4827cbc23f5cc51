package io.github.wxtoken;

import io.github.wxtoken.store.RedactedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of an app that the application looks up, and that may change, or end, while the
 * client runs. They are looked up again after a minute, by one thread while the others use the
 * known ones, and when WeChat refuses the secret. Thread-safe.
 */
final class ChangingCredentials implements AppSecret {
  private static final Logger log = LoggerFactory.getLogger(WeChatApps.class);
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final String appid;
  private final AppCredentials first;
  private final Supplier<Optional<AppCredentials>> lookUp;
  private final Clock clock;
  private final ReentrantLock lookingUp = new ReentrantLock();
  private volatile Known known;

  /**
   * The credentials as they were looked up. Shows no secret.
   *
   * @param credentials empty if the app is not served
   */
  private record Known(Optional<AppCredentials> credentials, Instant at) {
    boolean isFresh(Instant now) {
      return now.isBefore(at.plus(KEPT));
    }
  }

  /**
   * Prepares to look credentials up.
   *
   * @param first the credentials as they are now
   * @param lookUp returns them, or empty if the app is not served
   */
  ChangingCredentials(
      String appid, AppCredentials first, Supplier<Optional<AppCredentials>> lookUp, Clock clock) {
    this.appid = appid;
    this.first = first;
    this.lookUp = lookUp;
    this.clock = clock;
    this.known = new Known(Optional.of(first), clock.instant());
  }

  /** Returns the credentials, at most a minute old, or empty if the app is not served. */
  Optional<AppCredentials> latest() {
    Known current = known;
    if (current.isFresh(clock.instant()) || !lookingUp.tryLock()) {
      return current.credentials();
    }
    try {
      // Another thread may have looked them up since.
      return known.isFresh(clock.instant()) ? known.credentials() : lookUp();
    } catch (RuntimeException e) {
      // The known ones are most likely right. If they are not, WeChat says so.
      logFailure(e);
      known = new Known(known.credentials(), clock.instant());
      return known.credentials();
    } finally {
      lookingUp.unlock();
    }
  }

  /** Tells whether the app was a mini program, and had the same token mode, from the start. */
  boolean areOfTheFirstKind(AppCredentials other) {
    return first.isMiniProgram() == other.isMiniProgram() && first.tokenMode() == other.tokenMode();
  }

  /** Tells whether nobody has asked for them for so long. */
  boolean areUnusedFor(Duration time) {
    return clock.instant().isAfter(known.at().plus(time));
  }

  @Override
  public String current() {
    return latest().orElseThrow(this::ended).secret();
  }

  @Override
  public Optional<String> successorOf(String refused) {
    Optional<AppCredentials> found;
    try {
      found = lookUp();
    } catch (RuntimeException e) {
      // WeChat's refusal says what is wrong, and is remembered for a minute.
      logFailure(e);
      return Optional.empty();
    }
    String secret = found.orElseThrow(this::ended).secret();
    return Optional.of(secret).filter(other -> !other.equals(refused));
  }

  @Override
  public void requireServed() {
    if (known.credentials().isEmpty() && latest().isEmpty()) {
      throw ended();
    }
  }

  private void logFailure(RuntimeException e) {
    log.warn(
        "The credentials of app {} cannot be looked up. What is known is used for another minute",
        appid,
        RedactedException.unlessOurs(e));
  }

  private Optional<AppCredentials> lookUp() {
    Optional<AppCredentials> found = lookUp.get();
    known = new Known(found, clock.instant());
    return found;
  }

  private IllegalStateException ended() {
    return new IllegalStateException(
        "the app "
            + appid
            + " is not served any more: the function of WeChatApps returned null. To serve it,"
            + " have the function return its credentials");
  }
}
