package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TimedLease;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.PlainTokenStore.Data;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Stores whose leases have no holder, two holders, or one for ever. */
final class LeaseMutants {
  private static final String ONE_HOLDER = "Leases.oneOfThirtyTwoThreadsGetsTheLease";
  private static final String OTHER_PROCESS = "Leases.aHeldLeaseIsRefusedToAnotherProcess";
  private static final String SUCCESSOR =
      "Leases.aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor";
  private static final String ENDS = "Leases.aLeaseThatIsNotClosedEndsByItselfAndNotBefore";

  static final List<Mutant> ALL =
      List.of(
          Mutant.of(
              "grants every lease",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    boolean take(String name, Held mine) {
                      return true;
                    }
                  },
              ONE_HOLDER,
              OTHER_PROCESS),
          Mutant.of(
              "looks before it leases",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    boolean take(String name, Held mine) {
                      Held held = data.leases().get(name);
                      if (held != null && !held.isOver()) {
                        return false;
                      }
                      data.meeting().await();
                      data.leases().put(name, mine);
                      return true;
                    }
                  },
              ONE_HOLDER),
          Mutant.of(
              "leases for its own process only",
              data -> {
                Data own = new Data(data.records(), new Data().leases(), data.meeting());
                return new PlainTokenStore(own);
              },
              OTHER_PROCESS),
          Mutant.of(
              "grants a held lease to its own process",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    Object newOwner() {
                      return this;
                    }
                  },
              "Leases.aHeldLeaseIsRefusedToItsOwnProcessToo"),
          Mutant.of(
              "never ends a lease",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    long storedNanos(Duration atMost) {
                      return Duration.ofDays(365).toNanos();
                    }
                  },
              ENDS),
          Mutant.of(
              "ends a lease early",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    long storedNanos(Duration atMost) {
                      return atMost.toNanos() / 2;
                    }
                  },
              ENDS),
          Mutant.of(
              "counts leases in seconds",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    long storedNanos(Duration atMost) {
                      return Duration.ofSeconds(atMost.toSeconds()).toNanos();
                    }
                  },
              ENDS),
          Mutant.of(
              "prolongs a lease that is asked for",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    boolean take(String name, Held mine) {
                      boolean taken = super.take(name, mine);
                      data.leases()
                          .computeIfPresent(
                              name, (key, held) -> new Held(held.owner(), mine.until()));
                      return taken;
                    }
                  },
              ENDS),
          names(
              "has one lease for all names",
              name -> "",
              "Leases.leasesOfDifferentNamesAreIndependent"),
          names(
              "folds the case of lease names",
              name -> name.toLowerCase(Locale.ROOT),
              "Leases.leasesOfDifferentNamesAreIndependent"),
          names(
              "cuts lease names",
              name -> name.substring(0, Math.min(name.length(), 128)),
              "Leases.theLongestNameIsLeased"),
          Mutant.of(
              "releases the lease of another",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void release(String name, Object owner) {
                      data.leases().remove(name);
                    }
                  },
              SUCCESSOR),
          Mutant.of(
              "releases by process and not by lease, as often as it is asked",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    Lease lease(long start, Duration atMost, Runnable release) {
                      return new LooseLease(new TimedLease(start, atMost, () -> {}), release);
                    }

                    @Override
                    void release(String name, Object owner) {
                      data.leases().remove(name);
                    }
                  },
              SUCCESSOR,
              "Leases.aLeaseThatIsClosedTwiceDoesNotReleaseTheLeaseOfItsSuccessor"),
          Mutant.of(
              "releases no lease",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void release(String name, Object owner) {}
                  },
              "Leases.aClosedLeaseIsGrantedToAnother",
              "Leases.aLeaseMayBeHadAgainAndAgain"),
          Mutant.of(
              "fails to release after the store is closed",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void release(String name, Object owner) {
                      requireOpen();
                      super.release(name, owner);
                    }
                  },
              "Leases.closingALeaseAfterItsStoreIsNoError"),
          Mutant.of(
              "counts below zero",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    Lease lease(long start, Duration atMost, Runnable release) {
                      return new CountsBelowZero(start, atMost, release);
                    }
                  },
              "Leases.whatRemainsCountsDownFromTheDurationToZero",
              "Leases.nothingRemainsOfAClosedLease"),
          Mutant.of(
              "does not count down",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    Lease lease(long start, Duration atMost, Runnable release) {
                      return new DoesNotCountDown(atMost, release);
                    }
                  },
              "Leases.whatRemainsCountsDownFromTheDurationToZero"),
          Mutant.of(
              "keeps leases among tokens",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    boolean take(String name, Held mine) {
                      boolean taken = super.take(name, mine);
                      if (taken) {
                        data.records()
                            .put(name, OAuthToken.builder().openid(name).build().toJson());
                      }
                      return taken;
                    }
                  },
              "Leases.aLeaseNamedLikeATokenDoesNotDisturbTheToken",
              "Leases.aLeaseIsNoToken"),
          Mutant.of(
              "deletes a lease with the token of its name",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean deleteToken(String openid) {
                      data.leases().remove(openid);
                      return super.deleteToken(openid);
                    }
                  },
              "Leases.aTokenNamedLikeALeaseDoesNotDisturbTheLease"),
          Mutant.of(
              "checks no lease name",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void checkLease(String name, Duration atMost) {
                      TokenStores.requireLease("any", atMost);
                    }

                    @Override
                    String leaseName(String name) {
                      return String.valueOf(name);
                    }
                  },
              "Leases.whatIsNoNameIsRefused",
              "Leases.aNameThatIsTooLongIsRefused"),
          Mutant.of(
              "checks no duration",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void checkLease(String name, Duration atMost) {
                      TokenStores.requireLease(name, Duration.ofHours(1));
                    }
                  },
              "Leases.aDurationThatIsNotBetweenAMillisecondAndADayIsRefused",
              "Leases.noDurationIsRefused"),
          Mutant.of(
              "grants no lease",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Optional<Lease> tryLease(String name, Duration atMost) {
                      super.tryLease(name, atMost).ifPresent(Lease::close);
                      return Optional.empty();
                    }
                  },
              "Leases.aFreeLeaseIsGranted"));

  private LeaseMutants() {}

  private static Mutant names(String name, UnaryOperator<String> leaseName, String... rejectedBy) {
    return Mutant.of(
        name,
        data ->
            new PlainTokenStore(data) {
              @Override
              String leaseName(String lease) {
                return leaseName.apply(lease);
              }
            },
        rejectedBy);
  }

  private record LooseLease(Lease counted, Runnable release) implements Lease {
    @Override
    public Duration remaining() {
      return counted.remaining();
    }

    @Override
    public void close() {
      counted.close();
      release.run();
    }
  }

  private record CountsBelowZero(long start, Duration atMost, Runnable release) implements Lease {
    @Override
    public Duration remaining() {
      return atMost.minusNanos(System.nanoTime() - start);
    }

    @Override
    public void close() {
      release.run();
    }
  }

  private record DoesNotCountDown(Duration remaining, Runnable release) implements Lease {
    @Override
    public void close() {
      release.run();
    }
  }
}
