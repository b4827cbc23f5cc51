package io.github.wxtoken.store;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot lease at the moment: the table or the right that leases need is missing, or the
 * server refuses. The store tries again later by itself. A store that does not answer in time is a
 * plain {@link TokenStoreException}.
 *
 * <p>A refresh may go on without a lease, since compare-and-set decides which token is kept. A
 * security decision, such as the single use of a state, must not.
 */
public class LeaseUnavailableException extends TokenStoreException {

  /**
   * Makes the exception.
   *
   * @param message what failed, why, and what to do; without tokens and without the store's URL
   * @param cause the driver's exception, reduced to its type and stack
   */
  public LeaseUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
