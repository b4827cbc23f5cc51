package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Injects faults and holds calls at gates. If several faults fit a call at the same point, all
 * faults that keep the true answer strike ({@link Fault.Kind#SLOW}, {@link Fault.Kind#DATE_SKEW},
 * {@link Fault.Kind#WRONG_CHARSET}), and one of the others, the one set first. Thread-safe; a
 * change takes effect at once, except on calls that have already passed.
 */
public final class Faults {
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<Gate> gates = new CopyOnWriteArrayList<>();
  private final AtomicInteger gateIds = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  Faults() {}

  /**
   * Sets a fault for one endpoint.
   *
   * @param endpoint where it strikes
   * @param fault what goes wrong
   * @return this
   */
  public Faults add(Endpoint endpoint, Fault fault) {
    rules.add(new Rule(endpoint, fault, new AtomicInteger(fault.times())));
    return this;
  }

  /**
   * Sets a fault for all endpoints together.
   *
   * @param fault what goes wrong
   * @return this
   */
  public Faults addEverywhere(Fault fault) {
    rules.add(new Rule(null, fault, new AtomicInteger(fault.times())));
    return this;
  }

  /** Removes all faults. Gates stay. */
  public void clear() {
    rules.clear();
  }

  /**
   * Removes the faults of one endpoint, not those set for all.
   *
   * @param endpoint where
   */
  public void clear(Endpoint endpoint) {
    rules.removeIf(rule -> rule.endpoint == endpoint);
  }

  /**
   * Holds the calls of an endpoint before they are processed.
   *
   * @param endpoint where
   * @return the gate, closed
   */
  public Gate hold(Endpoint endpoint) {
    return hold(endpoint, Timing.BEFORE_PROCESSING, null);
  }

  /**
   * Holds the calls of an endpoint.
   *
   * @param endpoint where
   * @param timing before they are processed, or only their answers
   * @param openid the only user whose calls are held, null for all
   * @return the gate, closed
   */
  public Gate hold(Endpoint endpoint, Timing timing, @Nullable String openid) {
    Gate gate = new Gate(gateIds.incrementAndGet(), endpoint, timing, openid);
    gates.add(gate);
    if (closed.getCount() == 0) {
      gate.release();
    }
    return gate;
  }

  Optional<Gate> gate(int id) {
    return gates.stream().filter(gate -> gate.id() == id).findAny();
  }

  List<Rule> rules() {
    return List.copyOf(rules);
  }

  void pass(Endpoint endpoint, Timing timing, @Nullable String openid) {
    for (Gate gate : gates) {
      if (gate.holds(endpoint, timing, openid)) {
        gate.pass();
      }
    }
  }

  /**
   * Returns the faults that strike a call: at most one that replaces the true answer, and that one
   * first.
   */
  List<Fault> take(Endpoint endpoint, Timing timing, @Nullable String openid) {
    List<Fault> struck = new ArrayList<>();
    boolean answerIsGone = false;
    for (Rule rule : rules) {
      boolean keepsAnswer = rule.fault.kind().keepsAnswer();
      if (rule.fits(endpoint, timing, openid) && (keepsAnswer || !answerIsGone) && rule.take()) {
        struck.add(keepsAnswer ? struck.size() : 0, rule.fault);
        answerIsGone |= !keepsAnswer;
      }
    }
    return struck;
  }

  /** A delay in real time that ends early when the simulator closes. */
  void delay(Duration duration) throws InterruptedException {
    closed.await(duration.toNanos(), TimeUnit.NANOSECONDS);
  }

  void close() {
    closed.countDown();
    gates.forEach(Gate::release);
  }

  record Rule(@Nullable Endpoint endpoint, Fault fault, AtomicInteger left) {
    boolean fits(Endpoint at, Timing timing, @Nullable String openid) {
      return (endpoint == null || endpoint == at)
          && fault.timing() == timing
          && (fault.openid() == null || Objects.equals(fault.openid(), openid));
    }

    boolean take() {
      return fault.times() == 0 || left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }
  }
}
