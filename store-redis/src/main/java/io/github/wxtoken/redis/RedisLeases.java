package io.github.wxtoken.redis;

import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseRequest;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.SetArgs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Keeps leases as keys that expire by the server's clock; the value is the owner. */
final class RedisLeases {
  private static final Script RELEASE =
      new Script(
          """
          if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) == ARGV[1] then
            return redis.call('DEL', KEYS[1])
          end
          return 0
          """);

  private final Redis redis;
  private final Prefix prefix;

  RedisLeases(Redis redis, Prefix prefix) {
    this.redis = redis;
    this.prefix = prefix;
  }

  /**
   * Acquires a lease. No failure is remembered: every call asks the server.
   *
   * @throws LeaseUnavailableException if the server refuses the command
   * @throws TokenStoreException if the server does not answer: a refresh then waits for a peer
   *     instead of continuing without a lease
   */
  Optional<Lease> tryLease(String name, Duration atMost) {
    byte[] key = prefix.key(name);
    Redis.Operation operation = redis.begin("lease ", name);
    LeaseRequest request = LeaseRequest.begin(name, atMost);
    byte[] owner = request.owner().getBytes(StandardCharsets.US_ASCII);
    SetArgs unlessHeld = SetArgs.Builder.nx().px(request.storedMillis());
    try {
      if (operation.write(commands -> commands.set(key, owner, unlessHeld)) == null) {
        return Optional.empty();
      }
    } catch (TokenStoreException e) {
      // The server may have granted the lease although no answer arrived; then nobody would release
      // it.
      operation.dispatch(commands -> RELEASE.sendText(commands, key, owner));
      throw RedisFailure.isRefusal(e)
          ? new LeaseUnavailableException(String.valueOf(e.getMessage()), e.getCause())
          : e;
    }
    return Optional.of(
        request.granted(
            () -> RELEASE.run(redis.begin("release the lease ", request.name()), key, owner)));
  }
}
