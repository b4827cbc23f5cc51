package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Uses each operation of a store on a token of nobody, and acquires a lease. */
final class Probe {
  private static final Duration LEASE = Duration.ofSeconds(10);

  private final TokenStore store;
  private final String nobody = "wxtoken-doctor-" + UUID.randomUUID();

  Probe(TokenStore store) {
    this.store = store;
  }

  void run(List<StoreFinding> findings) {
    findings.add(token());
    findings.add(lease());
  }

  private StoreFinding token() {
    OAuthToken first =
        OAuthToken.builder()
            .openid(nobody)
            .accessToken("probe")
            .refreshToken("probe")
            .expiresIn(7_200)
            .scope("snsapi_base")
            .createAt(System.currentTimeMillis())
            .build();
    OAuthToken second = first.toBuilder().createAt(first.createAt() + 1).build();
    long start = System.nanoTime();
    try {
      require(store.saveTokenIfAbsent(nobody, first), "a new token was not inserted");
      require(store.getToken(nobody).filter(first::equals).isPresent(), "it was not read back");
      require(store.replaceToken(nobody, first, second), "it was not replaced");
      require(!store.replaceToken(nobody, first, second), "a former token was replaced");
      require(store.deleteToken(nobody, second), "it was not deleted");
      require(store.getToken(nobody).isEmpty(), "it was there after it was deleted");
    } catch (TokenStoreException e) {
      remove();
      return StoreFinding.broken("a token of nobody: " + e.getMessage(), null);
    } catch (IllegalArgumentException e) {
      return StoreFinding.broken("a token of nobody is refused: " + e.getMessage(), null);
    }
    return StoreFinding.ok(
        "a token of nobody was written, read, replaced and deleted in "
            + (System.nanoTime() - start) / 1_000_000
            + " ms");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new TokenStoreException(otherwise, null);
    }
  }

  private void remove() {
    try {
      boolean unused = store.deleteToken(nobody);
    } catch (TokenStoreException e) {
      // It was probably not written; it is of nobody.
    }
  }

  private StoreFinding lease() {
    try {
      Optional<Lease> first = store.tryLease(nobody, LEASE);
      if (first.isEmpty()) {
        return StoreFinding.broken("a free lease is not granted", null);
      }
      try (Lease held = first.get()) {
        if (!held.isExclusive()) {
          return StoreFinding.warning(
              "leases exclude nobody: an expired token may be refreshed more than once, and states"
                  + " cannot be verified",
              null);
        }
        return store.tryLease(nobody, LEASE).isEmpty()
            ? StoreFinding.ok("leases are exclusive")
            : StoreFinding.broken("two callers hold one lease", null);
      }
    } catch (TokenStoreException e) {
      return StoreFinding.broken("leases: " + e.getMessage(), null);
    }
  }
}
