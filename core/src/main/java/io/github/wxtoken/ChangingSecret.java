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
 * A secret that the application looks up, and that may be reset while the client runs. It is looked
 * up again after a minute, by one thread while the others use the known one, and when WeChat
 * refuses it. Thread-safe.
 */
final class ChangingSecret implements AppSecret {
  private static final Logger log = LoggerFactory.getLogger(WeChatApps.class);
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final String appid;
  private final Supplier<String> lookUp;
  private final Clock clock;
  private final ReentrantLock lookingUp = new ReentrantLock();
  private volatile Known known;

  /** A secret and the time until which it is used. Shows no secret. */
  private static final class Known {
    private final String secret;
    private final Instant until;

    Known(String secret, Instant now) {
      this.secret = secret;
      this.until = now.plus(KEPT);
    }
  }

  /**
   * Prepares to look a secret up.
   *
   * @param first the secret as it is now
   * @param lookUp returns the secret
   */
  ChangingSecret(String appid, String first, Supplier<String> lookUp, Clock clock) {
    this.appid = appid;
    this.lookUp = lookUp;
    this.clock = clock;
    this.known = new Known(first, clock.instant());
  }

  @Override
  public String current() {
    Known current = known;
    if (clock.instant().isBefore(current.until) || !lookingUp.tryLock()) {
      return current.secret;
    }
    try {
      return lookUp();
    } catch (RuntimeException e) {
      // The known secret is most likely right. If it is not, WeChat says so.
      log.warn(
          "The secret of app {} cannot be looked up. The known one is used for another minute",
          appid,
          RedactedException.unlessOurs(e));
      known = new Known(current.secret, clock.instant());
      return current.secret;
    } finally {
      lookingUp.unlock();
    }
  }

  @Override
  public Optional<String> successorOf(String refused) {
    return Optional.of(lookUp()).filter(secret -> !secret.equals(refused));
  }

  private String lookUp() {
    String secret = lookUp.get();
    known = new Known(secret, clock.instant());
    return secret;
  }
}
