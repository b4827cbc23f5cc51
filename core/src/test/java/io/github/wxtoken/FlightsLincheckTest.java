package io.github.wxtoken;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * {@link Flights} under every interleaving that Lincheck tries: one leads at a time, nobody gets
 * what was done before he came, and nobody waits for ever.
 */
@Timeout(600)
@Isolated("Lincheck instruments the JDK's classes while it runs")
@Tag("faults")
class FlightsLincheckTest {

  @Test
  void oneLeadsAtATimeAndTheOthersShareWhatCameOfIt() {
    new ModelCheckingOptions()
        .iterations(5)
        .invocationsPerIteration(200)
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(1)
        // The map is the JDK's affair.
        .addGuarantee(
            ManagedStrategyGuaranteeKt.forClasses(ConcurrentHashMap.class.getName())
                .allMethods()
                .treatAsAtomic())
        .sequentialSpecification(AllIsWell.class)
        .check(Callers.class);
  }

  /** The result of each operation, in every order. */
  public static final class AllIsWell {
    /** For Lincheck. */
    public AllIsWell() {}

    public boolean leadToAToken() {
      return true;
    }

    public boolean leadToATokenAndLeaveTheLead() {
      return true;
    }

    public boolean leadToAFailure() {
      return true;
    }

    public boolean leaveTheLead() {
      return true;
    }
  }

  /** Each operation says whether all was well. */
  public static final class Callers {
    private final Flights<String> flights = new Flights<>();
    private final AtomicInteger leading = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger shared = new AtomicInteger();

    /** For Lincheck. */
    public Callers() {}

    private enum Ending {
      TOKEN,
      TOKEN_AND_NONE,
      FAILURE,
      NONE
    }

    @Operation
    public boolean leadToAToken() {
      return fly(Ending.TOKEN);
    }

    /** A leader that was interrupted leaves a flight that may have ended by then. */
    @Operation
    public boolean leadToATokenAndLeaveTheLead() {
      return fly(Ending.TOKEN_AND_NONE);
    }

    @Operation
    public boolean leadToAFailure() {
      return fly(Ending.FAILURE);
    }

    @Operation
    public boolean leaveTheLead() {
      return fly(Ending.NONE);
    }

    private boolean fly(Ending ending) {
      int before = shared.get();
      while (true) {
        Flights<String>.Seat seat = flights.enter("oA");
        if (seat.leads()) {
          return lead(seat.flight(), ending);
        }
        try {
          var outcome = seat.flight().await(Deadline.in(Duration.ofHours(1)), "a test");
          if (outcome.isPresent()) {
            return outcome.get().createAt() > before;
          }
        } catch (IllegalStateException e) {
          return Integer.parseInt(String.valueOf(e.getMessage())) > before;
        }
      }
    }

    private boolean lead(Flights<String>.Flight flight, Ending ending) {
      boolean alone = leading.incrementAndGet() == 1;
      int number = made.incrementAndGet();
      leading.decrementAndGet();
      switch (ending) {
        case TOKEN -> flight.complete(token(number));
        case TOKEN_AND_NONE -> {
          flight.complete(token(number));
          flight.vacate();
        }
        case FAILURE -> flight.fail(new IllegalStateException(String.valueOf(number)));
        case NONE -> flight.vacate();
      }
      shared.accumulateAndGet(number, Math::max);
      return alone;
    }

    private static OAuthToken token(int number) {
      return OAuthToken.builder().openid("oA").createAt(number).build();
    }
  }
}
