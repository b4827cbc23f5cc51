package io.github.wxtoken;

import io.github.wxtoken.CallbackResult.Reason;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * States against login CSRF. A state is, as {@link StateText}, the number of the attempt to sign in
 * (1 byte), the time in milliseconds (8), a nonce (10), the return path, and the first 16 bytes of
 * an HMAC-SHA256 over all that and the visitor. Its key is derived from the app's secret, so any
 * process verifies what another has made, and nothing is stored until a state comes back. It is
 * then good for one code: leases in the store remember that, or this process's memory where the
 * application keeps tokens by two functions. A store that cannot tell whether the state was used
 * fails the call. Thread-safe.
 */
final class States {
  private static final int NONCE_BYTES = 10;
  private static final int MAC_BYTES = 16;
  private static final int HEADER_BYTES = 1 + Long.BYTES + NONCE_BYTES;

  /** How many bytes a state without a return path has. */
  static final int FEWEST_BYTES = HEADER_BYTES + MAC_BYTES;

  private static final Duration LIFE = Duration.ofMinutes(10);

  /** By how much clocks of a cluster may differ. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  /** For as long as any process may take the state. */
  private static final Duration REMEMBERED = LIFE.plus(SKEW);

  /** How long a callback waits for another with the same state and code: for some store calls. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(320);

  /**
   * Limits the waiting threads: a client that repeats a losing code must not block every thread of
   * a server.
   */
  static final int WAITING_AT_MOST = 32;

  private final TokenStore store;

  /** The used states if two functions replace the store; otherwise null. */
  private final @Nullable UsedStates used;

  private final Clock clock;
  private final String appid;
  private final AppSecret secret;
  private volatile DerivedKey latestKey;
  private final SecureRandom random = new SecureRandom();
  private final Semaphore waiting = new Semaphore(WAITING_AT_MOST);

  States(TokenStore store, boolean hooks, Clock clock, String appid, AppSecret secret) {
    this.store = store;
    this.clock = clock;
    this.appid = appid;
    this.secret = secret;
    this.used = hooks ? new UsedStates(clock, REMEMBERED) : null;
    this.latestKey = new DerivedKey(appid, secret.current());
  }

  /** The key of the HMAC, and the app's secret that it is derived from. */
  private static final class DerivedKey {
    private final String secret;
    private final byte[] bytes;

    DerivedKey(String appid, String secret) {
      this.secret = secret;
      this.bytes = hkdf(bytes("wxtoken"), bytes(secret), bytes("state of " + appid));
    }
  }

  /**
   * Returns the key of the current secret. States that were made before a secret was reset are
   * refused from then on, and their users start again.
   */
  private byte[] key() {
    String current = secret.current();
    DerivedKey key = latestKey;
    if (!key.secret.equals(current)) {
      key = new DerivedKey(appid, current);
      latestKey = key;
    }
    return key.bytes;
  }

  /**
   * A state that was made for this visitor, whether or not it is still good.
   *
   * @param text the state, without what a browser has appended
   * @param attempt the number of the attempt to sign in, from 1 to 3
   * @param madeAt milliseconds, by the clock of the process that made it
   * @param returnPath where the user was to return to, or null
   */
  record Opened(String text, int attempt, long madeAt, @Nullable String returnPath) {}

  String create(String visitor, @Nullable String returnPath) {
    return create(visitor, returnPath, 1);
  }

  String create(String visitor, @Nullable String returnPath, int attempt) {
    if (returnPath != null) {
      ReturnPath.require(returnPath);
    }
    byte[] path = bytes(returnPath == null ? "" : returnPath);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    ByteBuffer state = ByteBuffer.allocate(HEADER_BYTES + path.length + MAC_BYTES);
    state.put((byte) attempt).putLong(clock.millis()).put(nonce).put(path);
    state.put(mac(state.array(), state.position(), visitor), 0, MAC_BYTES);
    return StateText.of(state.array());
  }

  /** Checks all that needs no store first: a forged or old state costs no operation of it. */
  VerifiedState verify(@Nullable String state, String visitor, String code) {
    if (!Utf8.isWellFormed(code)) {
      throw new InvalidStateException(Reason.CODE_REFUSED);
    }
    Opened opened = open(state, visitor);
    return new VerifiedState(!use(opened, code), opened.returnPath());
  }

  /**
   * Returns what a state says that was made for this visitor. Does not check its age and use.
   *
   * @throws InvalidStateException if it was not made for this visitor
   */
  Opened open(@Nullable String state, String visitor) {
    if (state == null || state.isBlank()) {
      throw new InvalidStateException(Reason.STATE_MISSING);
    }
    String text = StateText.withoutAppended(state);
    byte[] bytes = StateText.bytes(text);
    if (bytes == null) {
      throw new InvalidStateException(Reason.STATE_ALTERED);
    }
    int end = bytes.length - MAC_BYTES;
    if (!MessageDigest.isEqual(
        Arrays.copyOf(mac(bytes, end, visitor), MAC_BYTES),
        Arrays.copyOfRange(bytes, end, bytes.length))) {
      throw new InvalidStateException(Reason.STATE_OF_ANOTHER_VISITOR);
    }
    String path = new String(bytes, HEADER_BYTES, end - HEADER_BYTES, StandardCharsets.US_ASCII);
    return new Opened(
        text, bytes[0], ByteBuffer.wrap(bytes).getLong(1), path.isEmpty() ? null : path);
  }

  /**
   * Uses a state with a code, as the first to do so or again.
   *
   * @return whether it was the first
   * @throws InvalidStateException if it is too old, or was used with another code
   */
  boolean use(Opened state, String code) {
    requireFresh(state);
    boolean first = use(state.text(), code);
    // If this process was paused meanwhile, an earlier use may have been dropped.
    requireFresh(state);
    return first;
  }

  private void requireFresh(Opened state) {
    long age = clock.millis() - state.madeAt();
    if (age >= LIFE.toMillis() || age < -SKEW.toMillis()) {
      throw new InvalidStateException(Reason.STATE_EXPIRED);
    }
  }

  /**
   * Uses the state with a code, as the first to do so or again.
   *
   * <p>A lease tells one holder from the others, but not with which code it was taken. So there are
   * three. The pair's "turn" lease admits one callback at a time. The state's lease goes to the
   * first pair. The pair's own lease then records which code that was. A losing pair keeps its
   * "turn" lease, and so does a pair whose call failed half-way: otherwise a caller could mistake
   * the pair's own lease for the winner's. No lease expires before the state is too old.
   *
   * @return whether it was the first
   */
  private boolean use(String state, String code) {
    if (used != null) {
      return useInMemory(used, state, code);
    }
    String pair = CodeExchange.sha256(state + " " + code);
    Lease turn = awaitTurn("state:turn:" + pair);
    boolean first = take("state:used:" + CodeExchange.sha256(state));
    boolean known = !take("state:code:" + pair);
    if (!first && !known) {
      throw usedWithAnotherCode();
    }
    turn.close();
    return first;
  }

  private static boolean useInMemory(UsedStates used, String state, String code) {
    String hash = CodeExchange.sha256(code);
    String first = used.use(CodeExchange.sha256(state), hash);
    if (first != null && !first.equals(hash)) {
      throw usedWithAnotherCode();
    }
    return first == null;
  }

  private boolean take(String lease) {
    return tryLease(lease).isPresent();
  }

  /** A lease that nobody has checked says nothing about whether the state was used. */
  private Optional<Lease> tryLease(String name) {
    Optional<Lease> lease = store.tryLease(name, REMEMBERED);
    if (lease.isPresent() && !lease.get().isExclusive()) {
      throw new TokenStoreException(
          "cannot check whether the state was used before: the store cannot lease. Create its table"
              + " or collection of leases, or grant the right to it; the store's warning in the log"
              + " says how",
          null);
    }
    return lease;
  }

  private Lease awaitTurn(String name) {
    Optional<Lease> turn = tryLease(name);
    if (turn.isEmpty() && waiting.tryAcquire()) {
      try {
        turn = lookAgain(name);
      } finally {
        waiting.release();
      }
    }
    // The lease is held by a pair that lost, or by a process that died or is slow.
    return turn.orElseThrow(States::usedWithAnotherCode);
  }

  private Optional<Lease> lookAgain(String name) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Optional<Lease> turn = Optional.empty();
    Duration pause = FIRST_PAUSE;
    while (turn.isEmpty() && System.nanoTime() - end < 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw new TokenStoreException("interrupted while a state's other callback is served", null);
      }
      LockSupport.parkNanos(pause.toNanos());
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
      turn = tryLease(name);
    }
    return turn;
  }

  private static InvalidStateException usedWithAnotherCode() {
    return new InvalidStateException(Reason.STATE_USED);
  }

  private byte[] mac(byte[] bytes, int length, String visitor) {
    byte[] bound = bytes(visitor);
    return hmac(
        key(),
        ByteBuffer.allocate(Integer.BYTES + length + bound.length)
            .putInt(length)
            .put(bytes, 0, length)
            .put(bound)
            .array());
  }

  /** Derives 32 bytes: RFC 5869 with SHA-256. */
  static byte[] hkdf(byte[] salt, byte[] secret, byte[] info) {
    byte[] block = Arrays.copyOf(info, info.length + 1);
    block[info.length] = 1;
    return hmac(hmac(salt, secret), block);
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "every Java platform has HmacSHA256", RedactedException.of(e));
    }
  }

  private static byte[] bytes(String text) {
    return Utf8.bytes(text);
  }
}
