package io.github.wxtoken;

import java.math.BigInteger;
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
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * States against login CSRF. A state is text of {@code [0-9a-z]}: in base 36 the number whose bytes
 * are 1, the time in milliseconds (8 bytes), a nonce (10), the return path, and the first 16 bytes
 * of an HMAC-SHA256 over all that and the binding. Its key is derived from the app's secret, so any
 * process verifies what another has made, and nothing is stored until a state comes back. It is
 * then good for one code: leases in the store remember that, or this process's memory where the
 * application keeps tokens by two functions. A store that cannot tell whether the state was used
 * fails the call. Thread-safe.
 */
final class States {
  private static final byte FORMAT = 1;
  private static final int NONCE_BYTES = 10;
  private static final int MAC_BYTES = 16;
  private static final int HEADER_BYTES = 1 + Long.BYTES + NONCE_BYTES;

  private static final Pattern STATE = Pattern.compile("[0-9a-z]{1,128}");
  private static final Duration LIFE = Duration.ofMinutes(10);

  /** By how much clocks of a cluster may differ. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  /** For as long as any process may take the state. */
  private static final Duration REMEMBERED = LIFE.plus(SKEW);

  /** How long a callback waits for another with the same state and code: for some store calls. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(320);

  /** Who sends a code that lost again and again must not have every thread of a server wait. */
  static final int WAITING_AT_MOST = 32;

  private final TokenStore store;

  /** What was used, where two functions take the place of the store; else null. */
  private final @Nullable UsedStates used;

  private final Clock clock;
  private final byte[] key;
  private final SecureRandom random = new SecureRandom();
  private final Semaphore waiting = new Semaphore(WAITING_AT_MOST);

  States(TokenStore store, boolean hooks, Clock clock, String appid, String secret) {
    this.store = store;
    this.clock = clock;
    this.used = hooks ? new UsedStates(clock, REMEMBERED) : null;
    this.key = hkdf(bytes("wxtoken"), bytes(secret), bytes("state of " + appid));
  }

  String create(String binding, @Nullable String returnPath) {
    if (returnPath != null) {
      ReturnPath.require(returnPath);
    }
    byte[] path = bytes(returnPath == null ? "" : returnPath);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    ByteBuffer state = ByteBuffer.allocate(HEADER_BYTES + path.length + MAC_BYTES).put(FORMAT);
    state.putLong(clock.millis()).put(nonce).put(path);
    state.put(mac(state.array(), state.position(), binding), 0, MAC_BYTES);
    return new BigInteger(state.array()).toString(Character.MAX_RADIX);
  }

  /** Checks all that needs no store first: a forged or old state costs no operation of it. */
  VerifiedState verify(@Nullable String state, String binding, String code) {
    if (!Utf8.isWellFormed(code)) {
      throw new InvalidStateException("the code that came with it has half a surrogate pair");
    }
    ByteBuffer content = authentic(state, binding);
    requireFresh(content);
    boolean first = use(String.valueOf(state), code);
    // Where this process stood still meanwhile, an earlier use may be forgotten by now.
    requireFresh(content);
    String path =
        StandardCharsets.US_ASCII
            .decode(content.slice(HEADER_BYTES, content.limit() - HEADER_BYTES))
            .toString();
    return new VerifiedState(!first, path.isEmpty() ? null : path);
  }

  private void requireFresh(ByteBuffer content) {
    long age = clock.millis() - content.getLong(1);
    if (age >= LIFE.toMillis() || age < -SKEW.toMillis()) {
      throw new InvalidStateException("it is more than 10 minutes old, or clocks differ by 5");
    }
  }

  /** Returns what precedes the MAC. */
  private ByteBuffer authentic(@Nullable String state, String binding) {
    if (state != null && STATE.matcher(state).matches()) {
      BigInteger number = new BigInteger(state, Character.MAX_RADIX);
      byte[] bytes = number.toByteArray();
      int end = bytes.length - MAC_BYTES;
      if (end >= HEADER_BYTES
          && bytes[0] == FORMAT
          && number.toString(Character.MAX_RADIX).equals(state)
          && MessageDigest.isEqual(
              Arrays.copyOf(mac(bytes, end, binding), MAC_BYTES),
              Arrays.copyOfRange(bytes, end, bytes.length))) {
        return ByteBuffer.wrap(bytes, 0, end);
      }
    }
    throw new InvalidStateException("it was changed, or not made by us for this binding");
  }

  /**
   * Uses the state with a code, as the first to do so or again.
   *
   * <p>A lease tells one holder from the others, but not with which code it was taken. So there are
   * three. The pair's turn is for one callback at a time; the state's goes to the first; the pair's
   * own then says which code that was. A pair that lost keeps its turn, and so does one whose call
   * failed half-way: nobody must see the pair's own lease held and take it for the winner's. None
   * is over before the state is too old.
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
    // Kept by a pair that lost, by a process that died, or by one that is slow.
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
    return new InvalidStateException(
        "it was used with another code, or a callback with this one has not ended");
  }

  private byte[] mac(byte[] bytes, int length, String binding) {
    byte[] bound = bytes(binding);
    return hmac(
        key,
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
