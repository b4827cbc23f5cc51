package io.github.wxtoken;

import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStore;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the records of a credential source. Thread-safe. */
final class Records {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);

  private final TokenStore store;
  private final CredentialSource source;
  private final boolean hooks;

  Records(TokenStore store, CredentialSource source, boolean hooks) {
    this.store = store;
    this.source = source;
    this.hooks = hooks;
  }

  /**
   * Reads for a caller that may be interrupted and gets its token nevertheless. Hooks are read as
   * any thread reads them: nothing bounds how long they take.
   */
  Optional<OAuthToken> readFirst(String key) {
    return hooks ? read(key) : requireKnown(key, Uninterrupted.call(() -> readable(key)));
  }

  /**
   * Reads a record.
   *
   * @return the record, or empty if there is none and the source needs no user
   * @throws NoTokenException if there is none and the source needs a user
   */
  Optional<OAuthToken> read(String key) {
    return requireKnown(key, readable(key));
  }

  /**
   * Reads a record after WeChat has refused or failed to renew it.
   *
   * @throws WeChatOAuthException the failure itself, if the store fails, too
   */
  Optional<OAuthToken> readAfter(WeChatOAuthException failure, String key) {
    Optional<OAuthToken> stored;
    try {
      stored = readable(key);
    } catch (RuntimeException e) {
      log.debug("the token of {} cannot be read again", key, RedactedException.unlessOurs(e));
      throw failure;
    }
    return requireKnown(key, stored);
  }

  /** A record that cannot be read is none, where no user can replace it by signing in. */
  private Optional<OAuthToken> readable(String key) {
    try {
      return store.getToken(key);
    } catch (CorruptTokenException e) {
      if (source.needsUser()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Optional<OAuthToken> requireKnown(String key, Optional<OAuthToken> stored) {
    if (stored.isEmpty() && source.needsUser()) {
      throw new NoTokenException(key);
    }
    return stored;
  }
}
