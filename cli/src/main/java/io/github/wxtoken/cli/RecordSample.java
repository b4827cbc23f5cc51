package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStore;
import java.util.Iterator;
import java.util.stream.Stream;

/** Reads the first records of a store as the application does: a wrong key shows only there. */
final class RecordSample {
  private static final int MOST = 1_000;

  private final TokenStore store;
  private final boolean hasKeys;
  private int readable;
  private int encrypted;
  private int unreadable;

  /** Ends a scan in which no record can be read. */
  private static final class EnoughException extends RuntimeException {}

  RecordSample(TokenStore store, boolean hasKeys) {
    this.store = store;
    this.hasKeys = hasKeys;
  }

  StoreFinding finding() {
    try (Stream<OAuthToken> tokens = store.tokens(corrupt -> addUnreadable())) {
      Iterator<OAuthToken> each = tokens.iterator();
      while (size() < MOST && each.hasNext()) {
        add(each.next());
      }
    } catch (EnoughException e) {
      // All that was read is counted.
    }
    if (unreadable > 0) {
      return unreadable();
    }
    if (encrypted > 0) {
      return StoreFinding.warning(
          of(encrypted) + " are encrypted, and no keys are given",
          "check again with --key-file, as the application reads them");
    }
    return StoreFinding.ok(
        size() == 0
            ? "there are no records yet"
            : "the first " + Progress.number(size()) + " records can be read");
  }

  private void add(OAuthToken token) {
    if (TokenCopier.isEncrypted(token)) {
      encrypted++;
    } else {
      readable++;
    }
  }

  private void addUnreadable() {
    if (size() == MOST) {
      throw new EnoughException();
    }
    unreadable++;
  }

  private int size() {
    return readable + encrypted + unreadable;
  }

  private StoreFinding unreadable() {
    return hasKeys
        ? StoreFinding.broken(
            of(unreadable) + " cannot be read or decrypted",
            "add the key that they are under to --key-file; wxtoken stats without keys counts the"
                + " records by key. One that is damaged is replaced by the user's next sign-in")
        : StoreFinding.warning(
            of(unreadable) + " cannot be read",
            "wxtoken stats names them; each is replaced by the user's next sign-in");
  }

  private String of(int count) {
    return "of the first " + Progress.number(size()) + " records " + Progress.number(count);
  }
}
