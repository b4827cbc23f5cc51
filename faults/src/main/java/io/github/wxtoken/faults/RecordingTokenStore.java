package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.Operation.Kind;
import io.github.wxtoken.faults.Operation.Outcome;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store that logs each operation when it is invoked and when it ends, and that can hold threads
 * before and after. Scans are not logged.
 */
final class RecordingTokenStore implements TokenStore {
  private final TokenStore store;
  private final String process;
  private final Consumer<Operation> log;
  private final Stops stops;
  private final AtomicLong ids = new AtomicLong();

  RecordingTokenStore(TokenStore store, String process, Consumer<Operation> log, Stops stops) {
    this.store = store;
    this.process = process;
    this.log = log;
    this.stops = stops;
  }

  /** Creates a store of this process, which holds no thread. */
  RecordingTokenStore(TokenStore store, String process, History history) {
    this(store, process, history, new Stops(point -> {}));
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    boolean second = isHolders();
    pass(second, Point.BEFORE_READ);
    Operation begun = begin(Kind.READ, openid, null, null, 0);
    Optional<OAuthToken> found =
        record(
            begun,
            () -> store.getToken(openid),
            (read, token) -> read.ok(token.map(Operation::fingerprint).orElse(null), true));
    pass(second, Point.AFTER_READ);
    return found;
  }

  /**
   * Tells whether the lease's holder reads: the client reads on its own threads only when it has
   * the lease.
   */
  private static boolean isHolders() {
    return Thread.currentThread().getName().startsWith("wxtoken-");
  }

  private void pass(boolean here, Point point) {
    if (here) {
      stops.at(point);
    }
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    Operation begun = begin(Kind.SAVE, openid, null, Operation.fingerprint(token), 0);
    Boolean unused =
        record(
            begun,
            () -> {
              store.saveToken(openid, token);
              return true;
            },
            RecordingTokenStore::answered);
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    return record(
        begin(Kind.SAVE_IF_ABSENT, openid, null, Operation.fingerprint(token), 0),
        () -> store.saveTokenIfAbsent(openid, token),
        RecordingTokenStore::answered);
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    stops.at(Point.BEFORE_REPLACE);
    boolean replaced =
        record(
            begin(
                Kind.REPLACE,
                openid,
                Operation.fingerprint(expected),
                Operation.fingerprint(token),
                0),
            () -> store.replaceToken(openid, expected, token),
            RecordingTokenStore::answered);
    stops.at(Point.AFTER_REPLACE);
    return replaced;
  }

  @Override
  public boolean deleteToken(String openid) {
    return record(
        begin(Kind.DELETE, openid, null, null, 0),
        () -> store.deleteToken(openid),
        RecordingTokenStore::answered);
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return store.tokens(corrupt);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    stops.at(Point.BEFORE_LEASE);
    Operation begun = begin(Kind.LEASE, name, null, null, atMost.toNanos());
    String holder = begun.process() + "-" + begun.id();
    Optional<Lease> lease =
        record(
            begun,
            () -> store.tryLease(name, atMost),
            (operation, taken) -> operation.ok(holder, taken.isPresent()));
    if (lease.isPresent()) {
      stops.at(Point.AFTER_LEASE);
    }
    return lease.map(taken -> new RecordedLease(taken, name, holder));
  }

  @Override
  public void close() {
    store.close();
  }

  /** Runs a call of the client, and logs it like the others. */
  OAuthToken call(String openid, Supplier<OAuthToken> call) {
    return record(
        begin(Kind.CALL, openid, null, null, 0),
        call,
        (begun, token) -> begun.ok(Operation.fingerprint(token), true));
  }

  private final class RecordedLease implements Lease {
    private final Lease lease;
    private final String name;
    private final String holder;

    RecordedLease(Lease lease, String name, String holder) {
      this.lease = lease;
      this.name = name;
      this.holder = holder;
    }

    @Override
    public Duration remaining() {
      return lease.remaining();
    }

    @Override
    public void close() {
      stops.at(Point.BEFORE_RELEASE);
      Boolean unused =
          record(
              begin(Kind.RELEASE, name, null, holder, 0),
              () -> {
                lease.close();
                return true;
              },
              RecordingTokenStore::answered);
      stops.at(Point.AFTER_RELEASE);
    }
  }

  private Operation begin(
      Kind kind, String key, @Nullable String expected, @Nullable String grant, long atMost) {
    return new Operation(
        process,
        ids.incrementAndGet(),
        kind,
        key,
        expected,
        grant,
        atMost,
        System.nanoTime(),
        Operation.NEVER,
        Outcome.UNKNOWN,
        false);
  }

  private static Operation answered(Operation operation, boolean done) {
    return operation.ok(operation.grant(), done);
  }

  private <T> T record(Operation begun, Supplier<T> call, BiFunction<Operation, T, Operation> end) {
    log.accept(begun);
    T answer;
    try {
      answer = call.get();
    } catch (IllegalArgumentException e) {
      log.accept(begun.ended(Outcome.FAILED)); // Refused before any I/O.
      throw e;
    } catch (RuntimeException | Error e) {
      log.accept(begun.ended(Outcome.UNKNOWN));
      throw e;
    }
    log.accept(end.apply(begun, answer));
    return answer;
  }
}
