package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies tokens by compare-and-set, while others write to the target. A token at the target that is
 * as late or later stays. Thread-safe.
 */
final class TokenCopier {
  /** At each turn, somebody else has written this very token. */
  private static final int MOST_TURNS = 100;

  private static final String ENCRYPTED = "enc1:";

  private final TokenStore target;
  private final boolean dryRun;
  private final boolean bytesStayValid;

  /** Whether the last token was at the target already: then it is read before it is inserted. */
  private volatile boolean expectsPresent;

  /**
   * Whether the target lacked nearly all tokens of the last batch: only then the next ones are
   * inserted at once, since a store may need more operations for a mixed batch than for its tokens
   * one by one.
   */
  private volatile boolean expectsAbsent;

  /** The outcome for one token. */
  enum Outcome {
    INSERTED,
    UPDATED,
    KEPT
  }

  /** A token that the target does not take; the others go on. */
  static final class RefusedException extends RuntimeException {
    RefusedException(String openid, String why) {
      super(openid + ": " + why);
    }
  }

  /**
   * Prepares copying.
   *
   * @param bytesStayValid whether ciphertext of the source can be decrypted at the target
   */
  TokenCopier(TokenStore target, boolean dryRun, boolean bytesStayValid) {
    this.target = target;
    this.dryRun = dryRun;
    this.bytesStayValid = bytesStayValid;
  }

  /**
   * Inserts those tokens that the target lacks, all at once. It does so only if they are likely to
   * be missing, and if the target takes all of them; {@link #copy} decides about each of the
   * others.
   *
   * @return the openids of the tokens that were inserted
   */
  Set<String> insert(List<OAuthToken> tokens) {
    if (dryRun || !expectsAbsent || !tokens.stream().allMatch(this::isReadable)) {
      return Set.of();
    }
    try {
      Set<String> inserted = target.saveTokensIfAbsent(tokens);
      // The others are at the target.
      expectsPresent = true;
      return inserted;
    } catch (TokenStoreException | IllegalArgumentException e) {
      // Some may have been inserted. They are found, and kept.
      return Set.of();
    }
  }

  /**
   * Notes how a batch ended.
   *
   * @param inserted how many of its tokens were inserted, at once or one by one
   */
  void finished(int size, int inserted) {
    expectsAbsent = 10 * inserted >= 9 * size;
  }

  /**
   * Copies a token.
   *
   * @throws RefusedException if the target does not take it
   * @throws io.github.wxtoken.store.TokenStoreException if the target does not answer
   */
  Outcome copy(OAuthToken token) {
    requireReadable(token);
    try {
      return dryRun ? compare(token) : write(token);
    } catch (CorruptTokenException e) {
      throw new RefusedException(token.openid(), "the target has a record that cannot be read");
    } catch (IllegalArgumentException e) {
      throw new RefusedException(token.openid(), String.valueOf(e.getMessage()));
    }
  }

  private Outcome compare(OAuthToken token) {
    Optional<OAuthToken> stored = target.getToken(token.openid());
    if (stored.isEmpty()) {
      return Outcome.INSERTED;
    }
    if (!isLater(token, stored.get())) {
      return Outcome.KEPT;
    }
    requireSameProtection(token, stored.get());
    return Outcome.UPDATED;
  }

  private Outcome write(OAuthToken token) {
    String openid = token.openid();
    boolean insertFirst = !expectsPresent;
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      if (insertFirst && target.saveTokenIfAbsent(openid, token)) {
        expectsPresent = false;
        return Outcome.INSERTED;
      }
      Optional<OAuthToken> stored = target.getToken(openid);
      insertFirst = stored.isEmpty();
      if (stored.isPresent()) {
        expectsPresent = true;
        if (!isLater(token, stored.get())) {
          return Outcome.KEPT;
        }
        requireSameProtection(token, stored.get());
        if (target.replaceToken(openid, stored.get(), token)) {
          return Outcome.UPDATED;
        }
      }
    }
    throw new RefusedException(openid, "others keep changing it");
  }

  /** A sign-in at the target wins over a token that is as late. */
  private static boolean isLater(OAuthToken token, OAuthToken stored) {
    return token.createAt() > stored.createAt();
  }

  private void requireReadable(OAuthToken token) {
    if (!isReadable(token)) {
      throw new RefusedException(
          token.openid(),
          "it is encrypted; give the keys of the source (--from-key-file), or export lines with"
              + " them");
    }
  }

  private boolean isReadable(OAuthToken token) {
    return bytesStayValid || !isEncrypted(token);
  }

  private static void requireSameProtection(OAuthToken token, OAuthToken stored) {
    if (isEncrypted(stored) && !isEncrypted(token)) {
      throw new RefusedException(
          token.openid(), "the target is encrypted; give its keys (--to-key-file)");
    }
  }

  static boolean isEncrypted(OAuthToken token) {
    return isEncrypted(token.accessToken()) || isEncrypted(token.sessionKey());
  }

  static boolean isEncrypted(@Nullable String value) {
    return value != null && value.startsWith(ENCRYPTED);
  }
}
