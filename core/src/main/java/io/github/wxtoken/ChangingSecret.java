package io.github.wxtoken;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A secret that the application looks up, and that may be reset while the client runs. It is looked
 * up again after a minute, and when WeChat refuses it. Thread-safe.
 */
final class ChangingSecret implements AppSecret {
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final Supplier<String> lookUp;
  private volatile Known known;

  /** A secret and the time until which it is used. Shows no secret. */
  private static final class Known {
    private final String secret;
    private final Deadline until = Deadline.in(KEPT);

    Known(String secret) {
      this.secret = secret;
    }
  }

  /**
   * Prepares to look a secret up.
   *
   * @param first the secret as it is now
   * @param lookUp returns the secret; what it throws goes to the caller
   */
  ChangingSecret(String first, Supplier<String> lookUp) {
    this.known = new Known(first);
    this.lookUp = lookUp;
  }

  @Override
  public String current() {
    Known current = known;
    return current.until.isOver() ? lookUp() : current.secret;
  }

  @Override
  public Optional<String> successorOf(String refused) {
    return Optional.of(lookUp()).filter(secret -> !secret.equals(refused));
  }

  private String lookUp() {
    String secret = lookUp.get();
    known = new Known(secret);
    return secret;
  }
}
