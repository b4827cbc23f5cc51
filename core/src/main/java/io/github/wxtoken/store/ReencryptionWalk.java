package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One walk over a store that moves tokens to the primary key. For one thread. */
final class ReencryptionWalk {
  private static final int TRIES = 32;
  private static final int ROUND = 1_000;

  private final EncryptedTokenStore view;
  private final TokenStore store;
  private final List<String> failedOpenids = new ArrayList<>();
  private long current;
  private long moved;
  private long contended;
  private long failed;
  private long walked;

  ReencryptionWalk(EncryptedTokenStore view, TokenStore store) {
    this.view = view;
    this.store = store;
  }

  Reencryption run(Consumer<Reencryption> progress) {
    Consumer<CorruptTokenException> unreadable =
        record -> {
          fail(record.openid());
          step(progress);
        };
    try (Stream<OAuthToken> tokens = store.tokens(unreadable)) {
      Iterator<OAuthToken> each = tokens.iterator();
      while (each.hasNext()) {
        move(each.next());
        step(progress);
      }
    }
    return count();
  }

  private void step(Consumer<Reencryption> progress) {
    walked++;
    if (walked % ROUND == 0) {
      progress.accept(count());
    }
  }

  private void move(OAuthToken found) {
    String openid = found.openid();
    try {
      Optional<OAuthToken> stored = Optional.of(found);
      for (int tries = 0; tries < TRIES; tries++) {
        if (stored.isEmpty() || isDone(openid, stored.get())) {
          return; // deleted meanwhile, or counted
        }
        stored = store.getToken(openid);
      }
      contended++;
    } catch (CorruptTokenException | IllegalArgumentException e) {
      fail(openid);
    }
  }

  /** Moves the token if need be; false if it changed meanwhile. */
  private boolean isDone(String openid, OAuthToken stored) {
    OAuthToken token = view.decrypt(openid, stored);
    if (view.isCurrent(stored)) {
      current++;
      return true;
    }
    boolean replaced = store.replaceToken(openid, stored, view.encrypt(token));
    if (replaced) {
      moved++;
    }
    return replaced;
  }

  private void fail(String openid) {
    failed++;
    if (failed <= ROUND) {
      failedOpenids.add(openid);
    }
  }

  private Reencryption count() {
    return new Reencryption(current, moved, contended, failed, List.copyOf(failedOpenids));
  }
}
