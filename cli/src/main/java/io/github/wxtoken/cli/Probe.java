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

/** Uses each operation of a store on a test record, and acquires a lease. */
final class Probe {
  private static final Duration LEASE = Duration.ofSeconds(10);

  private final TokenStore store;

  /** An openid of WeChat has 28 characters, and a table may have no room for more. */
  private final String key =
      "wxtoken-doctor-" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);

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
            .openid(key)
            .accessToken("probe")
            .refreshToken("probe")
            .expiresIn(7_200)
            .scope("snsapi_base")
            .createAt(System.currentTimeMillis())
            .build();
    OAuthToken second = first.toBuilder().createAt(first.createAt() + 1).build();
    long start = System.nanoTime();
    try {
      require(store.saveTokenIfAbsent(key, first), "a new token was not inserted");
      require(store.getToken(key).filter(first::equals).isPresent(), "it was not read back");
      require(store.replaceToken(key, first, second), "it was not replaced");
      require(!store.replaceToken(key, first, second), "a former token was replaced");
      require(store.deleteToken(key, second), "it was not deleted");
      require(store.getToken(key).isEmpty(), "it was there after it was deleted");
    } catch (TokenStoreException e) {
      remove();
      return StoreFinding.broken("a test record: " + e.getMessage(), null);
    } catch (IllegalArgumentException e) {
      return StoreFinding.broken("a test record is refused: " + e.getMessage(), null);
    }
    return StoreFinding.ok(
        "a test record was written, read, replaced and deleted in "
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
      boolean unused = store.deleteToken(key);
    } catch (TokenStoreException e) {
      // It was probably not written; no user has it.
    }
  }

  private StoreFinding lease() {
    try {
      Optional<Lease> first = store.tryLease(key, LEASE);
      if (first.isEmpty()) {
        return StoreFinding.broken("a free lease is not granted", null);
      }
      try (Lease held = first.get()) {
        if (!held.isExclusive()) {
          return StoreFinding.warning(
              "leases are not exclusive: an expired token may be refreshed more than once, and states"
                  + " cannot be verified",
              null);
        }
        return store.tryLease(key, LEASE).isEmpty()
            ? StoreFinding.ok("leases are exclusive")
            : StoreFinding.broken("two callers hold one lease", null);
      }
    } catch (TokenStoreException e) {
      return StoreFinding.broken("leases: " + e.getMessage(), null);
    }
  }
}
